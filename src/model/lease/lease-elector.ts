/**
 * One candidate as client-go's LeaderElector has it (tools/leaderelection/leaderelection.go): it
 * polls, takes over, renews and gives up, one call after the other. It knows only what it saw, and
 * when by its own clock. Left out: clocks that run at another rate, coordinated election.
 */
import { NEVER, type Time } from '../../engine/clock.ts';
import type { Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Answer } from '../network/endpoint.ts';
import { type Identity, type Lease, LeaseKnowledge, NO_HOLDER } from './lease.ts';
import { type LeaseCall, type LeaseVerb, meet, sentCall } from './lease-call.ts';
import type { PollGaps } from './lease-gaps.ts';
import { callTimeout, type LeaseSettings, RELEASED_DURATION } from './lease-settings.ts';

/** The process that runs the elector. */
export interface ElectorOwner {
  /** What calls sent now meet. */
  answerTo(verb: LeaseVerb): Answer;
  readonly acts: SimulationEvent;
  /** It leads from now on. */
  acquired(effects: Effects): void;
  /** It has lost its lease, or was asked to stop, and exits. */
  exits(hasLost: boolean, effects: Effects): void;
}

/** What it is at: nothing, a wait, or a call. */
type Stage =
  | 'off'
  | 'waiting'
  /** An Update on what it knows, without a Get before: the fast path. */
  | 'renewing'
  | 'looking'
  | 'taking'
  | 'lookingToRelease'
  | 'releasing';

export class LeaseElector {
  identity: Identity = NO_HOLDER;
  /** When the wait or call ends that is under way. */
  due: Time = NEVER;
  /** Whether it was told to lead; that its lease has gone to another it need not know. */
  leads = false;
  /** Asked to stop: what it leads has stopped. */
  isStopping = false;
  readonly known = new LeaseKnowledge();
  private readonly lease: Lease;
  private readonly settings: LeaseSettings;
  private readonly gaps: PollGaps;
  private readonly owner: ElectorOwner;
  private stage: Stage = 'off';
  private call: LeaseCall | undefined = undefined;
  private attemptedAt: Time = 0;
  /** Of a round of renewals or a release: when it is given up; NEVER outside. */
  private contextEnds: Time = NEVER;
  private nextTick: Time = 0;

  constructor(lease: Lease, settings: LeaseSettings, gaps: PollGaps, owner: ElectorOwner) {
    this.lease = lease;
    this.settings = settings;
    this.gaps = gaps;
    this.owner = owner;
  }

  /** Waits, as a standby, or as a leader between renewals; `due` is when that ends. */
  get isAtRest(): boolean {
    return this.stage === 'waiting' && this.contextEnds === NEVER;
  }

  /** Whether it leads by right: the record is its own, as far as it and the record itself say. */
  get holds(): boolean {
    return this.leads && this.lease.holder === this.identity;
  }

  /** Whether it has given up or was asked to stop, and is about to exit. */
  get isReleasing(): boolean {
    return this.stage === 'lookingToRelease' || this.stage === 'releasing';
  }

  /** A new process, which knows nothing; its first poll is at `due`. */
  begin(due: Time): void {
    const isKnown = this.settings.keepsIdentity === true && this.identity !== NO_HOLDER;
    if (!isKnown) this.identity = this.lease.newIdentity();
    this.leads = false;
    this.isStopping = false;
    this.attemptedAt = 0;
    this.nextTick = 0;
    this.known.forget();
    this.rest(due);
  }

  /** As one that has led for long and will renew next at `due`. */
  startWarm(due: Time): void {
    const { lease, settings } = this;
    lease.write(lease.version, this.identity, settings.times.leaseDuration, due);
    this.known.wrote(lease, due);
    this.leads = true;
    this.rest(due);
  }

  halt(): void {
    this.stage = 'off';
    this.leads = false;
    this.call = undefined;
    this.due = NEVER;
  }

  /** What `due` stands for happens; late, where the process was frozen meanwhile. */
  act(effects: Effects): void {
    const { call, stage } = this;
    if (stage === 'waiting') {
      if (effects.now >= this.contextEnds) this.giveUp(effects);
      else this.attempt(effects);
      return;
    }
    if (stage === 'off' || call === undefined) return;
    this.call = undefined;
    this.answered(stage, call.succeeds && effects.now <= call.limit, effects);
  }

  answerChanged(verb: LeaseVerb, effects: Effects): void {
    if (this.call === undefined || verb !== verbOf(this.stage)) return;
    this.call = meet(this.call, this.owner.answerTo(verb), effects.now);
    this.wait(this.call.endsAt, effects);
  }

  /** SIGTERM: what it does is cancelled, and a lease that it holds is given back, if it does so. */
  stop(effects: Effects): void {
    this.isStopping = true;
    this.call = undefined;
    this.giveUp(effects);
  }

  /** Slept until now: it waits until `due`. */
  wakeAtRest(due: Time, effects: Effects): void {
    this.rest(due);
    effects.at(due, this.owner.acts);
  }

