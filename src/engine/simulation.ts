/** Pop, advance the clock, step, repeat; nothing else. */
import type { Duration, Time } from './clock.ts';
import type { Effects, SimulationEvent, StateChange } from './effects.ts';
import { EventQueue, FIRST_END_ORDER, FIRST_TICK_ORDER } from './event-queue.ts';

/** Who looks on: told of each change, and at the end of each instant in which something changed. */
export interface Observer {
  changed(change: StateChange, now: Time): void;
  settled(now: Time): void;
}

interface SimulationOptions {
  /** Every tick of every timer is simulated: the oracle of the sleeping mode, and far slower. */
  readonly neverSleep: boolean;
  /** Whether the observer wants each change, not only the end of each instant. */
  readonly tracing: boolean;
}

/** Events of one instant, beyond the budget, after which its end is not waited for. */
const LONGEST_INSTANT = 100_000;

export class Simulation implements Effects {
  now: Time = 0;
  /** Events stepped since the simulation was made. */
  executed = 0;
  readonly neverSleep: boolean;
  private readonly tracing: boolean;
  private readonly observer: Observer;
  private readonly queue = new EventQueue();
  private end: Time = 0;
  private sequence = 0;
  private lastTickOrder = 0;
  private unsettled = false;

  constructor(observer: Observer, options: SimulationOptions) {
    this.observer = observer;
    this.neverSleep = options.neverSleep;
    this.tracing = options.tracing;
  }

  /** Forgets all events and starts again at time 0, to run until `end`. */
  restart(end: Duration): void {
    this.queue.clear();
    this.now = 0;
    this.end = end;
    this.sequence = 0;
    this.lastTickOrder = 0;
    this.unsettled = false;
  }

  /** Events at or after the end are not kept: they could change nothing that is measured. */
  at(time: Time, event: SimulationEvent): void {
    if (time < this.end) this.queue.push(time, this.sequence++, event);
  }

  tickAt(time: Time, rank: number, event: SimulationEvent): void {
    if (time < this.end) this.queue.push(time, FIRST_TICK_ORDER + rank, event);
  }

  atEndOfInstant(event: SimulationEvent): void {
    this.queue.push(this.now, FIRST_END_ORDER + this.sequence++, event);
  }

  tickHasPassed(rank: number): boolean {
    return this.lastTickOrder >= FIRST_TICK_ORDER + rank;
  }

  record(change: StateChange): void {
    this.unsettled = true;
    if (this.tracing) this.observer.changed(change, this.now);
  }

  /**
   * Runs until the end, or until about `budget` events were stepped, so that a caller can look up
   * between: at the end of an instant, or amid one that seems endless. Returns whether the end was
   * reached.
   */
  run(budget: number): boolean {
    const { queue } = this;
    let left = budget;
    while (queue.size > 0) {
      const time = queue.nextTime;
      if (time !== this.now) {
        if (this.unsettled) this.settle();
        if (left <= 0) return false;
        this.now = time;
        this.lastTickOrder = 0;
      } else if (left <= -LONGEST_INSTANT) return false;
      const order = queue.nextOrder;
      if (order >= FIRST_TICK_ORDER) this.lastTickOrder = order;
      const event = queue.pop();
      left--;
      this.executed++;
      event.target.step(event, this);
    }
    if (this.unsettled) this.settle();
    this.now = this.end;
    return true;
  }

  private settle(): void {
    this.unsettled = false;
    this.observer.settled(this.now);
  }
}
