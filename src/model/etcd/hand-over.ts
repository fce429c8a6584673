/**
 * How a member ends that was asked to stop or is killed. On SIGTERM a leader first hands over to a
 * successor, if there is one, and looks each heartbeat interval whether that one leads (etcd
 * server.go, TryLeadershipTransferOnShutdown); anybody else exits at once. All wait for their disk:
 * the loop must end what it is at (raftNode.stop), and the backend commits once more. SIGKILL ends
 * no thread that waits for its disk either (uninterruptible sleep): until the disk returns the
 * sockets are open and nobody answers. Left out of that: fsyncs of less than two seconds.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { MemberId } from './raft/message.ts';
import type { RaftCore } from './raft/raft-core.ts';
import type { RaftLoop } from './raft-loop.ts';

export interface StoppingMember {
  readonly core: RaftCore;
  readonly loop: Pick<RaftLoop, 'isRunning' | 'isPaused' | 'isWriting' | 'isStuck'>;
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
  private isKilled = false;
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
      this.looksAt = effects.now;
      effects.atEndOfInstant(this.looks);
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
    this.isKilled = false;
    this.looksAt = NEVER;
  }

  /** SIGKILL. False where it is gone only with `hasWritten`. */
  sigkill(now: Time): boolean {
    const { loop } = this.member;
    this.isKilled = loop.isRunning && loop.isStuck(now);
    return !this.isKilled;
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
    const { loop } = this.member;
    const endsInOrder = this.isDone && !loop.isPaused && !loop.isWriting;
    if (this.isKilled || endsInOrder) this.member.dies(effects);
  }

  private look(effects: Effects): void {
    if (this.under === undefined || this.member.loop.isPaused) return;
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
