/** Where in a member's pipeline its process can be made to crash, and how processes end. */
import type { Effects } from '../../engine/effects.ts';

/**
 * Before it sends what it is ready to send; after a leader has sent and before its fsync; after the
 * fsync and before anything is answered; with a snapshot received and not yet on disk. They are
 * failpoints of etcd's robustness tests: raftBeforeLeaderSend and raftBeforeFollowerSend,
 * raftBeforeSave, raftAfterSave, raftBeforeApplySnap.
 */
export type CrashPoint = 'beforeSend' | 'beforeFsync' | 'afterFsync' | 'duringSnapshot';

/** Killed, asked to stop (SIGTERM), or killed when it next comes to a point of its pipeline. */
export type Ending = 'kill' | 'stop' | CrashPoint;

/** Somebody wants a process to end in a way that may take its time, or never come to pass. */
export interface Demand {
  readonly ending: Exclude<Ending, 'kill'>;
  /** The process is gone, in whatever way. */
  ended(effects: Effects): void;
}
