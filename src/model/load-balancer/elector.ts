/**
 * One node's part in an election by Lease (see lease-election.ts). It can be woken after a sleep to
 * what it would have done: call by call after a short one, and after a long one to a draw from the
 * law that a sequence of random gaps settles to.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type {
  ElectionNode,
  ElectorChanged,
  LeaseElection,
  LeaseSettings,
  LeaseStore,
} from './lease-election.ts';

export type ElectorState = 'absent' | 'candidate' | 'leader' | 'restarting';

/** A candidate waits up to so much longer than `retryPeriod` (leaderelection.go, JitterFactor). */
const JITTER_FACTOR = 1.2;
/** Sleeps of more gaps than these are not lived through again. */
const MOST_GAPS = 100;

export class Elector implements Component {
  readonly node: number;
  state: ElectorState = 'absent';
  private readonly store: LeaseStore;
  private readonly settings: LeaseSettings;
  private readonly election: LeaseElection;
  private readonly gaps: RandomStream;
  private readonly rank: number;
  private readonly changed: ElectorChanged;
  private readonly deadline: SimulationEvent = { kind: 'leaseDeadline', target: this };
  private readonly call: SimulationEvent = { kind: 'leaseCall', target: this };
  /** When it next calls the store; other calls are stale. */
  private callsAt: Time = NEVER;
  /** When it gives up leading, or is a candidate again; other deadlines are stale. */
  private deadlineAt: Time = NEVER;
  /** The version of the Lease that it saw last, and when it saw it first. */
  private seen: Time = NEVER;
  private seenAt: Time = 0;
  private isAsleep = false;
  /** Whether it could read when it fell asleep. */
  private couldRead = false;
  private slept = 0;

  constructor(
    node: number,
    { store, gaps }: ElectionNode,
    settings: LeaseSettings,
    election: LeaseElection,
    rank: number,
    changed: ElectorChanged,
  ) {
    this.node = node;
    this.store = store;
    this.settings = settings;
    this.election = election;
    this.gaps = gaps;
    this.rank = rank;
    this.changed = changed;
  }

  restart(state: ElectorState, effects: Effects): void {
    const { retryPeriod } = this.settings;
    this.state = state;
    this.isAsleep = false;
    this.slept = 0;
    this.deadlineAt = NEVER;
    this.seen = this.election.lease.writtenAt;
    this.seenAt = effects.now;
    this.callsAt = NEVER;
    if (state === 'absent') return;
    const within = state === 'leader' ? retryPeriod : this.drawGap();
    this.callsAt = effects.now + Math.floor(this.gaps.double() * within);
    this.ask(effects);
  }

  /** The process starts, and calls at once. */
  start(effects: Effects): void {
    this.election.disturb(effects);
    this.stand(effects);
    this.election.settle(effects);
  }

  /** The process is gone; one that is asked to stop gives the Lease back where it can. */
  end(isAsked: boolean, effects: Effects): void {
    this.election.disturb(effects);
    const { lease } = this.election;
    if (isAsked && this.state === 'leader' && this.renews(effects.now)) {
      lease.holder = undefined;
      lease.writtenAt = effects.now;
    }
    this.enter('absent', effects);
    this.election.settle(effects);
  }

  canWrite(now: Time): boolean {
    return this.store.canWrite(now);
  }

  /** Whether its calls as a leader succeed, and none has failed before. */
  renews(now: Time): boolean {
    const holds = this.election.lease.holder === this.node;
    return holds && this.canWrite(now) && this.deadlineAt === NEVER;
  }

  step(event: SimulationEvent, effects: Effects): void {
    const { now } = effects;
    if (event === this.deadline) {
      if (now === this.deadlineAt) this.meetDeadline(effects);
      return;
    }
    if (this.isAsleep || now !== this.callsAt) return;
    if (this.state === 'leader') this.renew(effects);
    else this.read(effects);
    if (!this.isAsleep) this.ask(effects);
    this.election.settle(effects);
  }

  sleep(now: Time): void {
    if (this.isAsleep) return;
    this.isAsleep = true;
    this.couldRead = this.canWrite(now);
  }

  /** Wakes a leader that slept; how many times it has written meanwhile. */
  wakeLeader(effects: Effects): number {
    if (!this.isAsleep) return 0;
    this.isAsleep = false;
    const { retryPeriod } = this.settings;
    let renewals = Math.max(0, Math.ceil((effects.now - this.callsAt) / retryPeriod));
    if (this.callsAt + renewals * retryPeriod === effects.now && this.hasCalled(effects)) {
      renewals++;
    }
    this.callsAt += renewals * retryPeriod;
    this.slept += renewals;
    if (renewals > 0) this.election.lease.writtenAt = this.callsAt - retryPeriod;
    this.ask(effects);
    return renewals;
  }

