/**
 * What a step may ask of the world. Components never see the simulation itself, so a test can hand
 * them effects that only collect.
 */
import type { Time } from './clock.ts';

/** A happening at one component. Made once, reused each time it occurs. */
export interface SimulationEvent {
  readonly kind: string;
  readonly target: Component;
}

/** A component owns its state; whatever it wants of the world, it asks of `effects`. */
export interface Component {
  step(event: SimulationEvent, effects: Effects): void;
}

/**
 * The kinds of change, each with the data that it carries. Each room adds those that it makes, by
 * declaring this interface once more; the words for them are the reports'.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the engine itself has none
export interface ChangeData {}

/** A change worth a line in a trace. Made once where it can be, reused each time it occurs. */
export type StateChange = {
  [K in keyof ChangeData]: {
    readonly kind: K;
    /** What changed, such as `cp1.disk`. */
    readonly subject: string;
  } & Readonly<ChangeData[K]>;
}[keyof ChangeData];

export interface Effects {
  readonly now: Time;
  /** Asks for `event` at `time`, which must not lie in the past. */
  at(time: Time, event: SimulationEvent): void;
  /**
   * Asks for a timer's tick. Ticks of one instant come after its ordinary events, in the order of
   * `rank`, so that a timer which slept and one which did not tick at the same place.
   */
  tickAt(time: Time, rank: number, event: SimulationEvent): void;
  /**
   * Asks for `event` once this instant has no more ordinary events and ticks, and before observers
   * look. What it brings about in the same instant happens next, the ends asked for then last.
   */
  atEndOfInstant(event: SimulationEvent): void;
  /** Whether the tick of a timer of this rank at `now`, if it had one, has already had its turn. */
  tickHasPassed(rank: number): boolean;
  /** True where no timer may sleep: every tick is simulated. */
  readonly neverSleep: boolean;
  /** Traces, service levels and reports read this. */
  record(change: StateChange): void;
}
