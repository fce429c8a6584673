/** What the loop of a process asks of the process around it. */
import type { Effects } from '../../engine/effects.ts';
import type { Message } from './raft/message.ts';

/** The process around the loop. */
export interface LoopOwner {
  send(message: Message, effects: Effects): void;
  /** Everything up to `index` is applied, and before that was up to `before`. */
  hasApplied(before: number, index: number, effects: Effects): void;
  /** An fsync has returned, also to a process that is frozen; the process may end. */
  hasWritten(effects: Effects): void;
  /** A write failed, or the process came to the point at which it is to crash. */
  dies(effects: Effects, hasFailed?: boolean): void;
  /** Role, term or leader seen may have changed. */
  changed(effects: Effects): void;
  /** Whether it answers in time has changed. */
  touched(): void;
  /** To be called at the end of each step; `ticked` says whether it was a tick's. */
  stepped(ticked: boolean, effects: Effects): void;
}
