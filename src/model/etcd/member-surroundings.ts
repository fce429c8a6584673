/** What one member asks of the cluster it is in: to send, and to be told of what it did. */
import type { Effects } from '../../engine/effects.ts';
import type { MemberId, Message, Proposal } from './message.ts';
import type { RaftCore } from './raft-core.ts';

/** Of a member, as much as its surroundings look at. */
export interface Observed {
  readonly name: string;
  readonly core: RaftCore;
  readonly isRunning: boolean;
}

export interface MemberSurroundings {
  send(message: Message, effects: Effects): void;
  /** The leader wrote a client's proposal at the end of its log. */
  accepted(proposal: Proposal, leader: RaftCore): void;
  /** The member has applied everything up to `index`. */
  applied(member: MemberId, index: number, effects: Effects): void;
  /** A member that was asked to stop has handed over, or waited long enough. */
  exits(member: Observed, effects: Effects): void;
  /** A member has had a tick. */
  ticked(effects: Effects): void;
  /** The role or the leader seen may have changed. */
  changed(member: Observed, effects: Effects): void;
}
