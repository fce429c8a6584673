/** What a stream from one member to another tells whoever stands at its two ends. */
import type { Effects } from '../../engine/effects.ts';
import type { Message, Snapshot } from './raft/message.ts';

export interface ChannelEnds {
  deliver(message: Message, effects: Effects): void;
  /** A snapshot did or did not get through; the sender is told. */
  snapshotArrived(message: Snapshot, effects: Effects): void;
  snapshotLost(message: Snapshot, effects: Effects): void;
  /** Whether messages pass may have changed. */
  channelChanged(effects: Effects): void;
  /** A stream that was cut is given up now, and what it held will never arrive. */
  channelGivenUp(effects: Effects): void;
}
