/**
 * How long a write takes in a healthy cluster: L = max(F of the leader, the (q-1)-th smallest over
 * followers of RTT + F), then the client's member applies it.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Duration, MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { EtcdBench } from '../../support/etcd/etcd-bench.ts';
import { demand, led, type Scene, timeOfPut } from '../../support/etcd/etcd-scenes.ts';

/** One-way delays and fsyncs in whole milliseconds, of each member by its number. */
interface World {
  readonly members: number;
  readonly delays: readonly number[];
  readonly fsyncs: readonly number[];
}

/** The way to a member takes half of both members' delays. */
function build({ members, delays, fsyncs }: World, replication: number): Scene {
  const latency = (from: number, to: number) => ({
    base: ((delays[from]! + delays[to]!) * MILLISECOND) / 2,
    jitter: 0,
  });
  const settings = { members, latency, bandwidth: 1e15, fsync: new Deterministic(10) };
  const scene = led(settings, replication);
  scene.members.forEach(({ core }, id) => {
    const spell = { factor: 1, added: fsyncs[id]! * MILLISECOND };
    scene.bench.cluster.slowDisk(core.id, spell, scene.bench.simulation);
  });
  scene.bench.run(SECOND);
  return scene;
}

function expected({ members, delays, fsyncs }: World, leader: number): Duration {
  const followers = Array.from({ length: members }, (_, id) => id)
    .filter((id) => id !== leader)
    .map((id) => delays[id]! + delays[leader]! + fsyncs[id]!)
    .sort((one, other) => one - other);
  const majority = Math.floor(members / 2) + 1;
  return Math.max(fsyncs[leader]!, followers[majority - 2]!) * MILLISECOND;
}

const worlds = fc.constantFrom(3, 5, 7).chain((members) => {
  const numbers = (max: number) =>
    fc.array(fc.integer({ min: 1, max }), { minLength: members, maxLength: members });
  return fc.record({
    members: fc.constant(members),
    delays: numbers(20),
    fsyncs: numbers(50),
  });
});

describe('a write at the leader', () => {
  it('takes as long as the formula says, whatever the disks and distances', () => {
    let byLeader = 0;
    let byFollowers = 0;
    fc.assert(
      fc.property(worlds, fc.nat(10_000), (world, replication) => {
        const { bench, leader } = build(world, replication);
        const known = expected(world, leader.core.id);
        // Three writes, one at a time: each waits for those before it to be done.
        for (let more = 0; more < 3; more++) {
          const took = timeOfPut(bench, leader.core.id)!;
          // The backend of its own disk commits in 20 us at the most.
          expect(Math.abs(took - known)).toBeLessThan(200);
          bench.run(SECOND);
        }
        if (known === world.fsyncs[leader.core.id]! * MILLISECOND) byLeader++;
        else byFollowers++;
      }),
      { numRuns: 60, seed: 20_261_124 },
    );
    expect(byLeader, "the leader's own fsync decided").toBeGreaterThan(5);
    expect(byFollowers, 'a follower decided').toBeGreaterThan(5);
  });

  it("waits for the leader's own fsync though a majority of followers has it on disk", () => {
    const scene = build({ members: 3, delays: [1, 1, 1], fsyncs: [0, 0, 0] }, 1);
    const { bench, leader } = scene;
    const spell = { factor: 1, added: 400 * MILLISECOND };
    bench.cluster.slowDisk(leader.core.id, spell, bench.simulation);
    const { last } = leader.core.log;
    let answered = false;
    bench.put(leader.core.id, SECOND, () => {
      answered = true;
    });
    bench.run(200 * MILLISECOND);
    for (const { core } of scene.followers) expect(core.log.stable).toBe(last + 1);
    expect(leader.applied).toBe(last);
    expect(answered).toBe(false);
    bench.run(210 * MILLISECOND);
    expect(answered).toBe(true);
  });
});

describe('a write at a follower', () => {
  it('takes one way more to the leader, and one more to hear that it is committed', () => {
    const world = { members: 3, delays: [10, 10, 10], fsyncs: [5, 5, 5] };
    const { bench, leader, followers } = build(world, 2);
    const round = 20 * MILLISECOND;
    const atLeader = timeOfPut(bench, leader.core.id)!;
    expect(Math.abs(atLeader - round - 5 * MILLISECOND)).toBeLessThan(200);
    bench.run(SECOND);
    const atFollower = timeOfPut(bench, followers[0]!.core.id)!;
    expect(Math.abs(atFollower - atLeader - round)).toBeLessThan(200);
  });
});

describe('writes that come while an fsync is under way', () => {
  it('go to disk together with the next (group commit)', () => {
    const world = { members: 3, delays: [1, 1, 1], fsyncs: [100, 100, 100] };
    const { bench, leader } = build(world, 1);
    const times = putMany(bench, leader.core.id, 40, 2 * MILLISECOND);
    // 40 fsyncs one after the other would take 4 s.
    expect(Math.max(...times)).toBeLessThan(400 * MILLISECOND);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(100 * MILLISECOND);
  });
});

/** How long each of so many puts takes, `gap` apart. */
function putMany(bench: EtcdBench, id: number, count: number, gap: Duration): Duration[] {
  const times: Duration[] = [];
  for (let more = 0; more < count; more++) {
    const begun = bench.now;
    bench.put(id, 10 * SECOND, () => times.push(bench.now - begun));
    bench.run(gap);
  }
  demand(
    bench.runUntil(() => times.length === count, 10 * SECOND),
    'all answers',
  );
  return times;
}
