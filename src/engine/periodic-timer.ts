/**
 * A timer that knows its phase and can sleep. Its owner puts it to sleep when no tick can change
 * anything until something else happens, and wakes it when it does; the next tick then comes where
 * it would have come. Under `neverSleep` it ticks on regardless, which must make no difference.
 */
import type { Duration, Time } from './clock.ts';
import type { Component, Effects, SimulationEvent } from './effects.ts';

export class PeriodicTimer {
  readonly tick: SimulationEvent;
  private readonly period: Duration;
  /** Among the ticks of one instant, lower ranks come first. No two timers share a rank. */
  private readonly rank: number;
  private next: Time = 0;
  private asleep = false;
  private slept = 0;

  constructor(owner: Component, kind: string, period: Duration, rank: number) {
    this.tick = { kind, target: owner };
    this.period = period;
    this.rank = rank;
  }

  /** As one that was never started. */
  reset(): void {
    this.next = 0;
    this.asleep = true;
    this.slept = 0;
  }

  /** The first tick comes at `phase`, which must lie within a period of `now`. */
  start(phase: Time, effects: Effects): void {
    this.next = phase;
    this.asleep = false;
    this.slept = 0;
    effects.tickAt(phase, this.rank, this.tick);
  }

  /** To be called once for each tick, after it was handled. */
  tickAgain(effects: Effects): void {
    this.next += this.period;
    effects.tickAt(this.next, this.rank, this.tick);
  }

  /** Instead of `tickAgain`: nothing can change until `wake`. */
  sleep(effects: Effects): void {
    if (effects.neverSleep) {
      this.tickAgain(effects);
      return;
    }
    this.next += this.period;
    this.asleep = true;
  }

  /** Goes to sleep between ticks: the tick that is already asked for will not be due. */
  suspend(): void {
    this.asleep = true;
  }

  /** Whether a tick event at `now` is this timer's; false for one that sleep has overtaken. */
  isDue(now: Time): boolean {
    return !this.asleep && now === this.next;
  }

  /** Ticks again from the next tick that has not yet had its turn. */
  wake(effects: Effects): void {
    if (!this.asleep) return;
    this.asleep = false;
    const missed = this.ticksBefore(effects.now);
    this.next += missed * this.period;
    this.slept += missed;
    if (this.next === effects.now && effects.tickHasPassed(this.rank)) {
      this.next += this.period;
      this.slept++;
    }
    effects.tickAt(this.next, this.rank, this.tick);
  }

  /** Ticks that were not simulated from the start until `now`. */
  elided(now: Time): number {
    return this.slept + (this.asleep ? this.ticksBefore(now) : 0);
  }

  /** Of a sleeping timer: ticks from the next one on that lie before `now`. */
  ticksBefore(now: Time): number {
    return Math.max(0, Math.ceil((now - this.next) / this.period));
  }
}
