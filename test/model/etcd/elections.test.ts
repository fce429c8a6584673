/** When members campaign, step down and split their votes, against what is known of it exactly. */

import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { RaftCore } from '../../../src/model/etcd/raft/raft-core.ts';
import { draws } from '../../support/draws.ts';
import { BENCH_SETTINGS, EtcdBench } from '../../support/etcd/etcd-bench.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

/** A cluster with a leader, at a time that has nothing to do with its ticks. */
function led(bench: EtcdBench): EtcdBench {
  if (!bench.runUntil(() => bench.leader !== undefined, 60 * SECOND)) throw new Error('no leader');
  bench.run(SECOND + Math.floor(bench.stream.double() * SECOND));
  return bench;
}

describe('the randomised time-out', () => {
  it('is 10 to 19 ticks, each as likely, and another one for each term', () => {
    let state = 1;
    const draw = (range: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return Math.floor((state / 2_147_483_647) * range);
    };
    const configuration = { voters: [0, 1, 2], learners: [] };
    const core = new RaftCore(0, configuration, { ...BENCH_SETTINGS, preVote: false }, { draw });
    const counts = new Map<number, number>();
    for (let term = 1; term <= 10_000; term++) {
      core.becomeFollower(term, 1);
      counts.set(core.randomizedTimeout, (counts.get(core.randomizedTimeout) ?? 0) + 1);
    }
    const ticks = [...counts.keys()].sort((a, b) => a - b);
    expect(ticks).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    // Chi-square with 9 degrees of freedom, one in a thousand.
    const excess = [...counts.values()].reduce((sum, count) => sum + (count - 1_000) ** 2, 0);
    expect(excess / 1_000).toBeLessThan(27.9);
  });
});

describe('from a crash of the leader to the first campaign, idle cluster', () => {
  // Seconds at 5, 50, 95 and 99 %, from a Monte-Carlo of the rules.
  it.each([
    [3, [0.87, 1.14, 1.63, 1.76]],
    [5, [0.85, 1.01, 1.38, 1.53]],
    [7, [0.84, 0.96, 1.25, 1.39]],
  ])('%i members', (members, known) => {
    const times = replications(1_000, (replication) => {
      const bench = led(new EtcdBench({ members }, replication));
      bench.campaigns.length = 0;
      const crash = bench.now;
      bench.kill(bench.leader!.core.id);
      bench.runUntil(() => bench.campaigns.length > 0, 3 * SECOND);
      return (bench.campaigns[0]! - crash) / SECOND;
    });
    expect(times[0]).toBeGreaterThan(0.8);
    expect(times.at(-1)).toBeLessThan(1.9);
    [0.05, 0.5, 0.95, 0.99].forEach((share, place) => {
      expect(Math.abs(quantile(times, share) - known[place]!)).toBeLessThan(0.06);
    });
  });
});

describe('a leader that hears nobody', () => {
  it('steps down uniformly between one and two election time-outs', () => {
    const count = draws(400, 1_000);
    const times = replications(count, (replication) => {
      const bench = led(new EtcdBench({}, replication));
      const leader = bench.leader!;
      const cutAt = bench.now;
      for (const { core } of bench.cluster.members) {
        if (core.id !== leader.core.id) bench.cut(core.id, leader.core.id);
      }
      bench.runUntil(() => leader.core.role !== 'leader', 3 * SECOND);
      return (bench.now - cutAt) / SECOND;
    });
    const distances = times.map((time, place) => Math.abs(time - 1 - (place + 0.5) / count));
    // Kolmogorov-Smirnov, one in a thousand.
    expect(Math.max(...distances)).toBeLessThan(1.95 / Math.sqrt(count));
  });

  it('neither commits nor is in the way: the others elect one of them meanwhile', () => {
    const overlaps = replications(200, (replication) => {
      const bench = led(new EtcdBench({}, replication));
      const old = bench.leader!;
      for (const { core } of bench.cluster.members) {
        if (core.id === old.core.id) continue;
        bench.cut(core.id, old.core.id);
        bench.cut(old.core.id, core.id);
      }
      let written = false;
      bench.put(old.core.id, 4 * SECOND, (succeeded) => {
        written = succeeded;
      });
      bench.runUntil(() => bench.leader !== undefined && bench.leader !== old, 6 * SECOND);
      const overlap = old.core.role === 'leader' ? 1 : 0;
      bench.run(4 * SECOND);
      expect(written).toBe(false);
      expect(bench.leader).not.toBe(old);
      return overlap;
    });
    const share = overlaps.reduce((sum, overlap) => sum + overlap, 0) / overlaps.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.9);
  });
});

describe('split votes under the settings of the Raft thesis', () => {
  // Ticks of a two-hundredth of the range come near continuous time-outs; the first campaigns are
  // exactly uniform, since each member's ticks lie at random.
  const settings = {
    electionTicks: 200,
    heartbeatInterval: 5 * MILLISECOND,
    preVote: false,
    checkQuorum: false,
    fsync: new Deterministic(1),
  };

  it.each([
    [3, 0.01, 0.0199],
    [3, 0.1, 0.19],
    [3, 0.2, 0.36],
    [5, 0.1, 0.0523],
    [5, 0.2, 0.1808],
  ])('%i members, one of them dead, latency %f of the range: %f', (members, latency, known) => {
    const way = { base: latency * SECOND, jitter: 0 };
    const count = members === 3 ? draws(600, 1_200) : draws(400, 800);
    const terms = replications(count, (replication) => {
      const bench = new EtcdBench({ ...settings, members, latency: () => way }, replication, [0]);
      bench.runUntil(() => bench.leader !== undefined, 60 * SECOND);
      return bench.leader!.core.term;
    });
    const split = terms.filter((term) => term > 1).length / count;
    const deviation = Math.sqrt((known * (1 - known)) / count);
    expect(Math.abs(split - known)).toBeLessThan(3.3 * deviation);
    const mean = terms.reduce((sum, term) => sum + term, 0) / count;
    const meanDeviation = Math.sqrt(known / count) / (1 - known);
    expect(Math.abs(mean - 1 / (1 - known))).toBeLessThan(3.3 * meanDeviation);
  });
});
