/**
 * How a member that starts counts most of its first election time-out as passed, once it sees that
 * enough peers are there (etcd's initial-election-tick-advance; server.go, adjustTicks).
 */
import { type Duration, MILLISECOND, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';

/** Etcd looks so often, and for so long, whether peers are there. */
const POLL: Duration = 50 * MILLISECOND;
const POLLS = 100;
/** A member must see more than so many. */
const PEERS_NOT_ENOUGH = 1;
/** Ticks of the election time-out that it leaves. */
const TICKS_LEFT = 2;

export interface AdvancingMember {
  /** Peers to which it has a connection. */
  activePeers(effects: Effects): number;
  /** Counts all but so many ticks of the election time-out as passed. */
  advanceTicks(left: number, effects: Effects): void;
}

export class TickAdvance implements Component {
  private readonly member: AdvancingMember;
  private readonly polls: SimulationEvent = { kind: 'polls', target: this };
  private left = 0;
  private pollsAt: Time = NEVER;

  constructor(member: AdvancingMember) {
    this.member = member;
  }

  get isUnderWay(): boolean {
    return this.left > 0;
  }

  start(effects: Effects): void {
    this.left = POLLS;
    this.later(effects);
  }

  stop(): void {
    this.left = 0;
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (this.left === 0 || effects.now !== this.pollsAt) return;
    this.left--;
    if (this.member.activePeers(effects) > PEERS_NOT_ENOUGH) {
      this.left = 0;
      this.member.advanceTicks(TICKS_LEFT, effects);
    } else if (this.left > 0) this.later(effects);
  }

  private later(effects: Effects): void {
    this.pollsAt = effects.now + POLL;
    effects.at(this.pollsAt, this.polls);
  }
}
