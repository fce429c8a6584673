/**
 * A member that was asked to stop (SIGTERM): a leader first hands over to a successor, if there is
 * one, and looks each heartbeat interval whether that one leads (etcd server.go,
 * TryLeadershipTransferOnShutdown); anybody else exits at once. All wait for their disk: the loop
 * must end what it is at (raftNode.stop), and the backend commits once more.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { MemberId } from './message.ts';
import type { RaftCore } from './raft-core.ts';

export interface StoppingMember {
  readonly core: RaftCore;
  readonly isPaused: boolean;
  /** It waits for its disk, as its end then does. */
  readonly isWriting: boolean;
  /** The process ends. */
  dies(effects: Effects): void;
}

export class HandOver implements Component {
  private readonly member: StoppingMember;
  private readonly interval: Duration;
  private readonly limit: Duration;
  private readonly looks: SimulationEvent = { kind: 'handedOver', target: this };
  private looksAt: Time = NEVER;
  /** Nothing is left to wait for but the disk. */
  private isDone = false;
  private under: { readonly successor: MemberId | undefined; readonly until: Time } | undefined;

  /** @param limit the longest wait for a successor: etcd's request time-out */
  constructor(member: StoppingMember, interval: Duration, limit: Duration) {
    this.member = member;
    this.interval = interval;
    this.limit = limit;
  }

  get isUnderWay(): boolean {
    return this.under !== undefined;
  }

  begin(successor: MemberId | undefined, effects: Effects): void {
    const { core } = this.member;
    if (core.role !== 'leader' || successor === undefined) {
      this.under = { successor: undefined, until: effects.now };
      this.lookAt(effects.now, effects);
      return;
    }
    this.under = { successor, until: effects.now + this.limit };
    core.transferTo(successor);
    this.lookAt(effects.now + this.interval, effects);
  }

  /** The process is gone. */
  end(): void {
    this.under = undefined;
    this.isDone = false;
    this.looksAt = NEVER;
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.looksAt) this.look(effects);
  }

  /** The process goes on after it was frozen: what was due meanwhile happens now. */
  thawed(effects: Effects): void {
    if (this.looksAt <= effects.now) this.look(effects);
  }

  /** The disk has returned. */
  hasWritten(effects: Effects): void {
    if (this.isDone && !this.member.isWriting) this.member.dies(effects);
  }

  private look(effects: Effects): void {
    if (this.under === undefined || this.member.isPaused) return;
    const { successor, until } = this.under;
    const hasHandedOver = successor !== undefined && this.member.core.leader === successor;
    if (!hasHandedOver && effects.now < until) {
      this.lookAt(effects.now + this.interval, effects);
      return;
    }
    this.looksAt = NEVER;
    this.isDone = true;
    this.hasWritten(effects);
  }

  /** A look asked for earlier, or by a hand-over that is over, is off. */
  private lookAt(time: Time, effects: Effects): void {
    this.looksAt = time;
    effects.at(time, this.looks);
  }
}
