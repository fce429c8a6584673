/**
 * The published measurements of etcd 3.4.23 with default timers and the same trials in the model:
 * three members on one machine, a leader killed or stopped, a follower killed, and the window that
 * one writer sees. All rows share one writer (PUBLISHED in etcd-probe.ts), which is at a random
 * member and phase when the fault comes; which of the two followers dies is random too.
 *
 * What decides. A put handed to a follower goes to the dead leader and is lost for good
 * (raft.go stepFollower, rafthttp's dropped message), so the writer finds a new leader only when
 * its 120 ms are over. A member that is gone costs the writer that comes to it a refusal and a
 * rest, two beats; a writer that takes turns comes to it within a beat of two in two trials of
 * three: hence a shortest window of one beat and a median of two, whoever it is that goes.
 *
 * The window is the longest time between successes begun at most a beat after the fault. A success
 * may still come after a fault and before what it does to the writer; taken to the letter, to the
 * first success after the fault, the medians of the last two rows would be 18 ms. That it takes
 * turns, and this window, are readings of a short description: of those tried at real etcd (one
 * member until it fails, first member first, next one at once) only this gave both medians.
 */
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import { EtcdBench } from './etcd-bench.ts';
import { EtcdProbe, PUBLISHED } from './etcd-probe.ts';

export interface PublishedRow {
  readonly what: string;
  readonly preVote: boolean;
  readonly fault: 'leader killed' | 'leader stopped' | 'follower killed';
  /** Milliseconds, of the measurement. */
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
}

export const PUBLISHED_ROWS: readonly PublishedRow[] = [
  {
    what: 'leader killed, PreVote off',
    ...{ preVote: false, fault: 'leader killed', p10: 990, median: 1_238, p90: 1_708 },
  },
  {
    what: 'leader killed, PreVote on',
    ...{ preVote: true, fault: 'leader killed', p10: 1_097, median: 1_217, p90: 1_680 },
  },
  {
    what: 'leader stopped with SIGTERM',
    ...{ preVote: false, fault: 'leader stopped', p10: 23, median: 32, p90: 46 },
  },
  {
    what: 'follower killed',
    ...{ preVote: false, fault: 'follower killed', p10: 21, median: 32, p90: 46 },
  },
];

/** How far a simulated figure may lie from the measured one, as a share. */
export const TOLERANCES = { p10: 0.2, median: 0.1, p90: 0.2 } as const;

/** Shares of the figures. */
export const SHARES = { p10: 0.1, median: 0.5, p90: 0.9 } as const;

/** The members were started together, so their ticks lie within 15 to 40 ms (measured). */
const TICK_SPREAD = 30 * MILLISECOND;

function harm(bench: EtcdBench, leader: MemberId, fault: PublishedRow['fault']): void {
  if (fault === 'leader stopped') bench.stop(leader);
  else if (fault === 'leader killed') bench.kill(leader);
  else bench.kill((leader + (bench.stream.double() < 0.5 ? 1 : 2)) % 3);
}

/** The window of one trial, in milliseconds. */
export function publishedWindow(row: PublishedRow, replication: number): number {
  const { preVote, fault } = row;
  const version = { addsOnlyToAll: true };
  const bench = new EtcdBench({ preVote, tickSpread: TICK_SPREAD, ...version }, replication);
  bench.runUntil(() => bench.leader !== undefined, 60 * SECOND);
  bench.run(SECOND);
  const leader = bench.leader!.core.id;
  const probe = new EtcdProbe(bench, PUBLISHED);
  bench.run(Math.floor((0.2 + 0.3 * bench.stream.double()) * SECOND));
  const at = bench.now;
  harm(bench, leader, fault);
  bench.runUntil(() => probe.successes.at(-1)! > at + 80 * MILLISECOND, 20 * SECOND);
  return probe.window(at) / MILLISECOND;
}
