/**
 * Members that start again or were cut off: when clients are let in, when somebody campaigns, when
 * contact is made again, and where ticks lie.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import {
  demand,
  isolate,
  led,
  rejoin,
  type Scene,
  secondsToNextLeader,
} from '../../support/etcd/etcd-scenes.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

describe('a restarted member', () => {
  it('lets clients in once its attributes are committed, without a quorum never', () => {
    const { bench, leader, followers } = led();
    const [one, other] = followers as [Scene['leader'], Scene['leader']];
    bench.kill(one.core.id);
    bench.run(SECOND);
    bench.restart(one.core.id);
    expect(one.acceptsClients).toBe(false);
    const { committed } = leader.core.log;
    demand(
      // A first try that knows no leader yet is lost, and made again after 7 s.
      bench.runUntil(() => one.acceptsClients, 10 * SECOND),
      'a member that is open',
    );
    expect(leader.core.log.committed).toBe(committed + 1);
    bench.kill(one.core.id);
    bench.kill(leader.core.id);
    bench.restart(one.core.id);
    bench.kill(other.core.id);
    bench.run(60 * SECOND);
    expect(one.isRunning).toBe(true);
    expect(one.acceptsClients).toBe(false);
    bench.restart(other.core.id);
    demand(
      bench.runUntil(() => one.acceptsClients, 10 * SECOND),
      'a member that is open again',
    );
  });
});

// initial-election-tick-advance counts remote peers.
describe('from a restart of all that are not dead to the first campaign', () => {
  it.each([
    { members: 3, dead: 0, least: 0.2, below: 0.9 },
    { members: 3, dead: 1, least: 1.0, below: 2 },
    { members: 5, dead: 2, least: 0.2, below: 0.9 },
    { members: 5, dead: 3, least: 1.0, below: 2 },
  ])('$dead of $members dead: $least s at least', ({ members, dead, least, below }) => {
    const times = replications(200, (replication) => {
      const { bench } = led({ members }, replication);
      for (let id = 0; id < members; id++) bench.kill(id);
      bench.run(7 * SECOND);
      for (let id = dead; id < members; id++) bench.restart(id);
      const restarted = bench.now;
      bench.campaigns.length = 0;
      demand(
        bench.runUntil(() => bench.campaigns.length > 0, 10 * SECOND),
        'a campaign',
      );
      return (bench.campaigns[0]! - restarted) / SECOND;
    });
    expect(times[0]).toBeGreaterThanOrEqual(least);
    expect(times[0]).toBeLessThan(least + 0.11);
    expect(quantile(times, 0.8)).toBeLessThan(below);
  });
});

describe('a follower that was cut off', () => {
  const contact = (cutFor: number, replication: number) => {
    const { bench, followers, leader } = led({}, replication);
    const { core } = followers[0]!;
    isolate(bench, core.id);
    bench.run(cutFor * SECOND);
    rejoin(bench, core.id);
    const healed = bench.now;
    demand(
      bench.runUntil(() => core.leader === leader.core.id, 5 * SECOND),
      'contact',
    );
    return (bench.now - healed) / SECOND;
  };

  it('for more than 5 s hears of its leader with the next SYN, 0 to 1.05 s later', () => {
    const times = replications(400, (replication) => contact(8, replication));
    expect(times[0]).toBeLessThan(0.15);
    expect(times.at(-1)).toBeLessThan(1.05 + 0.1 + 0.01);
    expect(times.at(-1)).toBeGreaterThan(1);
    // Half of both: of the time to the SYN and of that to the next heartbeat.
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    expect(Math.abs(mean - 0.575)).toBeLessThan(0.06);
  });

  it('for less than 5 s with the next retransmission, 3.3 s after what was held first', () => {
    const times = replications(50, (replication) => contact(2.5, replication));
    expect(times[0]).toBeGreaterThan(0.75);
    expect(times.at(-1)).toBeLessThan(0.9);
  });
});

describe('the ticks of members', () => {
  /** How wide an arc of the tick holds all campaigns of a run of minutes, in milliseconds. */
  const arc = (tickSpread: Scene['bench']['cluster']['settings']['tickSpread'], seed: number) => {
    const { bench } = led({ tickSpread, preVote: false }, seed);
    for (let round = 0; round < 12; round++) {
      const { id } = bench.leader!.core;
      isolate(bench, id);
      bench.run(12 * SECOND);
      rejoin(bench, id);
      bench.run(12 * SECOND);
    }
    const phases = bench.campaigns.map((time) => (time / MILLISECOND) % 100);
    phases.sort((one, other) => one - other);
    const gaps = phases.map((phase, place) => (phases[place + 1] ?? phases[0]! + 100) - phase);
    return 100 - Math.max(...gaps);
  };

  it('started together stay within 30 ms of each other, independent ones lie anywhere', () => {
    const together = replications(20, (replication) => arc(30 * MILLISECOND, replication));
    expect(together.at(-1)).toBeLessThanOrEqual(30);
    expect(together.at(-1)).toBeGreaterThan(20);
    const independent = replications(20, (replication) => arc('independent', replication));
    expect(quantile(independent, 0.5)).toBeGreaterThan(30);
    expect(independent.at(-1)).toBeGreaterThan(45);
  });

  it('a leader checks its quorum every 10 ticks since it became leader', () => {
    const parts = replications(200, (replication) => {
      const { bench } = led({ preVote: false }, replication);
      const old = bench.leader!;
      bench.kill(old.core.id);
      const elected = bench.now + secondsToNextLeader({ bench }, old) * SECOND;
      const next = bench.leader!;
      bench.run(SECOND + Math.floor(3 * SECOND * bench.stream.double()));
      isolate(bench, next.core.id);
      demand(
        bench.runUntil(() => next.core.role !== 'leader', 3 * SECOND),
        'a step down',
      );
      return ((bench.now - elected) / SECOND) % 1;
    });
    // It campaigned on a tick, and was elected some milliseconds after it.
    expect(parts[0]).toBeGreaterThan(0.96);
  });
});
