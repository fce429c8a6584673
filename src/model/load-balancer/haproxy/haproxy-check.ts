/**
 * HAProxy's check of one server, as 2.6 does it (src/check.c): the next check is counted from the
 * end of the one before, health counts failures down and successes up, and the interval depends on
 * it. Checks that can change nothing are skipped. Left out: HAProxy's own time, below 1 ms a
 * check, and its rounding to milliseconds.
 */
import { type Duration, NEVER, type Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../../engine/effects.ts';
import type { RandomStream } from '../../../engine/random-streams.ts';
import {
  type Answer,
  type Endpoint,
  type EndpointWatcher,
  isSettled,
} from '../../network/endpoint.ts';
import { serverChange } from '../load-balancer.ts';
import {
  ALONE,
  beginAttempt,
  type CheckAttempt,
  type CheckBounds,
  type CheckedBy,
  checkBounds,
  disturbed,
  isNoticedLate,
  type LooksAt,
} from './check-attempt.ts';
import type { HaproxyServerSettings } from './haproxy-settings.ts';
import type { Firings, ProcessTimer, ProcessTimers } from './process-timers.ts';

type Marked = (effects: Effects) => void;

export class HaproxyCheck implements Component, EndpointWatcher, ProcessTimer {
  /** Whether HAProxy has the server as UP. */
  isUp = true;
  private readonly endpoint: Endpoint;
  private readonly settings: HaproxyServerSettings;
  private readonly bounds: CheckBounds;
  private readonly rank: number;
  private readonly marked: Marked;
  private readonly looksAt: LooksAt;
  private readonly tick: SimulationEvent = { kind: 'haproxyCheck', target: this };
  private readonly markedDown: StateChange;
  private readonly markedUp: StateChange;
  /** From 0 to `best`; UP from `rise` on, which it then leaves for `best` at once. */
  private health = 0;
  private readonly best: number;
  /** The server's answer as this check last heard of it. */
  private seen: Answer;
  private attempt: CheckAttempt | undefined = undefined;
  /** When the attempt ends, or the next one begins; other ticks are stale. NEVER when halted. */
  private due: Time = NEVER;
  private isAsleep = false;
  private slept = 0;

  /**
   * Calls `marked` when the server is marked down or up; `rank` orders its ticks; `timers` are
   * those of its process.
   */
  constructor(
    balancer: string,
    endpoint: Endpoint,
    settings: CheckedBy,
    timers: ProcessTimers,
    rank: number,
    marked: Marked,
  ) {
    this.endpoint = endpoint;
    this.settings = settings.server;
    this.bounds = checkBounds(settings);
    this.looksAt = (from, until) => timers.looksAt(this, from, until);
    timers.add(this);
    this.best = settings.server.rise + settings.server.fall - 1;
    this.rank = rank;
    this.marked = marked;
    this.seen = endpoint.answer;
    this.markedDown = serverChange('markedDown', balancer, endpoint);
    this.markedUp = serverChange('markedUp', balancer, endpoint);
    endpoint.watch(this);
  }

  /** As one that has checked for long: up, in full health, at any point between two checks. */
  restart(phases: RandomStream, effects: Effects): void {
    this.slept = 0;
    this.launch(this.best);
    const cycle = this.settings.inter + this.lengthOfCheck();
    this.due = effects.now + Math.floor(phases.double() * cycle);
    this.rest(effects);
  }

  /**
   * HAProxy starts: servers are up until a first check fails (server.c, `health = rise`). That
   * check comes after `share` of an interval.
   */
  begin(share: number, effects: Effects): void {
    this.launch(this.settings.rise);
    this.due = effects.now + Math.floor(share * this.interval());
    this.rest(effects);
  }

  /** HAProxy is gone, and all it believed with it. */
  halt(effects: Effects): void {
    this.wake(effects);
    this.attempt = undefined;
    this.due = NEVER;
  }

  /** Checks that were not simulated from the start until `now`. */
  elided(now: Time): number {
    if (!this.isAsleep) return this.slept;
    return this.slept + Math.max(0, Math.ceil((now - this.due) / this.cycle()));
  }

  /** Its timer fires when a check begins; those that would fire at ends are left out. */
  firings(): Firings | undefined {
    if (this.due === NEVER) return undefined;
    const next = this.attempt === undefined ? this.due : this.due + this.interval();
    return { next, period: this.cycle() };
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (this.isAsleep || effects.now !== this.due) return;
    if (this.attempt !== undefined) {
      this.finish(this.attempt.passes, effects);
      return;
    }
    this.follow(this.begun(effects.now), effects);
  }

  answerChanged(endpoint: Endpoint, effects: Effects): void {
    const wasAsleep = this.isAsleep;
    this.wake(effects);
    this.seen = endpoint.answer;
    if (this.attempt !== undefined) {
      const { attempt, seen, bounds, looksAt } = this;
      this.follow(disturbed(attempt, effects.now, seen, bounds, looksAt), effects);
    } else if (this.canRest(effects)) this.isAsleep = true;
    else if (wasAsleep) this.ask(effects);
  }

  private launch(health: number): void {
    this.isUp = true;
    this.health = health;
    this.attempt = undefined;
    this.isAsleep = false;
    this.seen = this.endpoint.answer;
  }

  /** An attempt under way, until it ends. */
  private follow(attempt: CheckAttempt, effects: Effects): void {
    if (attempt.endsAt <= effects.now) {
      this.finish(attempt.passes, effects);
      return;
    }
    const isNews = this.attempt === undefined || this.due !== attempt.endsAt;
    this.attempt = attempt;
    this.due = attempt.endsAt;
    if (isNews) this.ask(effects);
  }

  private finish(passes: boolean, effects: Effects): void {
    this.attempt = undefined;
    if (passes) this.succeed(effects);
    else this.fail(effects);
    this.due = effects.now + this.interval();
    this.rest(effects);
  }

  private fail(effects: Effects): void {
    if (this.health > 0) this.health--;
    if (this.health >= this.settings.rise) return;
    this.health = 0;
    if (!this.isUp) return;
    this.isUp = false;
    effects.record(this.markedDown);
    this.marked(effects);
  }

  private succeed(effects: Effects): void {
    if (this.health < this.best) this.health++;
    if (this.health < this.settings.rise) return;
    this.health = this.best;
    if (this.isUp) return;
    this.isUp = true;
    effects.record(this.markedUp);
    this.marked(effects);
  }

  /** From the end of a check to the start of the next (server.c, srv_getinter). */
  private interval(): Duration {
    const { inter, fastinter, downinter } = this.settings;
    if (this.health === this.best) return inter;
    if (!this.isUp && this.health === 0) return downinter ?? inter;
    return fastinter ?? inter;
  }

  /** Between checks. */
  private rest(effects: Effects): void {
    this.isAsleep = this.canRest(effects);
    if (!this.isAsleep) this.ask(effects);
  }

  /** Whether no further check can change anything while the answer stays. */
  private canRest(effects: Effects): boolean {
    if (effects.neverSleep || this.due === NEVER || !isSettled(this.seen)) return false;
    const usual = this.usual();
    // What is noticed late depends on the timers of others.
    if (isNoticedLate(usual, this.bounds)) return false;
    return this.health === (usual.passes ? this.best : 0);
  }

  private begun(now: Time): CheckAttempt {
    return beginAttempt(now, this.seen, this.bounds, this.looksAt);
  }

  /** A check of the server as it is, from 0 on, beside no others. */
  private usual(): CheckAttempt {
    return beginAttempt(0, this.seen, this.bounds, ALONE);
  }

  private ask(effects: Effects): void {
    effects.tickAt(this.due, this.rank, this.tick);
  }

  private lengthOfCheck(): Duration {
    return this.usual().endsAt;
  }

  private cycle(): Duration {
    return this.lengthOfCheck() + this.interval();
  }

  /** To where it would be had it not slept; what it asks of the world is the caller's to ask. */
  private wake(effects: Effects): void {
    if (!this.isAsleep) return;
    this.isAsleep = false;
    const { now } = effects;
    const begun = this.checksBegun(now, effects);
    if (begun === 0) return;
    const cycle = this.cycle();
    const lastBegan = this.due + (begun - 1) * cycle;
    const lastEnds = lastBegan + this.lengthOfCheck();
    const isOver = lastEnds < now || (lastEnds === now && effects.tickHasPassed(this.rank));
    this.slept += isOver ? begun : begun - 1;
    this.due = isOver ? lastBegan + cycle : lastEnds;
    if (isOver) return;
    this.attempt = this.begun(lastBegan);
    this.ask(effects);
  }

  /** Checks that would have begun, of a sleeper. */
  private checksBegun(now: Time, effects: Effects): number {
    if (now < this.due) return 0;
    const cycle = this.cycle();
    const whole = Math.floor((now - this.due) / cycle);
    const startsNow = this.due + whole * cycle === now;
    return whole + (startsNow && !effects.tickHasPassed(this.rank) ? 0 : 1);
  }
}
