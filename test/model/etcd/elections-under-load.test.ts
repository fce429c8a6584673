/**
 * Faults under writes: who may win, how votes split, what the first write after an election takes,
 * and what a member costs that comes back.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import {
  demand,
  isolate,
  led,
  rejoin,
  type Scene,
  secondsToNextLeader,
  timeOfPut,
  Writer,
} from '../../support/etcd/etcd-scenes.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

// Split by refusal: the one that campaigns first may be ignored, and has voted for itself.
describe('without PreVote a candidate that meets a lease splits the vote', () => {
  it.each([
    { preVote: false, least: 0.06, most: 0.15 },
    { preVote: true, least: 0, most: 0.03 },
  ])('in about a tenth of crashes, PreVote $preVote', ({ preVote, least, most }) => {
    const count = 1_500;
    const lasted: number[] = [];
    const rounds = replications(count, (replication) => {
      const scene = led({ preVote }, replication);
      const { term } = scene.leader.core;
      scene.bench.kill(scene.leader.core.id);
      const seconds = secondsToNextLeader(scene, scene.leader);
      scene.witness.check();
      const more = scene.bench.leader!.core.term - term;
      if (more > 1) lasted.push(seconds);
      return more;
    });
    const share = rounds.filter((more) => more > 1).length / count;
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThan(most);
    if (preVote) return;
    lasted.sort((one, other) => one - other);
    expect(Math.abs(quantile(lasted, 0.5) - 2.3)).toBeLessThan(0.35);
  });
});

// Log inequality: only a member with all that was committed can win, however often it loses.
describe('after a fault under load', () => {
  it('a stale member never wins, and without PreVote keeps the other busy', () => {
    const busy = { off: 0, on: 0 };
    for (const preVote of [true, false]) {
      replications(60, (replication) => {
        const scene = led({ preVote }, replication);
        const { bench, leader, followers, witness } = scene;
        const [stale, full] = followers as [Scene['leader'], Scene['leader']];
        new Writer(bench);
        bench.run(500 * MILLISECOND);
        isolate(bench, stale.core.id);
        bench.run(2 * SECOND);
        bench.kill(leader.core.id);
        rejoin(bench, stale.core.id);
        const seconds = secondsToNextLeader(scene, leader);
        expect(bench.leader).toBe(full);
        witness.check();
        busy[preVote ? 'on' : 'off'] += seconds / 60;
        return seconds;
      });
    }
    expect(busy.off).toBeGreaterThan(busy.on + 0.5);
  });
});

describe('the first write after an election', () => {
  it.each([
    { roundTrip: 20, fsync: 2 },
    { roundTrip: 6, fsync: 10 },
  ])('takes two rounds of $roundTrip ms and two fsyncs of $fsync ms, later ones one', (given) => {
    const way = { base: (given.roundTrip / 2) * MILLISECOND, jitter: 0 };
    const fsync = new Deterministic(given.fsync * MILLISECOND);
    const scene = led({ latency: () => way, fsync, bandwidth: 1e15 }, 3);
    const { bench, leader } = scene;
    bench.kill(leader.core.id);
    secondsToNextLeader(scene, leader);
    const { id } = bench.leader!.core;
    const round = (given.roundTrip + given.fsync) * MILLISECOND;
    // A commit of the backend, two fsyncs long, may hold up what is to be applied.
    const backend = 2 * given.fsync * MILLISECOND;
    for (const rounds of [2, 1, 1]) {
      const took = timeOfPut(bench, id)!;
      expect(took).toBeGreaterThanOrEqual(rounds * round);
      expect(took).toBeLessThanOrEqual(rounds * round + backend + 10);
    }
  });
});

describe('stopping all members with SIGTERM, PreVote off', () => {
  it('the leader waits 7 s for one that is gone, gains terms, and is in the way later', () => {
    const outages = { stop: 0, kill: 0 };
    /** How often a second leader was elected after the restart. */
    const deposed = { stop: 0, kill: 0 };
    for (const way of ['stop', 'kill'] as const) {
      replications(40, (replication) => {
        const { bench, leader, members, witness } = led({ preVote: false }, replication);
        const { term, id } = leader.core;
        const begun = bench.now;
        bench[way](id);
        for (const { core } of members) if (core.id !== id) bench[way](core.id);
        bench.run(1);
        expect(members.filter(({ isRunning }) => isRunning).length).toBe(way === 'stop' ? 1 : 0);
        bench.runUntil(() => !leader.isRunning, 20 * SECOND);
        if (way === 'stop') {
          expect(Math.abs(bench.now - begun - 7 * SECOND)).toBeLessThan(100 * MILLISECOND);
          expect(leader.core.term).toBeGreaterThanOrEqual(term + 2);
        }
        const restarted = bench.now;
        for (const { core } of members) bench.restart(core.id);
        const { leaders } = witness;
        const writer = new Writer(bench);
        demand(
          bench.runUntil(() => writer.successes.length > 100, 60 * SECOND),
          'writes',
        );
        outages[way] += (writer.longestGap(restarted) + restarted - begun) / SECOND / 40;
        witness.check();
        if (witness.leaders > leaders + 1) deposed[way]++;
        return 0;
      });
    }
    expect(deposed.stop).toBeGreaterThan(deposed.kill + 8);
    expect(outages.stop).toBeGreaterThan(outages.kill + 7);
  });
});

describe('a member comes back, under writes', () => {
  const gap = (preVote: boolean, way: 'cut' | 'pause', replication: number) => {
    const { bench, leader, followers, witness } = led({ preVote }, replication);
    const writer = new Writer(bench);
    const { term } = leader.core;
    const { id, log } = followers[0]!.core;
    if (way === 'cut') isolate(bench, id);
    else bench.pause(id);
    bench.run(30 * SECOND);
    expect(writer.longestGap(bench.now - 29 * SECOND)).toBeLessThan(500 * MILLISECOND);
    const back = bench.now;
    if (way === 'cut') rejoin(bench, id);
    else bench.resume(id);
    bench.run(12 * SECOND);
    witness.check();
    expect(bench.leader!.core.log.last - log.last).toBeLessThan(3);
    const terms = bench.leader!.core.term - term;
    return { seconds: writer.longestGap(back) / SECOND, terms };
  };

  it('cut off without PreVote it has gained terms and costs seconds without a leader', () => {
    const gaps: number[] = [];
    replications(120, (replication) => {
      const { seconds, terms } = gap(false, 'cut', replication);
      expect(terms).toBeGreaterThan(15);
      return gaps.push(seconds);
    });
    gaps.sort((one, other) => one - other);
    expect(gaps[0]).toBeGreaterThan(0.1);
    expect(Math.abs(quantile(gaps, 0.5) - 2.1)).toBeLessThan(0.4);
  });

  it.each([
    { preVote: true, way: 'cut' },
    { preVote: true, way: 'pause' },
    { preVote: false, way: 'pause' },
  ] as const)('$way, PreVote $preVote: nobody notices', ({ preVote, way }) => {
    for (let replication = 0; replication < 20; replication++) {
      const { seconds, terms } = gap(preVote, way, replication);
      expect(terms).toBe(0);
      expect(seconds).toBeLessThan(0.5);
    }
  });
});
