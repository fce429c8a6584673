/** Linearizable and serializable reads: who is asked, what they wait for, when they end. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import {
  demand,
  isolate,
  led,
  read,
  secondsToNextLeader,
  Writer,
} from '../../support/etcd/etcd-scenes.ts';

const ROUND_TRIP = 20 * MILLISECOND;
const FAR = { latency: () => ({ base: ROUND_TRIP / 2, jitter: 0 }), bandwidth: 1e15 };
const QUICK = { ...FAR, fsync: new Deterministic(100) };

/** Which member leads, which follows, where one of each is enough. */
function scene(settings = {}, replication = 1) {
  const { bench, leader, followers } = led({ ...QUICK, ...settings }, replication);
  return { bench, leader, follower: followers[0]!, other: followers[1]! };
}

describe('a linearizable read', () => {
  it('takes the leader one round of heartbeats, a follower one more', () => {
    const { bench, leader, follower } = scene();
    for (const [member, rounds] of [
      [leader, 1],
      [follower, 2],
    ] as const) {
      const outcome = read(bench, member, 'linearizable');
      bench.run(SECOND);
      expect(outcome.succeeded).toBe(true);
      expect(outcome.took).toBeGreaterThanOrEqual(rounds * ROUND_TRIP);
      expect(outcome.took).toBeLessThan((rounds + 0.1) * ROUND_TRIP);
    }
  });

  it('that comes while another is asked for waits for a question of its own', () => {
    const { bench, leader } = scene();
    const first = read(bench, leader, 'linearizable');
    bench.run(ROUND_TRIP / 2);
    const later = [1, 2, 3].map(() => read(bench, leader, 'linearizable'));
    bench.run(SECOND);
    expect(first.took).toBeLessThan(1.1 * ROUND_TRIP);
    for (const { took, succeeded } of later) {
      expect(succeeded).toBe(true);
      expect(took).toBeGreaterThanOrEqual(1.5 * ROUND_TRIP);
      expect(took).toBeLessThan(1.6 * ROUND_TRIP);
    }
  });

  it('is never answered by a leader that is cut off, and fails after 7 s', () => {
    const { bench, leader } = scene();
    isolate(bench, leader.core.id);
    const outcome = read(bench, leader, 'linearizable');
    const local = read(bench, leader, 'serializable');
    expect(local).toMatchObject({ succeeded: true, took: 0 });
    expect(leader.core.role).toBe('leader');
    bench.run(6.9 * SECOND);
    expect(outcome.succeeded).toBeUndefined();
    bench.run(SECOND);
    expect(outcome.succeeded).toBe(false);
    expect(Math.abs(outcome.took - 7 * SECOND)).toBeLessThanOrEqual(500 * MILLISECOND);
  });

  it('of one that is frozen and resumed never sees less than the new leader committed', () => {
    const { bench, leader } = scene();
    bench.pause(leader.core.id);
    secondsToNextLeader({ bench }, leader);
    bench.run(SECOND);
    const { committed } = bench.leader!.core.log;
    bench.resume(leader.core.id);
    const outcome = read(bench, leader, 'linearizable');
    demand(
      bench.runUntil(() => outcome.succeeded !== undefined, 8 * SECOND),
      'an answer',
    );
    expect(outcome.succeeded).toBe(true);
    expect(leader.applied).toBeGreaterThanOrEqual(committed);
  });

  it('waits until its own member has applied what was committed', () => {
    const { bench, leader, follower } = scene();
    bench.stall(follower.core.id, 2 * SECOND);
    bench.put(leader.core.id, SECOND, () => {});
    bench.run(100 * MILLISECOND);
    const outcome = read(bench, follower, 'linearizable');
    const local = read(bench, follower, 'serializable');
    expect(local.succeeded).toBe(true);
    bench.run(1.8 * SECOND);
    expect(outcome.succeeded).toBeUndefined();
    bench.run(200 * MILLISECOND);
    expect(outcome.succeeded).toBe(true);
  });

  it('hangs at a leader whose fsync stalls, while serializable ones go on', () => {
    const { bench, leader } = scene();
    bench.stall(leader.core.id, 20 * SECOND);
    bench.put(leader.core.id, SECOND, () => {});
    secondsToNextLeader({ bench }, leader);
    bench.run(100 * MILLISECOND);
    expect(leader.core.leader).toBe(bench.leader!.core.id);
    const outcome = read(bench, leader, 'linearizable');
    const local = read(bench, leader, 'serializable');
    bench.run(8 * SECOND);
    expect(outcome.succeeded).toBe(false);
    expect(local.succeeded).toBe(true);
  });
});

describe('before the first commit of a term', () => {
  /** A follower that has just won, and whose followers cannot yet write its first entry. */
  function elected() {
    const { bench, leader } = scene({});
    bench.kill(leader.core.id);
    secondsToNextLeader({ bench }, leader);
    const next = bench.leader!;
    const behind = bench.cluster.members.find((one) => one !== next && one.isRunning)!;
    bench.stall(behind.core.id, 300 * MILLISECOND);
    return { bench, next };
  }

  it('a read is kept until then', () => {
    const { bench, next } = elected();
    const outcome = read(bench, next, 'linearizable');
    bench.run(2 * SECOND);
    expect(outcome.succeeded).toBe(true);
    expect(outcome.took).toBeGreaterThan(300 * MILLISECOND);
    expect(outcome.took).toBeLessThan(400 * MILLISECOND);
  });
});

