/** The twelve details of etcd's behaviour from the seventh on; see a11.test.ts. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { VoteRequest } from '../../../src/model/etcd/raft/message.ts';
import { NOBODY, RaftCore } from '../../../src/model/etcd/raft/raft-core.ts';
import { stepRaft } from '../../../src/model/etcd/raft/raft-steps.ts';
import { BENCH_SETTINGS } from '../../support/etcd/etcd-bench.ts';
import {
  demand,
  isolate,
  led,
  rejoin,
  type Scene,
  secondsToNextLeader,
  Writer,
} from '../../support/etcd/etcd-scenes.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

// 7. The client port.
describe('A11.7: a restarted member', () => {
  it('lets clients in once its attributes are committed, without a quorum never', () => {
    const { bench, leader, followers } = led();
    const [one, other] = followers as [Scene['leader'], Scene['leader']];
    bench.kill(one.core.id);
    bench.run(SECOND);
    bench.restart(one.core.id);
    expect(one.acceptsClients).toBe(false);
    const { committed } = leader.core.log;
    demand(
      bench.runUntil(() => one.acceptsClients, 2 * SECOND),
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

// 8. initial-election-tick-advance counts remote peers.
describe('A11.8: from a restart of all that are not dead to the first campaign', () => {
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

// 9. Contact after a cut.
describe('A11.9: a follower that was cut off', () => {
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

// 10. Phases.
describe('A11.10: the ticks of members', () => {
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

// 11. Healing.
describe('A11.11: a member comes back, under writes', () => {
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

// 12. Answers, and the timer of a pre-candidate.
describe('A11.12', () => {
  const member = (term: number, leader: number) => {
    let drawn = 0;
    const draw = (range: number) => drawn++ % range;
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, BENCH_SETTINGS, { draw });
    core.becomeFollower(term, leader);
    return core;
  };
  const request = (term: number, prospective: boolean): VoteRequest => {
    const log = { lastIndex: 99, lastTerm: 9 };
    return { type: 'vote', from: 1, to: 0, term, prospective, transfer: false, ...log };
  };
  const answers = (core: RaftCore, message: VoteRequest) => {
    stepRaft(core, message);
    return core.afterWrite.splice(0);
  };

  it('a vote of a lower term gets no answer, a prospective one a refusal with the term', () => {
    const core = member(5, NOBODY);
    expect(answers(core, request(4, false))).toEqual([]);
    const refusal = { type: 'voteAnswer', to: 1, term: 5, prospective: true, granted: false };
    expect(answers(core, request(4, true))).toMatchObject([refusal]);
    expect(core).toMatchObject({ term: 5, vote: NOBODY });
  });

  it('nobody grants while it knows a leader within its lease', () => {
    for (const prospective of [true, false]) {
      const core = member(5, 2);
      for (let tick = 0; tick < 9; tick++) core.tick();
      expect(answers(core, request(6, prospective))).toEqual([]);
      expect(core.term).toBe(5);
      core.tick();
      expect(answers(core, request(6, prospective))).toMatchObject([{ granted: true, term: 6 }]);
      expect(core.term).toBe(prospective ? 5 : 6);
    }
  });

  it('a pre-candidate asks again and again at the interval that it drew, and grants others', () => {
    const core = member(5, 2);
    const { randomizedTimeout } = core;
    for (let round = 0; round < 3; round++) {
      for (let tick = 0; tick < randomizedTimeout; tick++) {
        expect(core.outbox).toEqual([]);
        core.tick();
      }
      const asked = core.outbox.splice(0);
      expect(asked).toMatchObject([1, 2].map((to) => ({ type: 'vote', to, term: 6 })));
      core.afterWrite = [];
    }
    expect(core).toMatchObject({ role: 'preCandidate', term: 5, leader: NOBODY });
    expect(answers(core, request(6, true))).toMatchObject([{ granted: true, term: 6 }]);
  });
});
