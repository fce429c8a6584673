/**
 * Disks lost for good: a minority's members are replaced, a majority's data come back only from a
 * backup, which takes a while and loses what was written since it was taken.
 */
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { BenchSettings } from '../../support/etcd/etcd-bench.ts';
import { led, type Scene, Writer } from '../../support/etcd/etcd-scenes.ts';

const BACKUP = { every: 5 * MINUTE, restore: new Deterministic(2 * MINUTE).plan };

function lose({ bench }: Scene, ...ids: number[]): void {
  for (const id of ids) bench.cluster.loseData(id, bench.simulation);
}

function scene(settings: BenchSettings = {}): Scene {
  const begun = led({ backup: BACKUP, ...settings });
  begun.witness.retire(begun.bench);
  return begun;
}

function losses({ bench }: Scene) {
  return bench.cluster.safety.losses;
}

describe('one of three members without data', () => {
  it('is replaced, and nothing is lost', () => {
    const all = led({ backup: BACKUP });
    const { bench, members, followers, witness } = all;
    const writer = new Writer(bench);
    bench.run(SECOND);
    const begun = bench.now;
    lose(all, followers[0]!.core.id);
    expect(followers[0]!.core.log.last).toBe(0);
    bench.run(30 * SECOND);
    expect(bench.cluster.hasLostData).toBe(false);
    expect(losses(all).count).toBe(0);
    expect(writer.longestGap(begun)).toBeLessThan(SECOND);
    expect([...bench.cluster.membership.latest.voters].sort()).toEqual([0, 1, 2]);
    for (const { applied } of members) expect(applied).toBeGreaterThan(500);
    witness.check();
  });
});

describe('a majority without data', () => {
  it('at once: a restore takes its time and loses what was written since the last backup', () => {
    const all = scene();
    const { bench, members, leader, followers } = all;
    bench.run(7 * MINUTE - (bench.now % MINUTE));
    const lostAt = bench.now;
    lose(all, followers[0]!.core.id, followers[1]!.core.id);
    bench.run(119 * SECOND);
    expect(bench.cluster.hasLostData).toBe(true);
    expect(bench.leader === undefined || bench.leader === leader).toBe(true);
    bench.run(2 * SECOND);
    expect(bench.cluster.hasLostData).toBe(false);
    const expected = { count: 1, restored: 1, lostSpan: lostAt % BACKUP.every };
    expect(losses(all)).toMatchObject({ ...expected, restoreTime: 2 * MINUTE });
    const writer = new Writer(bench);
    bench.run(10 * SECOND);
    expect(writer.successes.length).toBeGreaterThan(100);
    for (const { acceptsClients } of members) expect(acceptsClients).toBe(true);
  });

  it('without a backup stays lost', () => {
    const all = scene({ backup: undefined });
    lose(all, 0, 1);
    all.bench.run(50 * MINUTE);
    expect(all.bench.cluster.hasLostData).toBe(true);
    expect(losses(all)).toMatchObject({ count: 1, restored: 0 });
  });

  it('is restored once a majority of machines is back', () => {
    const all = scene();
    const { bench } = all;
    const { processes } = bench.cluster;
    for (const id of [0, 1]) {
      processes[id]!.seat(false, bench.simulation);
      lose(all, id);
    }
    bench.run(10 * MINUTE);
    expect(bench.cluster.hasLostData).toBe(true);
    processes[1]!.seat(true, bench.simulation);
    expect(bench.cluster.hasLostData).toBe(false);
    expect(losses(all).restoreTime).toBe(10 * MINUTE);
  });

  it('gives none to a member whose disk is still gone: it is replaced when it is back', () => {
    const all = scene();
    const { bench, members } = all;
    const { cluster } = bench;
    for (const id of [0, 1]) lose(all, id);
    cluster.processes[2]!.seat(false, bench.simulation);
    bench.run(3 * MINUTE);
    expect(cluster.hasLostData).toBe(false);
    expect(members.map(({ hasData }) => hasData)).toEqual([true, true, false]);
    expect([...cluster.membership.latest.voters].sort()).toEqual([0, 1]);
    cluster.processes[2]!.seat(true, bench.simulation);
    bench.run(30 * SECOND);
    expect([...cluster.membership.latest.voters].sort()).toEqual([0, 1, 2]);
    expect(members.map(({ hasData }) => hasData)).toEqual([true, true, true]);
    expect(members[2]!.applied).toBe(members[cluster.membership.latest.voters[0]!]!.applied);
  });

  it('two of five are no majority, three are', () => {
    const all = scene({ members: 5 });
    lose(all, 0, 1);
    all.bench.run(MINUTE);
    expect(losses(all).count).toBe(0);
    expect(all.bench.cluster.membership.latest.voters.length).toBe(5);
    lose(all, 0, 1, 2);
    expect(losses(all).count).toBe(1);
  });
});

describe('a second loss while the first member is being replaced', () => {
  // Two voters are left, or three with a dead one: the new member has no vote yet, or no data.
  it.each([
    { order: 'removeFirst', asLearner: true },
    { order: 'addFirst', asLearner: true },
    { order: 'addFirst', asLearner: false },
  ] as const)('$order, as a learner $asLearner: leaves no majority, so it is restored', (plan) => {
    // A snapshot that takes long keeps the learner a learner.
    const slow = { snapshotSize: 1e12, bandwidth: 1e9, snapshotEvery: 100 };
    const all = scene({ replacement: plan, ...slow });
    const { bench, leader, followers } = all;
    for (let more = 0; more < 12; more++) {
      for (let entry = 0; entry < 500; entry++) leader.core.propose(1);
      bench.run(SECOND);
    }
    bench.run(6 * SECOND);
    lose(all, followers[0]!.core.id);
    bench.run(20 * SECOND);
    expect(losses(all).count).toBe(0);
    lose(all, followers[1]!.core.id);
    bench.run(5 * MINUTE);
    expect(losses(all)).toMatchObject({ count: 1, restored: 1 });
    const writer = new Writer(bench);
    bench.run(20 * SECOND);
    expect(writer.successes.length).toBeGreaterThan(100);
    expect([...bench.cluster.membership.latest.voters].sort()).toEqual([0, 1, 2]);
  });

  it('of the newcomer itself begins its replacement anew', () => {
    const slow = { snapshotSize: 1e9, bandwidth: 1e8, snapshotEvery: 100 };
    const all = scene(slow);
    const { bench, leader, followers } = all;
    for (let more = 0; more < 12; more++) {
      for (let entry = 0; entry < 500; entry++) leader.core.propose(1);
      bench.run(SECOND);
    }
    lose(all, followers[0]!.core.id);
    bench.run(5 * SECOND);
    expect(bench.cluster.membership.latest.learners).toEqual([followers[0]!.core.id]);
    lose(all, followers[0]!.core.id);
    bench.run(5 * MINUTE);
    expect(losses(all).count).toBe(0);
    expect([...bench.cluster.membership.latest.voters].sort()).toEqual([0, 1, 2]);
    expect(followers[0]!.applied).toBe(leader.applied);
  });
});

describe('what was lost', () => {
  it('adds up over losses, each to the last backup before it', () => {
    const all = scene({ backup: { ...BACKUP, every: HOUR } });
    const { bench } = all;
    let span = 0;
    for (const wait of [3, 4]) {
      bench.run(wait * MINUTE);
      span += bench.now % HOUR;
      lose(all, 0, 1, 2);
      bench.run(3 * MINUTE);
    }
    expect(losses(all)).toMatchObject({ count: 2, restored: 2, lostSpan: span });
  });
});
