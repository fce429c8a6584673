/** What one member is given, and what it asks of the cluster it is in. */
import type { Duration } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { MemberId, Message, Proposal } from './raft/message.ts';

export interface ProcessSettings {
  readonly heartbeatInterval: Duration;
  readonly initialElectionTickAdvance: boolean;
  /** Orders the ticks of members among those of one instant. */
  readonly rank: number;
}

export interface MemberSurroundings {
  send(message: Message, effects: Effects): void;
  /** The leader wrote a client's proposal at the end of its log. */
  accepted(proposal: Proposal, leader: EtcdMember): void;
  /** The member has applied everything up to `index`. */
  applied(member: EtcdMember, index: number, effects: Effects): void;
  /** Something is about to change at the member that happens outside the routine. */
  wake(effects: Effects): void;
  /** The process is up: its peers dial it. */
  started(member: EtcdMember, effects: Effects): void;
  /** The process ends: a write failed, a signal came, or it has handed over as it was asked to. */
  exits(member: EtcdMember, effects: Effects, hasFailed?: boolean): void;
  /** Peers to which the member has a connection, as it sees them (etcd: ActivePeers). */
  activePeers(member: MemberId, effects: Effects): number;
  /** A step of the member is over; `ticked` says whether it was a tick's. */
  stepped(ticked: boolean, effects: Effects): void;
  /** The role or the leader seen may have changed. */
  changed(member: EtcdMember, effects: Effects): void;
  /** Something that service levels look at may have changed. */
  touched(): void;
}
