/** The loop around one member's Raft: what its disk keeps, and what a disk or a freeze holds up. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import { EtcdBench } from '../../support/etcd/etcd-bench.ts';

/** A cluster that has led for a second, its leader and another member that voted for it. */
function led(settings: ConstructorParameters<typeof EtcdBench>[0] = {}) {
  const bench = new EtcdBench({ preVote: false, ...settings }, 1);
  bench.runUntil(() => bench.leader !== undefined, 20 * SECOND);
  bench.run(SECOND);
  const leader = bench.leader!;
  const voted = ({ core }: EtcdMember) => core !== leader.core && core.vote === leader.core.id;
  return { bench, leader, voter: bench.cluster.members.find(voted)! };
}

describe('a restart', () => {
  it('finds term, vote and log as they were on disk', () => {
    const { bench, voter } = led();
    bench.put(voter.core.id, SECOND, () => {});
    bench.run(SECOND);
    const { term, vote } = voter.core;
    const { last } = voter.core.log;
    bench.kill(voter.core.id);
    expect(voter.core).toMatchObject({ term, vote, role: 'follower' });
    expect(voter.core.log.last).toBe(last);
    bench.restart(voter.core.id);
    bench.run(SECOND);
    expect(voter.core).toMatchObject({ term, vote, leader: vote });
  });

  it('does not find a vote that was being written, nor has anybody heard of it', () => {
    const { bench, leader, voter } = led();
    const { term, vote } = voter.core;
    bench.kill(leader.core.id);
    bench.run(500 * MILLISECOND);
    bench.stall(voter.core.id, 60 * SECOND);
    const higher = () => voter.core.term > term && voter.core.vote !== -1;
    expect(bench.runUntil(higher, 20 * SECOND)).toBe(true);
    bench.run(SECOND);
    expect(bench.leader).toBeUndefined();
    bench.kill(voter.core.id);
    expect(voter.core).toMatchObject({ term, vote });
  });

  it.each([1, 50, 99, 100, 101, 250])('after %i ms leaves one tick a heartbeat', (gap) => {
    const { bench, voter } = led();
    const { id } = voter.core;
    bench.kill(id);
    bench.run(gap * MILLISECOND);
    bench.restart(id);
    for (const { core } of bench.cluster.members) {
      if (core.id === id) continue;
      bench.cut(core.id, id);
      bench.cut(id, core.id);
    }
    bench.run(50 * MILLISECOND);
    bench.campaigns.length = 0;
    bench.run(145 * SECOND);
    // A time-out is 14.5 ticks in the mean and each campaign draws another.
    expect(bench.campaigns.length).toBeGreaterThan(85);
    expect(bench.campaigns.length).toBeLessThan(115);
  });
});

describe('a stalled disk', () => {
  it('leaves an idle leader leading', () => {
    const { bench, leader } = led();
    bench.stall(leader.core.id, 60 * SECOND);
    bench.run(20 * SECOND);
    expect(bench.leader).toBe(leader);
    expect(bench.campaigns.filter((time) => time > bench.now - 20 * SECOND)).toEqual([]);
  });

  it('stops the heartbeats of a leader that is written to, who finds out only at the end', () => {
    const { bench, leader } = led();
    const { term } = leader.core;
    bench.stall(leader.core.id, 5 * SECOND);
    const put: boolean[] = [];
    bench.put(leader.core.id, 10 * SECOND, (succeeded) => put.push(succeeded));
    expect(bench.runUntil(() => bench.leader !== leader, 4 * SECOND)).toBe(true);
    bench.run(SECOND);
    expect(put).toEqual([]);
    expect(bench.leader!.core.term).toBeGreaterThan(term);
    bench.run(6 * SECOND);
    expect(leader.core).toMatchObject({ role: 'follower', leader: bench.leader!.core.id });
  });

  it('of a follower holds up nobody, and the follower does not campaign', () => {
    const { bench, leader, voter } = led();
    bench.stall(voter.core.id, 5 * SECOND);
    const other = bench.cluster.members.find((each) => each !== leader && each !== voter)!;
    let written = 0;
    for (let more = 0; more < 40; more++) {
      bench.put(leader.core.id, 100 * MILLISECOND, (succeeded) => {
        if (succeeded) written++;
      });
      bench.run(100 * MILLISECOND);
    }
    expect(written).toBe(40);
    expect(voter.applied).toBeLessThan(other.applied);
    bench.run(3 * SECOND);
    expect(voter.applied).toBe(other.applied);
    expect(bench.leader).toBe(leader);
  });

  it('of two members of three lets nothing be committed', () => {
    const { bench, leader, voter } = led();
    bench.stall(voter.core.id, 10 * SECOND);
    const other = bench.cluster.members.find((each) => each !== leader && each !== voter)!;
    bench.stall(other.core.id, 10 * SECOND);
    const put: boolean[] = [];
    bench.put(leader.core.id, 5 * SECOND, (succeeded) => put.push(succeeded));
    bench.run(6 * SECOND);
    expect(put).toEqual([false]);
  });
});

describe('a frozen process', () => {
  it('gains no term, takes in what came meanwhile and follows at once', () => {
    const { bench, leader } = led();
    const { term } = leader.core;
    bench.pause(leader.core.id);
    bench.run(4 * SECOND);
    expect(leader.core).toMatchObject({ role: 'leader', term });
    const next = bench.cluster.members.find(
      ({ core }) => core.role === 'leader' && core.term > term,
    );
    expect(next).toBeDefined();
    bench.resume(leader.core.id);
    bench.run(200 * MILLISECOND);
    expect(leader.core).toMatchObject({ role: 'follower', leader: next!.core.id });
    expect(next!.core.role).toBe('leader');
  });
});

describe('members far apart', () => {
  it('wait two round trips for the first write after an election, and one for the next', () => {
    const oneWay = 25 * MILLISECOND;
    const { bench, leader } = led({ latency: () => ({ base: oneWay, jitter: 0 }) });
    bench.kill(leader.core.id);
    expect(bench.runUntil(() => bench.leader !== undefined, 10 * SECOND)).toBe(true);
    const { id } = bench.leader!.core;
    const roundTrips = [1, 2].map(() => {
      const begun = bench.now;
      let taken = 0;
      bench.put(id, 2 * SECOND, () => {
        taken = bench.now - begun;
      });
      bench.runUntil(() => taken > 0, 2 * SECOND);
      return taken / (2 * oneWay);
    });
    expect(roundTrips[0]).toBeGreaterThan(2);
    expect(roundTrips[0]).toBeLessThan(2.3);
    expect(roundTrips[1]).toBeGreaterThan(1);
    expect(roundTrips[1]).toBeLessThan(1.3);
  });
});
