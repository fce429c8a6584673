/**
 * A stretch of the recent past replayed, to find the state that components would have
 * had if they had not slept. It is private: nothing that happens in it may be news. What it leaves
 * unfinished goes on in the world that asked for it.
 */
import type { Time } from './clock.ts';
import type { Effects, SimulationEvent, StateChange } from './effects.ts';
import { EventQueue, FIRST_END_ORDER, FIRST_TICK_ORDER } from './event-queue.ts';

export class Replay implements Effects {
  now: Time = 0;
  /** Events stepped, since it was made. */
  executed = 0;
  readonly neverSleep = true;
  private readonly queue = new EventQueue();
  private sequence = 0;
  private lastTickOrder = 0;

  /** Begins at a time in the past. A stretch begun before must have been lived through. */
  begin(from: Time): void {
    this.now = from;
    this.sequence = 0;
    this.lastTickOrder = 0;
  }

  at(time: Time, event: SimulationEvent): void {
    this.queue.push(time, this.sequence++, event);
  }

  tickAt(time: Time, rank: number, event: SimulationEvent): void {
    this.queue.push(time, FIRST_TICK_ORDER + rank, event);
  }

  atEndOfInstant(event: SimulationEvent): void {
    this.queue.push(this.now, FIRST_END_ORDER + this.sequence++, event);
  }

  tickHasPassed(rank: number): boolean {
    return this.lastTickOrder >= FIRST_TICK_ORDER + rank;
  }

  /** Throws: components skipped something that mattered. */
  record({ subject, kind }: StateChange): void {
    throw new Error(`slept through a change at ${this.now}: ${subject} ${kind}`);
  }

  /** Runs up to, and not into, the present of `world`, and hands it what is still to come. */
  catchUp(world: Effects): void {
    const { queue } = this;
    while (queue.nextTime < world.now) {
      if (queue.nextTime !== this.now) this.lastTickOrder = 0;
      this.now = queue.nextTime;
      if (queue.nextOrder >= FIRST_TICK_ORDER) this.lastTickOrder = queue.nextOrder;
      const event = queue.pop();
      this.executed++;
      event.target.step(event, this);
    }
    while (queue.size > 0) {
      const time = queue.nextTime;
      const order = queue.nextOrder;
      const event = queue.pop();
      if (order < FIRST_TICK_ORDER) world.at(time, event);
      else world.tickAt(time, order - FIRST_TICK_ORDER, event);
    }
  }
}
