/**
 * Changes of membership: each by way of the log, refused where they would endanger the quorum, in
 * the right order and in the wrong one, with learners and without.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { ReplacementPlan } from '../../../src/model/etcd/etcd-plan.ts';
import type { BenchSettings } from '../../support/etcd/etcd-bench.ts';
import { demand, isolate, led, type Scene, Writer } from '../../support/etcd/etcd-scenes.ts';

const RIGHT: ReplacementPlan = { order: 'removeFirst', asLearner: true };
const WRONG: ReplacementPlan = { order: 'addFirst', asLearner: false };

interface Replacing extends Scene {
  readonly gone: EtcdMember;
  /** Voters, learners and who of both is dead, as the leader applied them, one after the other. */
  readonly steps: string[];
}

/** A follower is gone, and a new member is to take its place; written to all the time. */
function replacing(plan: ReplacementPlan, settings: BenchSettings = {}): Replacing {
  const scene = led(settings);
  const { bench, leader, followers, members } = scene;
  const gone = followers[0]!;
  new Writer(bench);
  // Members that were started together have been connected for long enough by then.
  bench.run(6 * SECOND);
  const steps: string[] = [];
  const hook = bench.appliedHook;
  bench.appliedHook = (member, index) => {
    hook(member, index);
    const { voters, learners } = leader.core;
    const dead = voters.filter((id) => id >= members.length).length;
    const step = `${voters.length} voters, ${learners.length} learners, ${dead} dead`;
    if (steps.at(-1) !== step) steps.push(step);
  };
  bench.cluster.replaceOnPurpose(gone.core.id, plan, bench.simulation);
  return { ...scene, gone, steps };
}

describe('a replacement', () => {
  it.each([
    {
      plan: RIGHT,
      expected: [
        '3 voters, 0 learners, 0 dead',
        '2 voters, 0 learners, 0 dead',
        '2 voters, 1 learners, 0 dead',
        '3 voters, 0 learners, 0 dead',
      ],
    },
    {
      plan: { order: 'removeFirst', asLearner: false } as const,
      expected: [
        '3 voters, 0 learners, 0 dead',
        '2 voters, 0 learners, 0 dead',
        '3 voters, 0 learners, 0 dead',
      ],
    },
    {
      plan: WRONG,
      expected: [
        '3 voters, 0 learners, 0 dead',
        '4 voters, 0 learners, 1 dead',
        '3 voters, 0 learners, 0 dead',
      ],
    },
  ])('$plan.order, as a learner $plan.asLearner', ({ plan, expected }) => {
    // The wrong order is only to be had without the check.
    const scene = replacing(plan, { strictReconfigCheck: plan !== WRONG });
    const { bench, gone, leader, steps, members } = scene;
    bench.run(30 * SECOND);
    expect(steps).toEqual(expected);
    expect(bench.leader).toBe(leader);
    expect(leader.applied - gone.applied).toBeLessThan(5);
    for (const { core } of members) expect(core.voters.length).toBe(3);
    for (const { acceptsClients } of members) expect(acceptsClients).toBe(true);
    scene.witness.check();
  });

  it('that a survivor has not applied keeps it from campaigning', () => {
    const { bench, gone, leader, followers } = replacing(RIGHT);
    const slow = followers[1]!;
    slow.loop.backend.disk.stall(bench.now, bench.now + 11 * SECOND);
    bench.run(700 * MILLISECOND);
    expect(leader.core.voters).not.toContain(gone.core.id);
    expect(slow.core.log.committed).toBeGreaterThan(slow.applied);
    bench.kill(leader.core.id);
    bench.run(10 * SECOND);
    expect(slow.core).toMatchObject({ role: 'follower', term: leader.core.term });
    bench.run(5 * SECOND);
    expect(slow.core.voters).not.toContain(gone.core.id);
    expect(slow.core.role).toBe('preCandidate');
  });

  it('of the leader goes by way of its successor', () => {
    const { bench, leader, members } = led();
    bench.run(6 * SECOND);
    bench.cluster.replaceOnPurpose(leader.core.id, RIGHT, bench.simulation);
    bench.run(30 * SECOND);
    expect(bench.leader).not.toBe(leader);
    for (const { core, applied } of members) {
      expect(core.voters.length).toBe(3);
      expect(applied).toBe(bench.leader!.applied);
    }
  });

  it('takes the dead member out at once and waits with the new one for its machine', () => {
    const { bench, leader, followers } = led();
    const { id } = followers[0]!.core;
    const { processes } = bench.cluster;
    bench.run(6 * SECOND);
    processes[id]!.seat(false, bench.simulation);
    bench.cluster.loseData(id, bench.simulation);
    bench.run(20 * SECOND);
    expect(leader.core).toMatchObject({ majority: 2, learners: [] });
    expect(leader.core.voters.length).toBe(2);
    processes[id]!.seat(true, bench.simulation);
    bench.run(20 * SECOND);
    expect(leader.core.voters.length).toBe(3);
  });
});

