/**
 * Candidates for a lease of whom nothing can change by itself sleep: a leader that renews, standbys
 * that see it do so, standbys whose API server does not answer. On waking, a leader renews where it
 * would have renewed. Where a standby's polls would be is a matter of chance: played out after a
 * short sleep, drawn from the law that they tend to after a long one.
 */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import { type Answer, isSettled } from '../network/endpoint.ts';
import type { Lease } from './lease.ts';
import { callLength } from './lease-call.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { callTimeout, type LeaseTimes } from './lease-settings.ts';

/**
 * The slowest answers that can be skipped, which leave no doubt of renewals and of seeing
 * them: 2 s + 1 s between renewals and at most 4.4 s + 1 s between polls, against 15 s.
 */
const SLOWEST_STEADY: Duration = 1 * SECOND;

/** Nobody waits between two renewals in less; guards the arithmetic against settings of zero. */
const SHORTEST_PERIOD: Duration = 1 * MILLISECOND;

/** A leader's renewals while it slept, by when they were done. */
interface Renewals {
  readonly first: Time;
  readonly period: Duration;
  readonly versionBefore: number;
}

export class LeaseSleep {
  private readonly lease: Lease;
  private readonly holders: readonly LeaseHolder[];
  private readonly times: LeaseTimes;
  private since: Time | undefined = undefined;
  /** Whether nothing is left of where the polls were when this sleep began. */
  private isForgotten = false;
  private counted = 0;

  constructor(lease: Lease, holders: readonly LeaseHolder[], times: LeaseTimes) {
    this.lease = lease;
    this.holders = holders;
    this.times = times;
  }

  get isAsleep(): boolean {
    return this.since !== undefined;
  }

  /** As if all had been as it is for ever. */
  begin(effects: Effects): void {
    this.counted = 0;
    this.since = effects.now;
    this.isForgotten = true;
    if (effects.neverSleep || !this.isQuiet()) this.wake(effects);
  }

  /** To be called when something has happened. */
  trySleep(effects: Effects): void {
    if (effects.neverSleep || this.isAsleep || !this.isQuiet()) return;
    this.since = effects.now;
    this.isForgotten = false;
  }

  /** To be called before anything changes. */
  wake(effects: Effects): void {
    const { since } = this;
    if (since === undefined) return;
    this.counted = this.elided(effects.now);
    this.since = undefined;
    const leader = this.holders.find((holder) => holder.leads);
    const renewals = leader === undefined ? undefined : this.wakeLeader(leader, effects);
    const slept = this.isForgotten ? Number.POSITIVE_INFINITY : effects.now - since;
    for (const holder of this.holders) {
      if (holder.isLively && holder !== leader) this.wakeStandby(holder, slept, renewals, effects);
    }
  }

  /** Renewals and polls skipped since the start; polls as many as are expected. */
  elided(now: Time): number {
    const { since } = this;
    if (since === undefined) return this.counted;
    const cycles = this.holders.map((holder) => {
      if (!holder.isLively) return 0;
      const call = this.lengthOfCalls(holder);
      const cycle = holder.leads ? this.period(call) : holder.gaps.meanCycle(call);
      return Math.floor((now - since) / cycle);
    });
    return cycles.reduce((sum, count) => sum + count, this.counted);
  }

  private isQuiet(): boolean {
    const { holders } = this;
    const leader = holders.find((holder) => this.isSteady(holder));
    return holders.every((holder) => {
      if (!holder.isLively) return true;
      if (!isSettled(answerOf(holder))) return false;
      if (holder === leader) return true;
      if (holder.elector.leads || !holder.elector.isAtRest) return false;
      return answerOf(holder).kind !== 'ok' || (leader !== undefined && isPrompt(holder));
    });
  }

  private isSteady(holder: LeaseHolder): boolean {
    const { elector } = holder;
    const isAtRest = holder.leads && elector.holds && elector.isAtRest;
    return isAtRest && elector.known.isCurrent(this.lease) && isPrompt(holder);
  }

  private wakeLeader(leader: LeaseHolder, effects: Effects): Renewals {
    const { lease } = this;
    const { elector } = leader;
    const call = this.lengthOfCalls(leader);
    const period = this.period(call);
    const renewals = { first: elector.due + call, period, versionBefore: lease.version };
    const done = Math.max(0, Math.ceil((effects.now - renewals.first) / period));
    if (done > 0) {
      lease.changed(done, renewals.first + (done - 1) * period);
      elector.known.wrote(lease, lease.changedAt);
    }
    const next = elector.due + done * period;
    if (next < effects.now) elector.wakeCalling(next, effects);
    else elector.wakeAtRest(next, effects);
    return renewals;
  }

  private wakeStandby(
    holder: LeaseHolder,
    slept: Duration,
    renewals: Renewals | undefined,
    effects: Effects,
  ): void {
    const call = this.lengthOfCalls(holder);
    const isLong = slept >= holder.gaps.forgottenAfter(call);
    const seen = answerOf(holder).kind === 'ok' ? renewals : undefined;
    if (isLong) this.meet(holder, call, seen, effects);
    else this.playOut(holder, call, seen, effects);
  }

  /** Its polls one by one. */
  private playOut(
    { elector, gaps }: LeaseHolder,
    call: Duration,
    renewals: Renewals | undefined,
    effects: Effects,
  ): void {
    let sent = elector.due;
    while (sent < effects.now && sent + call < effects.now) {
      const done = sent + call;
      if (renewals !== undefined) elector.known.got(this.lease, versionAt(renewals, done), done);
      sent = done + gaps.draw();
    }
    if (sent < effects.now) elector.wakeCalling(sent, effects);
    else elector.wakeAtRest(sent, effects);
  }

  /** Its polls as one finds them who comes at any time, back to one that saw the record change. */
  private meet(
    { elector, gaps }: LeaseHolder,
    call: Duration,
    renewals: Renewals | undefined,
    effects: Effects,
  ): void {
    const { length, age } = gaps.meet(call);
    const sent = effects.now - age;
    const isCalling = sent + call >= effects.now;
    if (renewals !== undefined) {
      const earlier = (done: Time) => done - call - gaps.draw();
      let done = isCalling ? earlier(sent + call) : sent + call;
      let before = earlier(done);
      while (versionAt(renewals, done) === versionAt(renewals, before)) {
        done = before;
        before = earlier(done);
      }
      elector.known.sawChange(this.lease, versionAt(renewals, done), done);
    }
    if (isCalling) elector.wakeCalling(sent, effects);
    else elector.wakeAtRest(sent + length, effects);
  }

  private lengthOfCalls(holder: LeaseHolder): Duration {
    return callLength(answerOf(holder), callTimeout(this.times));
  }

  /** Between two renewals that take so long. */
  private period(call: Duration): Duration {
    return Math.max(SHORTEST_PERIOD, this.times.retryPeriod + call);
  }
}

/** What it meets again and again: a leader renews, and others look. */
function answerOf(holder: LeaseHolder): Answer {
  return holder.answerTo(holder.leads ? 'update' : 'get');
}

function isPrompt(holder: LeaseHolder): boolean {
  const answer = answerOf(holder);
  return answer.kind === 'ok' && answer.after <= SLOWEST_STEADY;
}

/** The record's version at `time`, of which the leader's clock says when it renewed. */
function versionAt({ first, period, versionBefore }: Renewals, time: Time): number {
  return versionBefore + Math.max(0, Math.floor((time - first) / period) + 1);
}
