/**
 * Linearizable reads at one member, as etcd's read loop asks for them: one question to the leader
 * at a time serves all reads that wait, it is asked again each 500 ms, and a reader waits until its
 * own member has applied what the leader had committed; after the first commit of a term it is
 * asked again at once. Serializable reads ask nobody. Left out: that reads under way fail at once
 * when another leader is known (ErrLeaderChanged).
 */
import { type Duration, MILLISECOND, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { DiskUser } from '../parts/disk.ts';
import { NOBODY } from './raft/message.ts';
import type { RaftLoop } from './raft-loop.ts';

/** etcd server/etcdserver/v3_server.go, readIndexRetryTime. */
const RETRY: Duration = 500 * MILLISECOND;

type Answered = (succeeded: boolean, effects: Effects) => void;

export class LinearizableReads implements Component, DiskUser {
  private readonly loop: RaftLoop;
  private readonly timeout: Duration;
  private readonly retries: SimulationEvent = { kind: 'readRetries', target: this };
  private readonly returns: SimulationEvent = { kind: 'readReturns', target: this };
  private waiting: Answered[] = [];
  private asking: Answered[] = [];
  /** Numbers the questions of this member. */
  private question = 0;
  private retryAt: Time = NEVER;
  private givenUpAt: Time = NEVER;
  /** What must be applied before the reads asked for can be answered. */
  private index: number | undefined = undefined;
  /** Wait for the backend; those at NEVER for its disk to go on. */
  private returning: { readonly at: Time; readonly answered: Answered }[] = [];

  constructor(loop: RaftLoop, timeout: Duration) {
    this.loop = loop;
    this.timeout = timeout;
    loop.backend.disk.users.push(this);
    loop.core.reads.onAnswer = (index, read) => {
      if (read === this.question && this.asking.length > 0) this.index ??= index;
    };
  }

  get isIdle(): boolean {
    return this.waiting.length + this.asking.length + this.returning.length === 0;
  }

  reset(): void {
    this.waiting = [];
    this.asking = [];
    this.returning = [];
    this.retryAt = NEVER;
    this.index = undefined;
  }

  /** A linearizable read. */
  read(answered: Answered, effects: Effects): void {
    this.waiting.push(answered);
    if (this.asking.length === 0) this.ask(effects);
  }

  /** A serializable read: it waits for the backend only. */
  readLocally(answered: Answered, effects: Effects): void {
    const at = this.loop.backend.availableAt(effects.now);
    if (at <= effects.now) {
      answered(true, effects);
      return;
    }
    this.returning.push({ at, answered });
    if (at !== NEVER) effects.at(at, this.returns);
  }

  diskReleased(effects: Effects): void {
    const held = this.returning.filter(({ at }) => at === NEVER);
    this.returning = this.returning.filter(({ at }) => at !== NEVER);
    for (const { answered } of held) this.readLocally(answered, effects);
  }

  /** To be called when something was applied or answered. */
  applied(effects: Effects): void {
    if (this.index === undefined || this.loop.applied < this.index) return;
    this.index = undefined;
    this.retryAt = NEVER;
    for (const answered of this.asking.splice(0)) this.readLocally(answered, effects);
    if (this.waiting.length > 0) this.ask(effects);
  }

  /** The first entry of a term was applied: what was asked for before may have been dropped. */
  askAgain(effects: Effects): void {
    if (this.asking.length === 0 || this.index !== undefined) return;
    this.retryAt = effects.now;
    effects.at(this.retryAt, this.retries);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.returns) {
      const due = this.returning.filter(({ at }) => at <= effects.now);
      this.returning = this.returning.filter(({ at }) => at > effects.now);
      for (const { answered } of due) answered(true, effects);
    } else if (effects.now === this.retryAt && this.index === undefined) {
      if (effects.now >= this.givenUpAt) this.giveUp(effects);
      else this.send(effects);
    }
  }

  private ask(effects: Effects): void {
    this.asking = this.waiting.splice(0);
    this.question++;
    this.givenUpAt = effects.now + this.timeout;
    this.send(effects);
  }

  private send(effects: Effects): void {
    const { loop, question } = this;
    const { core } = loop;
    this.retryAt = effects.now + RETRY;
    effects.at(this.retryAt, this.retries);
    if (core.role === 'leader') core.reads.ask(core.id, question);
    else if (core.leader !== NOBODY) {
      const to = core.leader;
      core.outbox.push({ type: 'readRequest', from: core.id, to, read: question });
    }
    loop.pump(effects);
    this.applied(effects);
  }

  private giveUp(effects: Effects): void {
    this.retryAt = NEVER;
    for (const answered of this.asking.splice(0)) answered(false, effects);
    if (this.waiting.length > 0) this.ask(effects);
  }
}