describe('while two of three voters are left', () => {
  it('a learner is no help to the quorum, and never leads', () => {
    // What it has to catch up with takes minutes, and nine tenths make it fit to vote.
    const slow = { snapshotSize: 1e11, snapshotEvery: 100, bandwidth: 1e8 };
    const { bench, leader, followers } = led(slow);
    for (let more = 0; more < 12; more++) {
      for (let entry = 0; entry < 500; entry++) leader.core.propose(1);
      bench.run(SECOND);
    }
    const [gone, other] = followers as [EtcdMember, EtcdMember];
    bench.cluster.replaceOnPurpose(gone.core.id, RIGHT, bench.simulation);
    bench.run(20 * SECOND);
    expect(leader.core).toMatchObject({ learners: [gone.core.id], majority: 2 });
    expect(gone.isRunning).toBe(true);
    const writer = new Writer(bench);
    bench.run(SECOND);
    const before = writer.successes.length;
    expect(before).toBeGreaterThan(20);
    bench.kill(other.core.id);
    bench.run(10 * SECOND);
    expect(writer.successes.length).toBeLessThanOrEqual(before + 1);
    expect(bench.leader).toBeUndefined();
    expect(gone.core.role).toBe('follower');
    bench.restart(other.core.id);
    bench.run(5 * SECOND);
    expect(writer.successes.length).toBeGreaterThan(before + 20);
  });
});

describe('the strict reconfiguration check', () => {
  it.each([
    // Three voters, one dead: of four a majority would be three, and two are connected.
    { name: 'later', members: 3, addsOnlyToAll: false, strict: true, added: false },
    { name: 'later, without it', members: 3, addsOnlyToAll: false, strict: false, added: true },
    { name: '3.4', members: 3, addsOnlyToAll: true, strict: true, added: false },
    // Five voters, one dead: of six a majority is four, and four are connected.
    { name: 'later', members: 5, addsOnlyToAll: false, strict: true, added: true },
    { name: '3.4', members: 5, addsOnlyToAll: true, strict: true, added: false },
    { name: '3.4, without it', members: 5, addsOnlyToAll: true, strict: false, added: true },
  ])('$name, $members members, one dead: the wrong order works $added', (given) => {
    const { members, addsOnlyToAll, strict: strictReconfigCheck } = given;
    const scene = replacing(WRONG, { members, addsOnlyToAll, strictReconfigCheck });
    scene.bench.run(40 * SECOND);
    expect(scene.steps.some((step) => step.includes('1 dead'))).toBe(given.added);
    expect(scene.gone.isRunning).toBe(given.added);
  });

  it('the right order works in every version', () => {
    for (const addsOnlyToAll of [true, false]) {
      const scene = replacing(RIGHT, { addsOnlyToAll });
      scene.bench.run(40 * SECOND);
      expect(scene.gone.isRunning).toBe(true);
      expect(scene.leader.core.voters.length).toBe(3);
    }
  });

  it('waits until the leader has been connected to enough members for 5 s', () => {
    const { bench, leader, followers } = led();
    const [gone, other] = followers as [EtcdMember, EtcdMember];
    bench.run(10 * SECOND);
    bench.kill(other.core.id);
    bench.restart(other.core.id);
    const back = bench.now;
    bench.run(100 * MILLISECOND);
    bench.cluster.replaceOnPurpose(gone.core.id, RIGHT, bench.simulation);
    demand(
      bench.runUntil(() => leader.core.learners.length > 0, 20 * SECOND),
      'a learner',
    );
    expect(bench.now - back).toBeGreaterThan(5 * SECOND);
    expect(bench.now - back).toBeLessThan(6 * SECOND);
  });
});

describe('the wrong order', () => {
  it('without the check makes four of three, so that one more cut is an outage', () => {
    const scene = replacing(WRONG, { strictReconfigCheck: false });
    const { bench, followers, gone, leader } = scene;
    const isFour = () => leader.core.voters.length === 4;
    demand(bench.runUntil(isFour, 20 * SECOND), 'a fourth voter');
    expect(leader.core.majority).toBe(3);
    // The dead member is still counted when the new one has not come up yet.
    expect(gone.isRunning).toBe(false);
    const { committed } = leader.core.log;
    isolate(bench, followers[1]!.core.id);
    bench.run(300 * MILLISECOND);
    expect(leader.core.log.committed).toBeLessThanOrEqual(committed + 1);
  });
});
