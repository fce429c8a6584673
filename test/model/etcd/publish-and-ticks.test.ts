/**
 * How processes start and stop: attributes published before clients are let in, ticks advanced,
 * leadership handed over on SIGTERM, freezes.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import {
  demand,
  led,
  secondsToNextLeader,
  timeOfPut,
  Writer,
} from '../../support/etcd/etcd-scenes.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

describe('a member that starts', () => {
  it('publishes once more after 7 s if its leader was lost with the proposal', () => {
    const latency = () => ({ base: 20 * MILLISECOND, jitter: 0 });
    const { bench, leader, followers } = led({ latency, fsync: new Deterministic(100) }, 3);
    const { id } = followers[0]!.core;
    bench.kill(id);
    bench.run(SECOND);
    bench.restart(id);
    const knowsLeader = () => followers[0]!.core.leader === leader.core.id;
    demand(bench.runUntil(knowsLeader, SECOND), 'a leader');
    const proposed = bench.now;
    bench.run(MILLISECOND);
    bench.kill(leader.core.id);
    bench.run(6.5 * SECOND);
    expect(bench.leader).toBeDefined();
    expect(followers[0]!.acceptsClients).toBe(false);
    demand(
      bench.runUntil(() => followers[0]!.acceptsClients, 2 * SECOND),
      'an open port',
    );
    expect(bench.now - proposed).toBeGreaterThan(7 * SECOND);
    expect(bench.now - proposed).toBeLessThan(7.5 * SECOND);
  });

  it('finds its term, vote and log, and follows with the next heartbeat', () => {
    const { bench, leader, followers, witness } = led();
    const { core } = followers[0]!;
    const { term, log } = core;
    bench.kill(core.id);
    bench.run(20 * SECOND);
    bench.restart(core.id);
    demand(
      bench.runUntil(() => core.leader === leader.core.id, SECOND),
      'a leader',
    );
    expect(core).toMatchObject({ term });
    expect(log.last).toBeGreaterThan(0);
    expect(bench.leader).toBe(leader);
    witness.check();
  });
});

describe('initial-election-tick-advance', () => {
  it.each([
    { initialElectionTickAdvance: true, least: 0.2, most: 0.31 },
    { initialElectionTickAdvance: false, least: 1, most: 1.11 },
  ])('$initialElectionTickAdvance: $least s to the first campaign of all at once', (given) => {
    const { initialElectionTickAdvance, least, most } = given;
    const times = replications(100, (replication) => {
      const { bench, members } = led({ initialElectionTickAdvance }, replication);
      for (const { core } of members) bench.kill(core.id);
      bench.run(SECOND);
      for (const { core } of members) bench.restart(core.id);
      const begun = bench.now;
      bench.campaigns.length = 0;
      demand(
        bench.runUntil(() => bench.campaigns.length > 0, 5 * SECOND),
        'a campaign',
      );
      return (bench.campaigns[0]! - begun) / SECOND;
    });
    expect(times[0]).toBeGreaterThanOrEqual(least);
    expect(times[0]).toBeLessThan(most);
  });

  it('a cluster of one advances all but one tick, and leads with the next', () => {
    const { bench, leader } = led({ members: 1 });
    bench.kill(leader.core.id);
    bench.run(SECOND);
    const begun = bench.now;
    bench.restart(leader.core.id);
    demand(
      bench.runUntil(() => bench.leader !== undefined, 5 * SECOND),
      'a leader',
    );
    expect(bench.now - begun).toBeLessThan(1.1 * SECOND);
    expect(bench.now - begun).toBeGreaterThan(99 * MILLISECOND);
  });
});

describe('SIGTERM', () => {
  const latency = () => ({ base: 10 * MILLISECOND, jitter: 0 });
  const settings = { latency, fsync: new Deterministic(1 * MILLISECOND) };

  it('at the leader: the port closes, a successor leads, it exits on its poll', () => {
    for (const preVote of [true, false]) {
      const { bench, leader, witness } = led({ ...settings, preVote }, 2);
      const { term, id } = leader.core;
      const begun = bench.now;
      bench.stop(id);
      expect(leader.acceptsClients).toBe(false);
      expect(leader.isRunning).toBe(true);
      const seconds = secondsToNextLeader({ bench }, leader);
      // The order takes one way; the campaign one more there, an fsync at each end, and one back.
      expect(Math.abs(seconds - 0.032)).toBeLessThan(0.003);
      expect(bench.leader!.core.term).toBe(term + 1);
      demand(
        bench.runUntil(() => !leader.isRunning, SECOND),
        'an exit',
      );
      expect(bench.now - begun).toBe(100 * MILLISECOND);
      witness.check();
    }
  });

  it('drops what is proposed while it hands over', () => {
    const { bench, leader } = led(settings, 2);
    bench.stop(leader.core.id);
    expect(leader.core.propose(1)).toBe(false);
    expect(timeOfPut(bench, leader.core.id, 5 * SECOND)).toBeUndefined();
  });

  it('waits for a successor that lags until it has caught up', () => {
    const { bench, leader, followers } = led(settings, 2);
    for (const { core } of followers) bench.stall(core.id, 300 * MILLISECOND);
    leader.core.propose(1);
    bench.run(50 * MILLISECOND);
    bench.stop(leader.core.id);
    expect(secondsToNextLeader({ bench }, leader)).toBeGreaterThan(0.25);
    expect(bench.leader!.core.log.last).toBeGreaterThan(leader.core.log.last);
  });

  it('gives the hand-over up after an election time-out and then leads on, until it exits', () => {
    const { bench, leader, followers } = led(settings, 2);
    for (const { core } of followers) {
      bench.cut(leader.core.id, core.id);
      bench.cut(core.id, leader.core.id);
    }
    bench.stop(leader.core.id);
    expect(leader.core.transferee).not.toBe(-1);
    bench.run(1.1 * SECOND);
    expect(leader.core.transferee).toBe(-1);
    bench.run(5.8 * SECOND);
    expect(leader.isRunning).toBe(true);
    bench.run(0.2 * SECOND);
    expect(leader.isRunning).toBe(false);
  });

  it('goes to the voter to which the leader has been connected longest', () => {
    const { bench, leader, followers } = led(settings, 2);
    const [young, old] = followers;
    bench.run(5 * SECOND);
    bench.kill(young!.core.id);
    bench.restart(young!.core.id);
    bench.run(5 * SECOND);
    bench.stop(leader.core.id);
    secondsToNextLeader({ bench }, leader);
    expect(bench.leader).toBe(old);
  });

  it('at a follower ends it at once, and nobody notices', () => {
    const { bench, followers, leader } = led(settings, 2);
    const writer = new Writer(bench);
    bench.run(SECOND);
    const begun = bench.now;
    bench.stop(followers[0]!.core.id);
    bench.run(1);
    expect(followers[0]!.isRunning).toBe(false);
    bench.run(3 * SECOND);
    expect(writer.longestGap(begun)).toBeLessThan(100 * MILLISECOND);
    expect(bench.leader).toBe(leader);
  });
});

describe('a process that is frozen', () => {
  it('takes in what came meanwhile in order, and at most one tick has waited', () => {
    const { bench, leader, followers, witness } = led();
    new Writer(bench);
    bench.run(SECOND);
    const { core } = followers[0]!;
    bench.pause(core.id);
    const elapsed = core.electionElapsed;
    bench.run(3 * SECOND);
    expect(core.electionElapsed).toBe(elapsed);
    bench.resume(core.id);
    expect(core.electionElapsed).toBeLessThanOrEqual(1);
    bench.run(100 * MILLISECOND);
    expect(leader.applied - followers[0]!.applied).toBeLessThan(5);
    witness.check();
  });

  it('for more than 5 s is given up by its peers, and dialled when it goes on', () => {
    const times = replications(50, (replication) => {
      const { bench, leader, followers } = led({}, replication);
      new Writer(bench);
      const { core } = followers[0]!;
      bench.pause(core.id);
      bench.run(8 * SECOND);
      expect(leader.core.progress.get(core.id)!.state).toBe('probe');
      bench.resume(core.id);
      const begun = bench.now;
      const hasAll = () => leader.core.progress.get(core.id)!.state === 'replicate';
      demand(bench.runUntil(hasAll, 3 * SECOND), 'a follower');
      expect(bench.leader).toBe(leader);
      return (bench.now - begun) / SECOND;
    });
    expect(quantile(times, 1)).toBeLessThan(0.35);
  });
});