  /** Wakes a candidate that slept while the Lease was written anew, first after `before`. */
  wakeCandidate(
    before: Time,
    renewals: number,
    leader: Elector | undefined,
    effects: Effects,
  ): void {
    if (!this.isAsleep) return;
    this.isAsleep = false;
    if (this.state !== 'candidate') return;
    const { retryPeriod } = this.settings;
    const first = this.election.lease.writtenAt - (renewals - 1) * retryPeriod;
    const goesFirst = leader !== undefined && leader.rank < this.rank;
    const look = (time: Time) => {
      let latest = Math.min(Math.floor((time - first) / retryPeriod), renewals - 1);
      if (first + latest * retryPeriod === time && !goesFirst) latest--;
      this.observe(latest < 0 ? before : first + latest * retryPeriod, time);
    };
    this.catchUp(look, effects);
    this.ask(effects);
  }

  elided(now: Time): number {
    if (!this.isAsleep || this.callsAt === NEVER) return this.slept;
    return this.slept + Math.max(0, Math.ceil((now - this.callsAt) / this.meanGap()));
  }

  /** Lives through the calls it has slept through; `look` is what each saw. */
  private catchUp(look: (time: Time) => void, effects: Effects): void {
    const { now } = effects;
    const reads = (time: Time) => {
      if (this.couldRead) look(time);
    };
    const isLong = now - this.callsAt > MOST_GAPS * this.meanGap();
    if (isLong) {
      this.slept += Math.floor((now - this.callsAt) / this.meanGap());
      const { retryPeriod } = this.settings;
      const most = (1 + JITTER_FACTOR) ** 2;
      // A gap that covers a given moment is longer than most: its density grows with its length.
      const gap = retryPeriod * Math.sqrt(1 + this.gaps.double() * (most - 1));
      const last = now - Math.floor(this.gaps.double() * gap);
      reads(last);
      this.callsAt = Math.max(now, last + Math.floor(gap));
      return;
    }
    while (this.callsAt < now || (this.callsAt === now && this.hasCalled(effects))) {
      reads(this.callsAt);
      this.callsAt += this.drawGap();
      this.slept++;
    }
  }

  private renew(effects: Effects): void {
    const { now } = effects;
    const { lease } = this.election;
    this.callsAt = now + this.settings.retryPeriod;
    if (lease.holder === this.node && this.canWrite(now)) {
      lease.writtenAt = now;
      this.deadlineAt = NEVER;
    } else if (this.deadlineAt === NEVER) {
      this.awaitDeadline(now + this.settings.renewDeadline, effects);
    }
  }

  private read(effects: Effects): void {
    const { now } = effects;
    const { lease } = this.election;
    this.callsAt = now + this.drawGap();
    if (!this.canWrite(now)) return;
    this.observe(lease.writtenAt, now);
    const isFree = lease.holder === undefined || lease.holder === this.node;
    if (!isFree && this.seenAt + this.settings.leaseDuration > now) return;
    this.election.disturb(effects);
    lease.holder = this.node;
    lease.writtenAt = now;
    this.enter('leader', effects);
    this.callsAt = now + this.settings.retryPeriod;
  }

  private observe(version: Time, time: Time): void {
    if (version === this.seen) return;
    this.seen = version;
    this.seenAt = time;
  }

  private meetDeadline(effects: Effects): void {
    this.deadlineAt = NEVER;
    if (this.state === 'restarting') {
      this.stand(effects);
      return;
    }
    if (this.state !== 'leader') return;
    this.election.disturb(effects);
    this.enter('restarting', effects);
    this.awaitDeadline(effects.now + this.settings.restartAfter, effects);
  }

  private stand(effects: Effects): void {
    this.seen = NEVER;
    this.enter('candidate', effects);
    this.callsAt = effects.now;
    this.ask(effects);
  }

  private enter(state: ElectorState, effects: Effects): void {
    this.state = state;
    this.callsAt = NEVER;
    this.deadlineAt = NEVER;
    this.changed(this.node, effects);
  }

  private awaitDeadline(time: Time, effects: Effects): void {
    this.deadlineAt = time;
    effects.tickAt(time, this.rank, this.deadline);
  }

  private ask(effects: Effects): void {
    if (this.callsAt !== NEVER) effects.tickAt(this.callsAt, this.rank + 1, this.call);
  }

  private hasCalled(effects: Effects): boolean {
    return effects.tickHasPassed(this.rank + 1);
  }

  private meanGap(): Duration {
    const { retryPeriod } = this.settings;
    return this.state === 'leader' ? retryPeriod : retryPeriod * (1 + JITTER_FACTOR / 2);
  }

  private drawGap(): Duration {
    return Math.floor(this.settings.retryPeriod * (1 + JITTER_FACTOR * this.gaps.double()));
  }
}