  /** Slept until now: it sent a call at `sent`, for which it still waits. */
  wakeCalling(sent: Time, effects: Effects): void {
    if (this.leads) this.openRound(sent);
    this.attemptedAt = sent;
    this.send(this.leads ? 'renewing' : 'looking', sent, effects);
  }

  private attempt(effects: Effects): void {
    const { now } = effects;
    if (this.leads && this.contextEnds === NEVER) this.openRound(now);
    this.attemptedAt = now;
    const isFast = this.isMine && this.known.isValid(now);
    this.send(isFast ? 'renewing' : 'looking', now, effects);
  }

  /** PollUntilContextTimeout, immediate and not sliding: its ticker starts with the round. */
  private openRound(now: Time): void {
    const { renewDeadline, retryPeriod } = this.settings.times;
    this.contextEnds = now + renewDeadline;
    this.nextTick = now + retryPeriod;
  }

  private answered(stage: Stage, succeeded: boolean, effects: Effects): void {
    switch (stage) {
      case 'renewing':
        if (succeeded && this.write(this.identity, effects.now)) this.attempted(true, effects);
        else this.send('looking', effects.now, effects);
        return;
      case 'looking':
        if (succeeded) this.looked(effects);
        else this.attempted(false, effects);
        return;
      case 'taking':
        this.attempted(succeeded && this.write(this.identity, effects.now), effects);
        return;
      case 'lookingToRelease':
        this.known.gotVersion(this.lease);
        if (succeeded && this.isMine) this.send('releasing', effects.now, effects);
        else this.exit(effects);
        return;
      case 'releasing':
        if (!succeeded || this.write(NO_HOLDER, effects.now)) this.exit(effects);
        else if (this.settings.releasesBlindly) this.exit(effects);
        else this.send('lookingToRelease', effects.now, effects);
    }
  }

  private looked(effects: Effects): void {
    const { lease, known } = this;
    known.got(lease, lease.version, effects.now);
    const isTaken = lease.holder !== NO_HOLDER && known.isValid(this.attemptedAt) && !this.isMine;
    if (isTaken) this.attempted(false, effects);
    else this.send('taking', effects.now, effects);
  }

  /** False for a conflict. */
  private write(holder: Identity, now: Time): boolean {
    const { leaseDuration } = this.settings.times;
    const duration = holder === NO_HOLDER ? RELEASED_DURATION : leaseDuration;
    return this.known.write(this.lease, holder, duration, now);
  }

  private attempted(succeeded: boolean, effects: Effects): void {
    const { now } = effects;
    if (!this.leads) {
      if (succeeded) this.lead(effects);
      else this.wakeAtRest(now + this.gaps.draw(), effects);
    } else if (succeeded) this.wakeAtRest(now + this.settings.times.retryPeriod, effects);
    else if (now >= this.contextEnds) this.giveUp(effects);
    else this.retry(effects);
  }

  /** The first renewal follows at once. */
  private lead(effects: Effects): void {
    this.leads = true;
    this.owner.acquired(effects);
    this.stage = 'waiting';
    this.attempt(effects);
  }

  /** At the ticker's next tick, or at once where one was missed; it keeps one, not more. */
  private retry(effects: Effects): void {
    const { retryPeriod } = this.settings.times;
    const at = Math.max(effects.now, this.nextTick);
    this.stage = 'waiting';
    this.wait(Math.min(at, this.contextEnds), effects);
    while (this.nextTick <= at) this.nextTick += retryPeriod;
  }

  /**
   * Also one that could not renew tries to release, if it ever does: by a Get and an Update since
   * 1.34. The Get makes sure that there is no conflict and not that the record is still its own, so
   * that a release which comes too late empties a successor's. Without the Get it is a conflict.
   */
  private giveUp(effects: Effects): void {
    const { releasesOnCancel, releasesBlindly = false, times } = this.settings;
    if (!this.leads || !releasesOnCancel || (releasesBlindly && !this.isMine)) {
      this.exit(effects);
      return;
    }
    this.contextEnds = effects.now + times.renewDeadline;
    this.send(releasesBlindly ? 'releasing' : 'lookingToRelease', effects.now, effects);
  }

  private exit(effects: Effects): void {
    const hasLost = !this.isStopping;
    this.halt();
    this.owner.exits(hasLost, effects);
  }

  private send(stage: Stage, now: Time, effects: Effects): void {
    this.stage = stage;
    const limit = Math.min(now + callTimeout(this.settings.times), this.contextEnds);
    this.call = sentCall(this.owner.answerTo(verbOf(stage)), now, limit);
    this.wait(this.call.endsAt, effects);
  }

  private wait(until: Time, effects: Effects): void {
    this.due = until;
    effects.at(until, this.owner.acts);
  }

  private rest(due: Time): void {
    this.stage = 'waiting';
    this.call = undefined;
    this.contextEnds = NEVER;
    this.due = due;
  }

  /** Whether it believes that the record is its own. */
  get isMine(): boolean {
    return this.known.holder === this.identity;
  }
}

function verbOf(stage: Stage): LeaseVerb {
  return stage === 'looking' || stage === 'lookingToRelease' ? 'get' : 'update';
}
