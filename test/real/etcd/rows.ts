/** What is measured: every row with its variants. Left out: how (see the acts). */

import { nothingWrong, slowDisk } from './acts-disk.ts';
import { followerCut, leaderCut, linkCut, oneWayCut } from './acts-network.ts';
import { followerFrozen, followerKilled, leaderFrozen, leaderKilled } from './acts-process.ts';
import { allRestarted, followerRestarted, quorumLost, restartedAlone } from './acts-restart.ts';
import type { ClusterSettings } from './cluster.ts';
import type { Act } from './rig.ts';

export interface Variant {
  readonly label: string;
  readonly act: Act;
  readonly settings: Partial<ClusterSettings>;
  readonly trials: number;
}

const VOTES = [false, true];
const word = (preVote: boolean) => (preVote ? 'PreVote on' : 'PreVote off');

function both(label: string, act: Act, trials: number, settings = {}): Variant[] {
  return VOTES.map((preVote) => ({
    label: `${label}, ${word(preVote)}`,
    act,
    trials,
    settings: { preVote, ...settings },
  }));
}

const QUICK = { heartbeat: 50, election: 500 };
const SLOW = { heartbeat: 500, election: 5000 };

export const ROWS: Record<string, readonly Variant[]> = {
  '01-leader-killed': [
    ...both('leader killed, 3 members', leaderKilled('SIGKILL'), 45),
    ...both('leader killed, 5 members', leaderKilled('SIGKILL'), 30, { members: 5 }),
  ],
  '02-stopped': [
    ...both('leader stopped by SIGTERM', leaderKilled('SIGTERM'), 20),
    ...both('follower killed', followerKilled, 15),
  ],
  '03-follower-cut': [3, 10, 30].flatMap((seconds) =>
    both(`follower cut off ${seconds} s`, followerCut(seconds), seconds > 10 ? 15 : 30),
  ),
  '04-leader-cut': both('leader cut off 10 s', leaderCut(10), 20),
  '05-link-cut': both('link leader-follower cut 10 s', linkCut(10), 15),
  '06-frozen': [
    ...[0.5, 1, 3, 10].flatMap((seconds) =>
      both(`leader frozen ${seconds} s`, leaderFrozen(seconds), seconds > 3 ? 15 : 30),
    ),
    ...both('follower frozen 10 s', followerFrozen(10), 15),
  ],
  '07-all-restarted': [
    ...both('all killed, restarted at once', allRestarted('SIGKILL'), 20),
    ...both('all stopped by SIGTERM, restarted', allRestarted('SIGTERM'), 20),
  ],
  '08-restarted': [
    ...both('follower restarted after 2 s', followerRestarted, 20),
    ...both('2 of 3 killed, one back after 10 s', quorumLost, 15),
    ...both('one restarted alone, 10 s', restartedAlone, 3),
  ],
  '09-timers': [
    ...both('leader killed, 50/500 ms', leaderKilled('SIGKILL'), 30, QUICK),
    ...both('leader killed, 500/5000 ms', leaderKilled('SIGKILL'), 20, SLOW),
  ],
  '10-latency': [
    ...both('leader killed, 50 ms one way', leaderKilled('SIGKILL'), 30, { delay: 50 }),
    ...both('leader killed, 50 ms one way, 500/5000', leaderKilled('SIGKILL'), 15, {
      delay: 50,
      ...SLOW,
    }),
    ...both('quiet, 50 ms one way', nothingWrong, 1, { delay: 50 }),
  ],
  '11-slow-disk': [
    ...[200, 1000, 3000].flatMap((every) =>
      both(`leader's syncs ${every} ms for 15 s`, slowDisk('leader', 'every', every), 8, {
        slowSync: true,
      }),
    ),
    ...[500, 1000, 2000, 3000].flatMap((stall) =>
      both(`leader's disk stalls ${stall} ms`, slowDisk('leader', 'stall', stall), 15, {
        slowSync: true,
      }),
    ),
    ...both("follower's syncs 1000 ms for 15 s", slowDisk('follower', 'every', 1000), 5, {
      slowSync: true,
    }),
    ...both("follower's disk stalls 3000 ms", slowDisk('follower', 'stall', 3000), 5, {
      slowSync: true,
    }),
  ],
  '12-nothing-wrong': [
    ...both('nothing wrong', nothingWrong, 1),
    ...both('nothing wrong, syncs watched', nothingWrong, 1, { slowSync: true }),
  ],
  '13-one-way': [
    ...both('leader hears nobody for 8 s', oneWayCut('received', 8), 12),
    ...both('nobody hears the leader for 8 s', oneWayCut('sent', 8), 12),
  ],
};
