/**
 * The twelve details that decide whether a model of etcd matches measurements,
 * item by item. Numbers are those of the item or follow from the rules it names.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { TermMessage } from '../../../src/model/etcd/raft/message.ts';
import { RaftCore } from '../../../src/model/etcd/raft/raft-core.ts';
import { stepRaft } from '../../../src/model/etcd/raft/raft-steps.ts';
import { BENCH_SETTINGS } from '../../support/etcd/etcd-bench.ts';
import {
  demand,
  isolate,
  led,
  read,
  rejoin,
  type Scene,
  secondsToNextLeader,
  timeOfPut,
  Writer,
} from '../../support/etcd/etcd-scenes.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

// 1. Split by refusal: the one that campaigns first may be ignored, and has voted for itself.
describe('A11.1: without PreVote a candidate that meets a lease splits the vote', () => {
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

// 2. What sets the election timer back.
describe('A11.2: the election timer of a follower whose leader is 2, at 7 of its ticks', () => {
  const ticks = 7;
  const envelope = { from: 2, to: 0, term: 3 } as const;
  const vote = { ...envelope, type: 'vote', from: 1, transfer: false, lastTerm: 3 } as const;
  const slice = { previousIndex: 4, previousTerm: 3, runs: [], last: 4 } as const;
  const unfit = { ...slice, previousIndex: 9, last: 9 };
  const prospective = true;
  const cases: readonly [what: string, message: TermMessage, left: number][] = [
    ['an append', { ...envelope, type: 'append', slice, committed: 0 }, 0],
    ['an append that is refused', { ...envelope, type: 'append', slice: unfit, committed: 0 }, 0],
    ['a heartbeat', { ...envelope, type: 'heartbeat', committed: 0, read: 0 }, 0],
    ['a snapshot', { ...envelope, type: 'snapshot', index: 4, indexTerm: 3, size: 1 }, 0],
    ['an order to campaign', { ...envelope, type: 'timeoutNow' }, 0],
    ['a granted vote', { ...vote, term: 4, prospective: false, lastIndex: 4, transfer: true }, 0],
    ['a refused vote at a higher term', { ...vote, term: 4, prospective: false, lastIndex: 3 }, 0],
    ['a refused vote at the same term', { ...vote, prospective: false, lastIndex: 4 }, ticks],
    ['a granted prospective vote', { ...vote, term: 4, prospective, lastIndex: 4 }, ticks],
    ['a refused prospective vote', { ...vote, term: 4, prospective, lastIndex: 3 }, ticks],
    [
      'a heartbeat of a lower term',
      { ...envelope, term: 2, type: 'heartbeat', committed: 0, read: 0 },
      ticks,
    ],
    ['a vote of a lower term', { ...vote, term: 2, prospective: false, lastIndex: 9 }, ticks],
  ];

  it.each(cases)('after %s', (_what, message, left) => {
    let drawn = 0;
    const draw = () => drawn++ % 10;
    // Without CheckQuorum there is no lease that would hide the answers to requests.
    const settings = { ...BENCH_SETTINGS, preVote: false, checkQuorum: false };
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, settings, { draw });
    core.becomeFollower(3, 2);
    core.log.append(3, 4);
    for (let tick = 0; tick < ticks; tick++) core.tick();
    stepRaft(core, message);
    expect(core.electionElapsed).toBe(left);
  });

  it('is set back by a vote that is granted, even at the term that it is in already', () => {
    const settings = { ...BENCH_SETTINGS, preVote: false };
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, settings, { draw: () => 9 });
    core.becomeFollower(4, -1);
    for (let tick = 0; tick < ticks; tick++) core.tick();
    stepRaft(core, { ...vote, term: 4, prospective: false, lastIndex: 9 });
    expect(core).toMatchObject({ vote: 1, electionElapsed: 0 });
    for (let tick = 0; tick < ticks; tick++) core.tick();
    stepRaft(core, { ...vote, from: 2, term: 4, prospective: false, lastIndex: 9 });
    expect(core).toMatchObject({ vote: 1, electionElapsed: ticks });
  });

  it('is set back and redrawn by losing an election, by its own time-out and by a handover', () => {
    const settings = { ...BENCH_SETTINGS, preVote: false };
    let drawn = 0;
    const draw = () => drawn++ % 10;
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, settings, { draw });
    core.becomeFollower(3, 2);
    const first = core.randomizedTimeout;
    for (let tick = 0; tick < first; tick++) core.tick();
    expect(core).toMatchObject({ role: 'candidate', electionElapsed: 0 });
    for (let tick = 0; tick < 4; tick++) core.tick();
    const answer = { type: 'voteAnswer', to: 0, term: 4, prospective: false } as const;
    stepRaft(core, { ...answer, from: 0, granted: true });
    const before = core.randomizedTimeout;
    for (const from of [1, 2]) stepRaft(core, { ...answer, from, granted: false });
    expect(core).toMatchObject({ role: 'follower', electionElapsed: 0 });
    expect(core.randomizedTimeout).not.toBe(before);
    core.becomeLeader();
    for (let tick = 0; tick < 4; tick++) core.tick();
    core.transferTo(1);
    expect(core).toMatchObject({ electionElapsed: 0, transferee: 1 });
  });
});

// 3. Log inequality: only a member with all that was committed can win, however often it loses.
describe('A11.3: after a fault under load', () => {
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

// 4. The first write after an election.
describe('A11.4: the first write after an election', () => {
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

// 5. A disk on which each fsync takes D stalls reads for about 2 D, if the backend shares it.
describe('A11.5: serializable reads at a member whose fsyncs take 3 s', () => {
  it.each([
    { backendDisk: 'same', least: 0.9, most: 0.97, longest: 6.1 },
    { backendDisk: 'own', least: 0, most: 0.001, longest: 0.02 },
  ] as const)('backend on the $backendDisk disk', ({ backendDisk, least, most, longest }) => {
    const { bench, followers, leader } = led({ backendDisk });
    new Writer(bench);
    const slow = followers[0]!;
    bench.cluster.faults.slowDisk(slow.core.id, { factor: 1, added: 3 * SECOND }, bench.simulation);
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

// 6. SIGTERM to all.
describe('A11.6: stopping all members with SIGTERM, PreVote off', () => {
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
