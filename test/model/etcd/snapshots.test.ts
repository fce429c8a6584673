/**
 * Followers that lag so far behind that the log no longer reaches back to them: when a snapshot is
 * needed, how long it takes, and what becomes of one that is lost.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { BenchSettings } from '../../support/etcd/etcd-bench.ts';
import {
  demand,
  isolate,
  led,
  rejoin,
  type Scene,
  Writer,
} from '../../support/etcd/etcd-scenes.ts';

const QUICK = { fsync: new Deterministic(100), latency: () => ({ base: 200, jitter: 0 }) };

/** A follower that was cut off while so many entries were written, and is about to be back. */
function lagging(entries: number, settings: BenchSettings = {}): Scene & { late: EtcdMember } {
  const scene = led({ ...QUICK, ...settings });
  const late = scene.followers[0]!;
  isolate(scene.bench, late.core.id);
  scene.bench.run(SECOND);
  for (let left = entries; left > 0; left -= 500) {
    for (let more = 0; more < Math.min(left, 500); more++) scene.leader.core.propose(1);
    scene.bench.run(100 * MILLISECOND);
  }
  scene.bench.run(6 * SECOND);
  return { ...scene, late };
}

/**
 * Snapshots that the leader sends to the late member while time passes, and whether it caught up.
 */
function catchUp({ bench, late, leader }: ReturnType<typeof lagging>, limit = 60 * SECOND) {
  let snapshots = 0;
  let wasSending = false;
  const look = () => {
    const isSending = leader.core.progress.get(late.core.id)?.state === 'snapshot';
    if (isSending && !wasSending) snapshots++;
    wasSending = isSending;
    return late.applied === leader.applied && !isSending;
  };
  const begun = bench.now;
  const caughtUp = bench.runUntil(look, limit);
  return { snapshots, caughtUp, seconds: (bench.now - begun) / SECOND };
}

describe('where the log is cut', () => {
  it.each([
    { name: '3.4 and 3.5', snapshotEvery: 10_000, entries: 9_000, snapshots: 0 },
    { name: '3.4 and 3.5', snapshotEvery: 10_000, entries: 14_000, snapshots: 1 },
    { name: '3.6', snapshotEvery: 100, entries: 4_800, snapshots: 0 },
    { name: '3.6', snapshotEvery: 100, entries: 5_200, snapshots: 1 },
    { name: '3.4 by default', snapshotEvery: 100_000, entries: 14_000, snapshots: 0 },
  ])('$name, each $snapshotEvery: $entries entries behind, $snapshots snapshots', (given) => {
    const scene = lagging(given.entries, { snapshotEvery: given.snapshotEvery });
    const { applied, core } = scene.leader;
    const kept = applied - core.log.compactedTo;
    if (applied > given.snapshotEvery + 5_000) {
      expect(kept).toBeGreaterThanOrEqual(5_000);
      expect(kept).toBeLessThan(5_000 + given.snapshotEvery);
    }
    rejoin(scene.bench, scene.late.core.id);
    const { snapshots, caughtUp } = catchUp(scene);
    expect(caughtUp).toBe(true);
    expect(snapshots).toBe(given.snapshots);
    expect(scene.late.core.log.termAt(1) === 0).toBe(given.snapshots > 0);
    scene.witness.check();
  });
});

