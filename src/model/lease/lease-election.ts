/**
 * A lease and all candidates for it: who holds it, whether what its holder does is done, and what
 * an outage of it waits for. They sleep and wake together.
 */
import { NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { candidateKey } from '../parts/stream-keys.ts';
import { Lease, NO_HOLDER } from './lease.ts';
import { type CandidatePlan, type Candidates, LeaseHolder } from './lease-holder.ts';
import type { LeaseSettings } from './lease-settings.ts';
import { LeaseSleep } from './lease-sleep.ts';

/** What an outage waits for. */
export type LeasePhase =
  /** Standbys that reach an API server hold the record for valid. */
  | 'leaseExpiry'
  /**
   * The record is empty, or expired as far as a standby knows that reaches an API server. Its next
   * poll may show a change that it had missed: then the lease must expire once more.
   */
  | 'takeOver'
  /** Whoever could lead is to be started again by its kubelet, or starts. */
  | 'backOff'
  /** Candidates run, and none reaches an API server. */
  | 'apiServer'
  /** No candidate runs that is not frozen, and none is about to. */
  | 'structural';

declare module '../../engine/effects.ts' {
  interface ChangeData {
    leasePhase: { phase: LeasePhase | 'served' | 'frozen' };
    candidateStandsBy: object;
    candidateLeads: object;
    candidateLostLease: object;
    candidateStopped: object;
  }
}

export class LeaseElection implements Candidates, Component {
  readonly lease: Lease;
  readonly settings: LeaseSettings;
  readonly holders: LeaseHolder[] = [];
  /** Undefined while the lease has a holder at work. */
  phase: LeasePhase | undefined = 'structural';
  /** Called whenever something about a candidate may have changed. */
  onStepped: (effects: Effects) => void = () => {};
  private readonly streams: RandomStreams;
  private readonly sleep: LeaseSleep;
  private readonly expires: SimulationEvent = { kind: 'expires', target: this };
  private expiresAt: Time = NEVER;

  /** @param name of the lease, such as `kube-scheduler` */
  constructor(name: string, settings: LeaseSettings, streams: RandomStreams) {
    this.lease = new Lease(name);
    this.settings = settings;
    this.streams = streams;
    this.sleep = new LeaseSleep(this.lease, this.holders, settings.times);
  }

  /** Before the first replication. */
  add(plan: CandidatePlan): LeaseHolder {
    const key = candidateKey(this.lease.name, this.holders.length);
    const stream = this.streams.stream(`${key}/lease`);
    const holder = new LeaseHolder(plan, this, stream);
    this.holders.push(holder);
    return holder;
  }

  /** One of those that can leads, and has led for long; parts and API servers must be restarted. */
  restart(effects: Effects): void {
    const { lease, holders, settings } = this;
    lease.restart();
    for (const holder of holders) holder.restart(effects.now);
    const able = holders.filter((holder) => holder.isRunning && holder.reachesApi);
    const stream = this.streams.stream(`${lease.name}/lease`);
    const founder = able[Math.floor(stream.double() * able.length)];
    const phase = stream.double();
    if (founder !== undefined) {
      const period = settings.times.retryPeriod + founder.answerTo('update').after;
      // Renewals since before anything that a standby can remember.
      const periods = 2 * Math.ceil(settings.times.leaseDuration / settings.times.retryPeriod) + 2;
      founder.elector.startWarm(effects.now - periods * period + Math.floor(phase * period));
    }
    this.expiresAt = NEVER;
    this.sleep.begin(effects);
    this.phase = this.phaseAt(effects.now);
    this.watchExpiry(effects);
  }

  get isAsleep(): boolean {
    return this.sleep.isAsleep;
  }

  /** Who holds the lease and does what its holder is to do, reached by API server or not. */
  get leader(): LeaseHolder | undefined {
    return this.holders.find((holder) => holder.leads && holder.elector.holds);
  }

  /** Whether the lease has a holder that runs and can renew it. */
  get isServed(): boolean {
    return this.phase === undefined;
  }

  /** Renewals and polls skipped in this replication. */
  ticksElided(now: Time): number {
    return this.sleep.elided(now);
  }

  wake(effects: Effects): void {
    this.sleep.wake(effects);
  }

  stepped(effects: Effects): void {
    this.look(effects);
    this.onStepped(effects);
    this.sleep.trySleep(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.expiresAt) this.look(effects);
  }

  private look(effects: Effects): void {
    const phase = this.phaseAt(effects.now);
    if (phase !== this.phase) {
      this.phase = phase;
      const isFrozen = phase === 'structural' && this.holders.some(({ isRunning }) => isRunning);
      effects.record({
        kind: 'leasePhase',
        subject: this.lease.name,
        phase: isFrozen ? 'frozen' : (phase ?? 'served'),
      });
    }
    this.watchExpiry(effects);
  }

  private phaseAt(now: Time): LeasePhase | undefined {
    const { holders, leader, lease } = this;
    if (leader?.reachesApi && !leader.elector.isReleasing) return undefined;
    if (holders.some(canTakeOver)) {
      const isFree = lease.holder === NO_HOLDER || this.nextExpiry() <= now;
      return isFree ? 'takeOver' : 'leaseExpiry';
    }
    // Who acts as the leader, and is none, is about to exit and to be started.
    const starting = holders.filter((holder) => holder.isStarting || holder.leads);
    if (starting.some((holder) => holder.reachesApi)) return 'backOff';
    const isAnybody = starting.length > 0 || holders.some((holder) => holder.isLively);
    return isAnybody ? 'apiServer' : 'structural';
  }

  /** When the first of those who could take over holds the record for expired. */
  private nextExpiry(): Time {
    let next: Time = NEVER;
    for (const holder of this.holders) {
      if (canTakeOver(holder)) next = Math.min(next, holder.elector.known.expiresAt);
    }
    return next;
  }

  /** Nobody sees an expiry until the next poll, yet an outage then waits for something else. */
  private watchExpiry(effects: Effects): void {
    if (this.phase !== 'leaseExpiry') return;
    const next = this.nextExpiry();
    if (next === this.expiresAt || next === NEVER || next < effects.now) return;
    this.expiresAt = next;
    effects.at(next, this.expires);
  }
}

function canTakeOver({ isLively, reachesApi, elector }: LeaseHolder): boolean {
  return isLively && reachesApi && !elector.leads;
}
