/**
 * A periodic look at one part, and what the looker believes of it: `fall` looks in a row that find
 * it down make it believed down, `rise` that find it up make it believed up again. Looks that can
 * change no belief are skipped. A look takes no time and never errs.
 */
import type { Duration } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../engine/effects.ts';
import { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Part, PartWatcher } from './part.ts';

export interface HealthCheckSettings {
  readonly interval: Duration;
  readonly fall: number;
  readonly rise: number;
}

export class HealthCheck implements Component, PartWatcher {
  believedUp = true;
  private readonly part: Part;
  private readonly settings: HealthCheckSettings;
  private readonly phases: RandomStream;
  private readonly timer: PeriodicTimer;
  private readonly noticers: ((effects: Effects) => void)[] = [];
  private readonly noticedDown: StateChange;
  private readonly noticedUp: StateChange;
  /** Looks in a row that contradict the belief. */
  private surprises = 0;

  /** The timer's phase is drawn from `phases` at each start; `rank` orders its ticks. */
  constructor(part: Part, settings: HealthCheckSettings, phases: RandomStream, rank: number) {
    this.part = part;
    this.settings = settings;
    this.phases = phases;
    this.timer = new PeriodicTimer(this, 'healthCheck', settings.interval, rank);
    this.noticedDown = { kind: 'believedDown', subject: part.name };
    this.noticedUp = { kind: 'believedUp', subject: part.name };
    part.watch(this);
  }

  /** Calls `noticer` whenever the part becomes believed down. */
  onNoticed(noticer: (effects: Effects) => void): void {
    this.noticers.push(noticer);
  }

  restart(effects: Effects): void {
    this.believedUp = true;
    this.surprises = 0;
    this.timer.start(Math.floor(this.phases.double() * this.settings.interval), effects);
  }

  ticksElided(now: number): number {
    return this.timer.elided(now);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    this.look(effects);
    if (this.surprises === 0 && this.part.works === this.believedUp) this.timer.sleep(effects);
    else this.timer.tickAgain(effects);
  }

  partStopped(_part: Part, effects: Effects): void {
    this.timer.wake(effects);
  }

  partStarted(_part: Part, effects: Effects): void {
    this.timer.wake(effects);
  }

  private look(effects: Effects): void {
    if (this.part.works === this.believedUp) {
      this.surprises = 0;
      return;
    }
    this.surprises++;
    const { fall, rise } = this.settings;
    if (this.surprises < (this.believedUp ? fall : rise)) return;
    this.surprises = 0;
    this.believedUp = !this.believedUp;
    effects.record(this.believedUp ? this.noticedUp : this.noticedDown);
    if (!this.believedUp) for (const noticer of this.noticers) noticer(effects);
  }
}