describe('a snapshot', () => {
  const NEEDED = { snapshotEvery: 100 };

  it.each([
    { megabytes: 100, bandwidth: 100e6, seconds: 1 },
    { megabytes: 2_000, bandwidth: 100e6, seconds: 20 },
    { megabytes: 2_000, bandwidth: 1e9, seconds: 2 },
  ])('of $megabytes MB at $bandwidth bytes a second takes $seconds s', (given) => {
    const snapshotSize = given.megabytes * 1e6;
    const scene = lagging(6_000, { ...NEEDED, snapshotSize, bandwidth: given.bandwidth });
    rejoin(scene.bench, scene.late.core.id);
    const { seconds, snapshots } = catchUp(scene);
    expect(snapshots).toBe(1);
    // Contact comes with the next SYN, and the leader finds out with the next heartbeat.
    expect(seconds).toBeGreaterThan(given.seconds);
    expect(seconds).toBeLessThan(given.seconds + 1.5);
    expect(scene.bench.leader).toBe(scene.leader);
  });

  it('under way disturbs nobody: writes go on, the log is not cut', () => {
    const scene = lagging(6_000, { ...NEEDED, snapshotSize: 1e9, bandwidth: 50e6 });
    const { bench, leader, late, witness } = scene;
    const writer = new Writer(bench, MILLISECOND);
    rejoin(bench, late.core.id);
    bench.run(2 * SECOND);
    const { campaigns } = bench;
    const before = campaigns.length;
    const from = bench.now;
    const { caughtUp, snapshots } = catchUp(scene, 60 * SECOND);
    bench.run(SECOND);
    expect(caughtUp).toBe(true);
    expect(snapshots).toBe(1);
    expect(campaigns.length).toBe(before);
    expect(bench.leader).toBe(leader);
    expect(writer.longestGap(from)).toBeLessThan(100 * MILLISECOND);
    // More was written meanwhile than what stays of a log that is cut.
    expect(leader.applied).toBeGreaterThan(20_000);
    expect(leader.applied - late.applied).toBeLessThan(5);
    witness.check();
  });

  it('that is lost with its receiver is sent again', () => {
    const scene = lagging(6_000, { ...NEEDED, snapshotSize: 1e9, bandwidth: 100e6 });
    const { bench, late, leader } = scene;
    rejoin(bench, late.core.id);
    const isSent = () => leader.core.progress.get(late.core.id)!.state === 'snapshot';
    demand(bench.runUntil(isSent, 5 * SECOND), 'a snapshot');
    bench.run(3 * SECOND);
    bench.kill(late.core.id);
    expect(isSent()).toBe(false);
    bench.run(SECOND);
    bench.restart(late.core.id);
    const { snapshots, caughtUp, seconds } = catchUp(scene);
    expect(snapshots).toBe(1);
    expect(caughtUp).toBe(true);
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(11);
  });

  it('goes on after a short cut and is sent again after one of more than 5 s', () => {
    for (const [cutFor, least, most] of [
      [3, 12.9, 13.3],
      [8, 20, 21.3],
    ] as const) {
      const scene = lagging(6_000, { ...NEEDED, snapshotSize: 1e9, bandwidth: 100e6 });
      const { bench, late, leader } = scene;
      rejoin(bench, late.core.id);
      const isSent = () => leader.core.progress.get(late.core.id)!.state === 'snapshot';
      demand(bench.runUntil(isSent, 5 * SECOND), 'a snapshot');
      const begun = bench.now;
      bench.run(2 * SECOND);
      isolate(bench, late.core.id);
      bench.run(cutFor * SECOND);
      rejoin(bench, late.core.id);
      expect(catchUp(scene).caughtUp).toBe(true);
      const seconds = (bench.now - begun) / SECOND;
      expect(seconds).toBeGreaterThan(least);
      expect(seconds).toBeLessThan(most);
    }
  });

  it('is not sent to a member that has not answered since the last look at the quorum', () => {
    const scene = lagging(6_000, NEEDED);
    const { leader, late, bench } = scene;
    bench.run(3 * SECOND);
    leader.core.propose(1);
    bench.run(SECOND);
    expect(leader.core.progress.get(late.core.id)).toMatchObject({ state: 'probe' });
  });

  it('is lost with its leader: the next one sends another', () => {
    const scene = lagging(6_000, { ...NEEDED, snapshotSize: 1e9, bandwidth: 100e6 });
    const { bench, late, leader, witness } = scene;
    rejoin(bench, late.core.id);
    bench.run(4 * SECOND);
    bench.kill(leader.core.id);
    demand(
      bench.runUntil(() => bench.leader !== undefined, 20 * SECOND),
      'a leader',
    );
    expect(bench.leader).not.toBe(late);
    expect(catchUp({ ...scene, leader: bench.leader! }).caughtUp).toBe(true);
    witness.check();
  });
});
