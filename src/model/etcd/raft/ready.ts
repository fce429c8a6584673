/** What the loop of a process takes from Raft at once, and writes. */
import type { MemberId, Message } from './message.ts';

export interface Ready {
  readonly last: number;
  readonly term: number;
  readonly vote: MemberId;
  /** To be sent once it is written. */
  readonly messages: readonly Message[];
  readonly afterWrite: readonly Message[];
  /** Whether it takes an fsync. */
  readonly mustSync: boolean;
  readonly committed: number;
}