describe('a read that was asked for while nobody led', () => {
  /** How long after the first commit of the next term it is answered, at a follower. */
  function waitAfterCommit(replication: number): number {
    const { bench, leader } = scene({}, replication);
    bench.kill(leader.core.id);
    const others = bench.cluster.members.filter((one) => one !== leader);
    const campaigns = () => others.some(({ core }) => core.role === 'preCandidate');
    demand(bench.runUntil(campaigns, 5 * SECOND), 'a campaign');
    const [asker] = others.filter(({ core }) => core.role === 'preCandidate');
    const outcome = read(bench, asker!, 'linearizable');
    const { term, log } = asker!.core;
    const hasEntered = () => log.termAt(asker!.applied) > term;
    demand(bench.runUntil(hasEntered, 5 * SECOND), 'a first commit');
    const begun = bench.now;
    const isAnswered = () => outcome.succeeded === true;
    demand(bench.runUntil(isAnswered, 5 * SECOND), 'an answer');
    return bench.now - begun;
  }

  it('is asked for again as soon as the first entry of the next term is applied', () => {
    for (let replication = 1; replication <= 20; replication++) {
      expect(waitAfterCommit(replication)).toBeLessThan(2.1 * ROUND_TRIP);
    }
  });
});

describe('a question that reaches somebody who leads no more', () => {
  it('is dropped; the reader asks again and is answered', () => {
    const { bench, leader, followers } = led({ ...QUICK, members: 5 }, 2);
    // It steps down for want of a majority, which the one that still answers cannot know.
    const [asker, ...frozen] = followers as [EtcdMember, ...EtcdMember[]];
    for (const { core } of frozen) bench.pause(core.id);
    demand(
      bench.runUntil(() => leader.core.role !== 'leader', 3 * SECOND),
      'a step down',
    );
    expect(asker.core).toMatchObject({ leader: leader.core.id, term: leader.core.term });
    const outcome = read(bench, asker, 'linearizable');
    bench.run(300 * MILLISECOND);
    expect(outcome.succeeded).toBeUndefined();
    for (const { core } of frozen) bench.resume(core.id);
    demand(
      bench.runUntil(() => outcome.succeeded !== undefined, 8 * SECOND),
      'an answer',
    );
    expect(outcome.succeeded).toBe(true);
  });
});

describe('a disk under log and database that lets no fsync return', () => {
  it('holds up every read of its member until it does, and none beyond', () => {
    const { bench, leader, follower } = scene({ backendDisk: 'same' });
    const { cluster } = bench;
    cluster.holdDisk(follower.core.id, bench.simulation);
    bench.put(leader.core.id, SECOND, () => {});
    bench.run(SECOND);
    const outcomes = (['serializable', 'linearizable'] as const).map((kind) =>
      read(bench, follower, kind),
    );
    const elsewhere = read(bench, leader, 'linearizable');
    bench.run(2 * SECOND);
    expect(elsewhere.succeeded).toBe(true);
    // The log's write is held, so nothing more was applied and no commit of the backend began.
    expect(outcomes[0]!.succeeded).toBe(true);
    expect(outcomes[1]!.succeeded).toBeUndefined();
    cluster.releaseDisk(follower.core.id, bench.simulation);
    bench.run(SECOND);
    expect(outcomes[1]!.succeeded).toBe(true);
  });

  it('even one that the backend is committing', () => {
    const { bench, leader, follower } = scene({ backendDisk: 'same' });
    const { cluster } = bench;
    bench.put(leader.core.id, SECOND, () => {});
    demand(
      bench.runUntil(() => isAhead(follower, leader), SECOND),
      'an apply',
    );
    cluster.holdDisk(follower.core.id, bench.simulation);
    bench.run(200 * MILLISECOND);
    const outcome = read(bench, follower, 'serializable');
    bench.run(3 * SECOND);
    expect(outcome.succeeded).toBeUndefined();
    cluster.releaseDisk(follower.core.id, bench.simulation);
    bench.run(SECOND);
    expect(outcome.succeeded).toBe(true);
    expect(outcome.took).toBeLessThan(3.1 * SECOND);
  });
});

// A disk on which each fsync takes D stalls reads for about 2 D, if the backend shares it.
describe('serializable reads at a member whose fsyncs take 3 s', () => {
  it.each([
    { backendDisk: 'same', least: 0.9, most: 0.97, longest: 6.1 },
    { backendDisk: 'own', least: 0, most: 0.001, longest: 0.02 },
  ] as const)('backend on the $backendDisk disk', ({ backendDisk, least, most, longest }) => {
    const { bench, followers, leader } = led({ backendDisk });
    new Writer(bench);
    const slow = followers[0]!;
    bench.cluster.slowDisk(slow.core.id, { factor: 1, added: 3 * SECOND }, bench.simulation);
    bench.run(10 * SECOND);
    const outcomes: ReturnType<typeof read>[] = [];
    for (let time = 0; time < 60 * SECOND; time += 20 * MILLISECOND) {
      outcomes.push(read(bench, slow, 'serializable'));
      bench.run(20 * MILLISECOND);
    }
    bench.run(10 * SECOND);
    const slower = outcomes.filter(({ took }) => took > 300 * MILLISECOND).length;
    expect(slower / outcomes.length).toBeGreaterThanOrEqual(least);
    expect(slower / outcomes.length).toBeLessThan(most);
    const slowest = Math.max(...outcomes.map(({ took }) => took)) / SECOND;
    expect(slowest).toBeLessThan(longest);
    expect(slowest).toBeGreaterThan(longest - 0.3);
    expect(bench.leader).toBe(leader);
  });
});

function isAhead(member: EtcdMember, leader: EtcdMember): boolean {
  return member.applied === leader.core.log.last;
}
