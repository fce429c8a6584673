/**
 * A process that crashes at a named point of its pipeline: what is on its disk, what the others
 * have heard, and what becomes of the write that was under way.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { CrashPoint } from '../../../src/model/process/managed-process.ts';
import {
  demand,
  isolate,
  led,
  rejoin,
  secondsToNextLeader,
} from '../../support/etcd/etcd-scenes.ts';

const SETTINGS = {
  latency: () => ({ base: 5 * MILLISECOND, jitter: 0 }),
  fsync: new Deterministic(2 * MILLISECOND),
};

/** A write during which the leader or a follower crashes at a point; the scene a moment later. */
function crashed(who: 'leader' | 'follower', point: CrashPoint, replication = 1) {
  const scene = led(SETTINGS, replication);
  const { bench, leader, followers } = scene;
  const victim = who === 'leader' ? leader : followers[0]!;
  const index = leader.core.log.last + 1;
  const { term } = leader.core;
  bench.crashAt(victim.core.id, point);
  bench.run(300 * MILLISECOND);
  expect(victim.isRunning, 'nothing is written, so no point is reached').toBe(true);
  const outcome = { succeeded: undefined as boolean | undefined };
  bench.put(leader.core.id, 10 * SECOND, (succeeded) => {
    outcome.succeeded = succeeded;
  });
  demand(
    bench.runUntil(() => !victim.isRunning, SECOND),
    'a crash',
  );
  return { ...scene, victim, index, term, outcome };
}

describe('a leader that crashes', () => {
  it.each([
    { point: 'beforeSend', onDisk: false, sent: false },
    { point: 'beforeFsync', onDisk: false, sent: true },
    { point: 'afterFsync', onDisk: true, sent: true },
  ] as const)('$point: on its disk $onDisk, sent $sent', ({ point, onDisk, sent }) => {
    for (let replication = 0; replication < 10; replication++) {
      const { bench, victim, followers, index, term, outcome, witness } = crashed(
        'leader',
        point,
        replication,
      );
      expect(victim.core.log.last).toBe(onDisk ? index : index - 1);
      bench.run(100 * MILLISECOND);
      for (const { core } of followers) expect(core.log.last).toBe(sent ? index : index - 1);
      expect(outcome.succeeded).toBeUndefined();
      secondsToNextLeader({ bench }, victim);
      bench.run(SECOND);
      bench.restart(victim.core.id);
      bench.run(5 * SECOND);
      // What a majority held is committed by the next leader, answered or not.
      for (const { core } of bench.cluster.members) {
        expect(core.log.termAt(index)).toBe(sent ? term : bench.leader!.core.term);
      }
      witness.check();
    }
  });
});

describe('a follower that crashes', () => {
  it.each([
    { point: 'beforeFsync', onDisk: false },
    { point: 'afterFsync', onDisk: true },
    { point: 'beforeSend', onDisk: true },
  ] as const)('$point: on its disk $onDisk, never acknowledged', ({ point, onDisk }) => {
    const { bench, victim, leader, index, outcome, witness } = crashed('follower', point);
    expect(victim.core.log.last).toBe(onDisk ? index : index - 1);
    bench.run(SECOND);
    expect(outcome.succeeded, 'the other follower is enough').toBe(true);
    expect(bench.leader).toBe(leader);
    expect(leader.core.progress.get(victim.core.id)!.match).toBe(index - 1);
    bench.restart(victim.core.id);
    bench.run(SECOND);
    expect(victim.applied).toBe(leader.applied);
    witness.check();
  });

  it('duringSnapshot dies of each snapshot that comes, and takes the next when it is back', () => {
    const scene = led({ ...SETTINGS, snapshotEvery: 100 });
    const { bench, leader, followers, witness } = scene;
    const victim = followers[0]!;
    isolate(bench, victim.core.id);
    for (let more = 0; more < 6_000; more++) leader.core.propose(1);
    bench.run(8 * SECOND);
    expect(leader.core.log.compactedTo).toBeGreaterThan(victim.core.log.last);
    const { last } = victim.core.log;
    bench.crashAt(victim.core.id, 'duringSnapshot');
    rejoin(bench, victim.core.id);
    demand(
      bench.runUntil(() => !victim.isRunning, 10 * SECOND),
      'a crash',
    );
    expect(victim.core.log.last).toBe(last);
    bench.run(SECOND);
    bench.restart(victim.core.id);
    bench.run(3 * SECOND);
    expect(victim.applied).toBe(leader.applied);
    witness.check();
  });

  it('is left alone if the fault is over before the point is reached', () => {
    const { bench, followers } = led(SETTINGS);
    const { core } = followers[0]!;
    const demand = bench.crashAt(core.id, 'beforeFsync');
    bench.run(SECOND);
    bench.cluster.processes[core.id]!.withdraw(demand, bench.simulation);
    bench.put(bench.leader!.core.id, SECOND, () => {});
    bench.run(SECOND);
    expect(followers[0]!.isRunning, 'the point is forgotten').toBe(true);
    expect(followers[0]!.acceptsClients).toBe(true);
  });
});
