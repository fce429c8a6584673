/** What members say to each other. Members are told by their place in the cluster, from 0. */
import type { LogSlice } from './raft-log.ts';

export type MemberId = number;

interface Envelope {
  readonly from: MemberId;
  readonly to: MemberId;
  readonly term: number;
}

/** A candidate asks for a vote at `term`; `prospective`: would it be given (PreVote)? */
export interface VoteRequest extends Envelope {
  readonly type: 'vote';
  readonly prospective: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
  /** By order of the leader, who hands over: leases do not stand against it. */
  readonly transfer: boolean;
}

export interface VoteAnswer extends Envelope {
  readonly type: 'voteAnswer';
  readonly prospective: boolean;
  readonly granted: boolean;
}

export interface Append extends Envelope {
  readonly type: 'append';
  readonly slice: LogSlice;
  readonly committed: number;
}

export interface AppendAnswer extends Envelope {
  readonly type: 'appendAnswer';
  /** Held up to here; of a refusal, the index at which the append would have joined on. */
  readonly index: number;
  /** Of a refusal: where and in which term the logs may still agree. */
  readonly refusal: { readonly hint: number; readonly hintTerm: number } | undefined;
}

export interface Heartbeat extends Envelope {
  readonly type: 'heartbeat';
  readonly committed: number;
  /** A linearizable read waits for a majority of answers to this number. */
  readonly read: number;
}

export interface HeartbeatAnswer extends Envelope {
  readonly type: 'heartbeatAnswer';
  readonly read: number;
}

export interface Snapshot extends Envelope {
  readonly type: 'snapshot';
  readonly index: number;
  readonly indexTerm: number;
}

/** The leader hands over: campaign now. */
export interface TimeoutNow extends Envelope {
  readonly type: 'timeoutNow';
}

/** A write that a follower hands on to its leader; it carries no term. */
export interface Proposal {
  readonly type: 'proposal';
  readonly from: MemberId;
  readonly to: MemberId;
  /** Which client's write. */
  readonly ticket: number;
}

export type TermMessage =
  | VoteRequest
  | VoteAnswer
  | Append
  | AppendAnswer
  | Heartbeat
  | HeartbeatAnswer
  | Snapshot
  | TimeoutNow;

export type Message = TermMessage | Proposal;
