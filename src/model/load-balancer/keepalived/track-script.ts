/**
 * keepalived's `vrrp_script`: asks the balancer on its own machine whether API servers answer. Each
 * run meets what a new connection sent at its start meets. Runs that can change nothing are slept
 * through. Left out: what starting a process costs.
 */
import type { Duration, Time } from '../../../engine/clock.ts';
import { NEVER } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../../engine/effects.ts';
import { PeriodicTimer } from '../../../engine/periodic-timer.ts';
import type { RandomStream } from '../../../engine/random-streams.ts';
import {
  type BalancerWatcher,
  type LoadBalancer,
  type Outcome,
  servedShare,
} from '../load-balancer.ts';
import type { TrackScriptSettings } from './keepalived-settings.ts';

interface Run {
  readonly passes: boolean;
  readonly takes: Duration;
}

/** A share this close to 0 or 1 is one: shares are sums of fractions. */
const CERTAIN = 1e-9;

export class TrackScript implements Component, BalancerWatcher {
  /** Whether it is known to fail; a new script is taken to pass until its first run has ended. */
  fails = false;
  private readonly balancer: LoadBalancer;
  private readonly settings: TrackScriptSettings;
  private readonly draws: RandomStream;
  private readonly turned: (effects: Effects) => void;
  private readonly timer: PeriodicTimer;
  private readonly ends: SimulationEvent = { kind: 'scriptEnds', target: this };
  /** From 0 to rise + fall - 1; it passes from `rise` on. */
  private result = 0;
  private readonly best: number;
  private isNew = false;
  private isStopped = true;
  private run: Run | undefined = undefined;
  private endsAt: Time = NEVER;

  /** Calls `turned` whenever `fails` changes. Its ticks take the rank `rank`. */
  constructor(
    balancer: LoadBalancer,
    settings: TrackScriptSettings,
    draws: RandomStream,
    rank: number,
    turned: (effects: Effects) => void,
  ) {
    this.balancer = balancer;
    this.settings = settings;
    this.draws = draws;
    this.turned = turned;
    this.best = settings.rise + settings.fall - 1;
    this.timer = new PeriodicTimer(this, 'trackScript', settings.interval, rank);
    balancer.watch(this);
  }

  /** As one that has run for long and passed. */
  restart(effects: Effects): void {
    this.begin(effects.now + Math.floor(this.draws.double() * this.settings.interval), effects);
    this.isNew = false;
    this.result = this.best;
  }

  /** keepalived starts: a first run at once, which decides. */
  start(effects: Effects): void {
    this.begin(effects.now, effects);
    this.isNew = true;
    this.result = this.settings.rise - 1;
  }

  stop(): void {
    this.isStopped = true;
    this.endsAt = NEVER;
    this.run = undefined;
    this.timer.suspend();
  }

  elided(now: Time): number {
    return this.isStopped ? 0 : this.timer.elided(now);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    if (!this.isStopped) this.timer.wake(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.ends) {
      if (effects.now === this.endsAt && this.run !== undefined) this.end(this.run.passes, effects);
      return;
    }
    if (this.isStopped || !this.timer.isDue(effects.now)) return;
    if (this.isSteady(effects.now)) {
      this.timer.sleep(effects);
      return;
    }
    if (this.run === undefined) this.beginRun(effects);
    this.timer.tickAgain(effects);
  }

  private begin(firstRun: Time, effects: Effects): void {
    this.isStopped = false;
    this.fails = false;
    this.run = undefined;
    this.endsAt = NEVER;
    this.timer.start(firstRun, effects);
  }

  /** Whether every run now ends in what is known already. */
  private isSteady(now: Time): boolean {
    if (this.isNew || this.run !== undefined) return false;
    const passing = servedShare(this.balancer.outcomes(now), this.settings.timeout);
    if (passing > 1 - CERTAIN) return this.result === this.best;
    return passing < CERTAIN && this.result === 0;
  }

  private beginRun(effects: Effects): void {
    this.run = this.drawRun(this.balancer.outcomes(effects.now));
    this.endsAt = effects.now + this.run.takes;
    if (this.run.takes === 0) this.end(this.run.passes, effects);
    else effects.at(this.endsAt, this.ends);
  }

  private drawRun(outcomes: readonly Outcome[]): Run {
    const { timeout } = this.settings;
    let left = outcomes.length === 1 ? 0 : this.draws.double();
    const met = outcomes.find(({ share }) => {
      left -= share;
      return left < 0;
    });
    const { kind, after } = met ?? outcomes.at(-1)!;
    return { passes: kind === 'ok' && after <= timeout, takes: Math.min(after, timeout) };
  }

  private end(passes: boolean, effects: Effects): void {
    this.run = undefined;
    this.endsAt = NEVER;
    const { rise } = this.settings;
    if (passes) this.result = this.result + 1 < rise && !this.isNew ? this.result + 1 : this.best;
    else this.result = this.result > rise && !this.isNew ? this.result - 1 : 0;
    this.isNew = false;
    const fails = this.result < rise;
    if (fails === this.fails) return;
    this.fails = fails;
    this.turned(effects);
  }
}
