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
  /** Bytes of the whole database. */
  readonly size: number;
}

/** The leader hands over: campaign now. */
interface TimeoutNow extends Envelope {
  readonly type: 'timeoutNow';
}

/** A follower asks up to where a linearizable read must have applied; it carries no term. */
interface ReadRequest {
  readonly type: 'readRequest';
  readonly from: MemberId;
  readonly to: MemberId;
  /** Of the asking member's reads. */
  readonly read: number;
}

export interface ReadAnswer extends Envelope {
  readonly type: 'readAnswer';
  readonly index: number;
  readonly read: number;
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
  | TimeoutNow
  | ReadAnswer;

export type Message = TermMessage | Proposal | ReadRequest;

/** An entry of the log on the wire; Kubernetes objects are mostly 0.5 to 4 KiB, an assumption. */
export const ENTRY_BYTES = 1024;
/** A message without entries; protobuf of some integers. */
const ENVELOPE_BYTES = 64;

export function bytesOf(message: Message): number {
  switch (message.type) {
    case 'append':
      return ENVELOPE_BYTES + (message.slice.last - message.slice.previousIndex) * ENTRY_BYTES;
    case 'snapshot':
      return message.size;
    case 'proposal':
      return ENTRY_BYTES;
    default:
      return ENVELOPE_BYTES;
  }
}

export const NOBODY: MemberId = -1;

/** Who votes, and who is written to without a vote. */
export interface Configuration {
  readonly voters: readonly MemberId[];
  readonly learners: readonly MemberId[];
  /** Who joined by this change: nothing is known of it, whoever bore its number before. */
  readonly newcomer?: MemberId;
}
