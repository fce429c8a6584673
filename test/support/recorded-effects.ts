/** Effects that only collect, so that a test reads `step -> effects` without a simulation. */
import type { Time } from '../../src/engine/clock.ts';
import type { Effects, SimulationEvent, StateChange } from '../../src/engine/effects.ts';

export class RecordedEffects implements Effects {
  now: Time = 0;
  neverSleep = false;
  readonly asked: { readonly time: Time; readonly event: SimulationEvent }[] = [];
  readonly ticks: { readonly time: Time; readonly rank: number }[] = [];
  readonly ends: SimulationEvent[] = [];
  readonly changes: StateChange[] = [];
  /** Ranks up to this one have had their tick at this instant. */
  ticked = -1;

  at(time: Time, event: SimulationEvent): void {
    this.asked.push({ time, event });
  }

  tickAt(time: Time, rank: number, _event: SimulationEvent): void {
    this.ticks.push({ time, rank });
  }

  atEndOfInstant(event: SimulationEvent): void {
    this.ends.push(event);
  }

  tickHasPassed(rank: number): boolean {
    return rank <= this.ticked;
  }

  record(change: StateChange): void {
    this.changes.push(change);
  }
}
