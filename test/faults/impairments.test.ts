/**
 * What faults do to etcd's processes, disks and links, by name and by role, and how it is undone.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../src/engine/clock.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { ActiveFaults, Fault } from '../../src/faults/fault.ts';
import type { FaultEffect, ImpairmentPlan } from '../../src/faults/plans.ts';
import { ControlPlane } from '../../src/model/control-plane/control-plane.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';

const TEXT = `quorate: 1
topology: { controlPlanes: 3 }
failures: {}
etcd: { version: 3.5, writes: 20 / second }
disk: { fsync: 1 ms }
network: { sameZone: 1 ms }`;

class World {
  readonly simulation: Simulation;
  readonly controlPlane: ControlPlane;
  readonly active = new ActiveFaults();

  constructor() {
    const parsed = parseScenario(TEXT, { file: 'impairments.yaml' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const observer = { changed: () => {}, settled: () => {} };
    this.simulation = new Simulation(observer, { neverSleep: false, tracing: false });
    const streams = new RandomStreams('impairments');
    streams.restart(0);
    this.controlPlane = new ControlPlane(parsed.scenario.topology, streams);
    this.controlPlane.restart();
    this.simulation.restart(3600 * SECOND);
    this.etcd.startWarm(this.simulation);
    // A cluster that sleeps asks for nothing, and time must not run out for that.
    const target = { step: () => {} };
    this.simulation.at(3599 * SECOND, { kind: 'test', target });
    this.run(2 * SECOND);
  }

  get etcd() {
    return this.controlPlane.etcd!;
  }

  get leader() {
    return this.etcd.leader!;
  }

  get followers() {
    return this.etcd.members.filter((member) => member !== this.leader);
  }

  run(length: number): void {
    let isOver = false;
    const step = () => {
      isOver = true;
    };
    this.simulation.at(this.simulation.now + length, { kind: 'test', target: { step } });
    while (!isOver) this.simulation.run(1);
    this.etcd.wake(this.simulation);
  }

  fault(name: string, effect: Partial<FaultEffect>): Fault {
    const identity = { name, kind: name, planned: false };
    return new Fault(identity, { parts: [], cuts: [], ...effect }, this.controlPlane, this.active);
  }

  impaired(...impairments: readonly ImpairmentPlan[]): Fault {
    const fault = this.fault('impairment', { impairments });
    fault.begin(this.simulation);
    return fault;
  }
}

describe('a freeze', () => {
  it('stands processes still until it ends; two at once until both do', () => {
    const world = new World();
    const [follower] = world.followers;
    const one = world.impaired({ kind: 'freeze', machines: [follower!.name] });
    const other = world.impaired({ kind: 'freeze', machines: [follower!.name] });
    expect(follower!.isPaused).toBe(true);
    one.end(world.simulation);
    expect(follower!.isPaused).toBe(true);
    other.end(world.simulation);
    expect(follower!.isPaused).toBe(false);
  });

  it('of a process that is killed meanwhile is forgotten', () => {
    const world = new World();
    const [follower] = world.followers;
    const freeze = world.impaired({ kind: 'freeze', machines: [follower!.name] });
    const kill = world.fault('kill', { parts: [follower!.name] });
    expect(() => kill.begin(world.simulation)).not.toThrow();
    expect(follower!.isRunning).toBe(false);
    kill.end(world.simulation);
    world.run(20 * SECOND);
    expect(follower!).toMatchObject({ isRunning: true, isPaused: false });
    freeze.end(world.simulation);
    expect(follower!).toMatchObject({ isRunning: true, isPaused: false });
  });
});

describe('a disk', () => {
  it('that stalls lets no fsync return until all stalls of it are over', () => {
    const world = new World();
    const { disk, name } = world.followers[0]!;
    const faults = [0, 1].map(() => world.impaired({ kind: 'diskStall', machines: [name] }));
    expect(disk.fsync(world.simulation.now)).toBe(NEVER);
    faults[0]!.end(world.simulation);
    expect(disk.fsync(world.simulation.now)).toBe(NEVER);
    faults[1]!.end(world.simulation);
    expect(disk.fsync(world.simulation.now)).toBe(MILLISECOND);
  });

  it('that is slow takes a factor and something more', () => {
    const world = new World();
    const { disk, name } = world.followers[0]!;
    const slow = world.impaired({ kind: 'diskSlow', machines: [name], factor: 7, added: 500 });
    expect(disk.fsync(world.simulation.now)).toBe(7_500);
    slow.end(world.simulation);
    expect(disk.fsync(world.simulation.now)).toBe(MILLISECOND);
  });
});

describe('links', () => {
  it('are impaired one way, between the machines named', () => {
    const world = new World();
    const [one, other] = world.etcd.members.map(({ name }) => name);
    const rest = { jitter: 0, loss: 0, bandwidth: undefined };
    const link = { kind: 'link', from: [one!], to: [other!], delay: 30_000, ...rest } as const;
    const bad = world.impaired(link);
    expect(world.etcd.channel(0, 1).link.isSound).toBe(false);
    for (const [from, to] of [
      [1, 0],
      [0, 2],
      [2, 0],
    ] as const) {
      expect(world.etcd.channel(from, to).link.isSound).toBe(true);
    }
    bad.end(world.simulation);
    expect(world.etcd.channel(0, 1).link.isSound).toBe(true);
  });

  it('that flap go down at once, up, and down again, and are whole after the end', () => {
    const world = new World();
    const cuts = [
      { from: ['cp1'], to: ['cp2'] },
      { from: ['cp2'], to: ['cp1'] },
    ];
    const flap = world.impaired({ kind: 'flap', cuts, down: 300_000, up: 700_000 });
    const isCut = () => world.fault('probe', {}) && flap.lostNow.length === 2;
    const seen: boolean[] = [];
    for (let step = 0; step < 25; step++) {
      world.run(100 * MILLISECOND);
      seen.push(isCut());
    }
    const known = [2, 7, 3, 7, 3, 3].flatMap((count, place) =>
      Array.from({ length: count }, () => place % 2 === 0),
    );
    expect(seen).toEqual(known);
    // While it is up it ends without a trace; while it is down its cuts are healed.
    flap.end(world.simulation);
    expect(flap.lostNow).toEqual([]);
    flap.begin(world.simulation);
    expect(isCut()).toBe(true);
    flap.end(world.simulation);
    expect(flap.lostNow).toEqual([]);
    expect(world.controlPlane.quorum.stands()).toBe(true);
    world.run(10 * SECOND);
    expect(world.etcd.channel(0, 1).isClear(world.simulation.now)).toBe(true);
    expect(world.etcd.channel(1, 0).isClear(world.simulation.now)).toBe(true);
  });
});

describe('the alarm of a full database', () => {
  it('rings as long as one of its faults lasts', () => {
    const world = new World();
    const faults = [0, 1].map(() => world.impaired({ kind: 'spaceAlarm' }));
    faults[0]!.end(world.simulation);
    expect(world.etcd.hasSpaceAlarm).toBe(true);
    faults[1]!.end(world.simulation);
    expect(world.etcd.hasSpaceAlarm).toBe(false);
  });
});

describe('a role', () => {
  it('is who has it when the fault begins, and stays so until it ends', () => {
    const world = new World();
    const old = world.leader;
    const freeze = world.impaired({ kind: 'freeze', machines: ['leader'] });
    expect(old.isPaused).toBe(true);
    world.run(10 * SECOND);
    expect(world.leader).not.toBe(old);
    freeze.end(world.simulation);
    expect(old.isPaused).toBe(false);
    expect(world.leader.isPaused).toBe(false);
  });

  it('is looked up anew at each occurrence', () => {
    const world = new World();
    const kill = world.fault('kill', { parts: ['leader'] });
    const hit: string[] = [];
    for (let round = 0; round < 2; round++) {
      kill.begin(world.simulation);
      hit.push(...kill.hit.map(({ name }) => name));
      world.run(10 * SECOND);
      kill.end(world.simulation);
      world.run(20 * SECOND);
    }
    expect(new Set(hit).size).toBe(2);
  });

  it.each([
    { role: 'leader', count: 1 },
    { role: 'follower', count: 1 },
    { role: 'followers', count: 2 },
  ])('$role stands for $count of three', ({ role, count }) => {
    const world = new World();
    const { leader } = world;
    world.impaired({ kind: 'freeze', machines: [role] });
    const frozen = world.etcd.members.filter(({ isPaused }) => isPaused);
    expect(frozen.length).toBe(count);
    expect(frozen.includes(leader)).toBe(role === 'leader');
  });

  it('that nobody has hits nobody', () => {
    const world = new World();
    const down = world.fault('down', { parts: ['cp1', 'cp2', 'cp3'] });
    down.begin(world.simulation);
    const kill = world.fault('kill', { parts: ['leader'] });
    kill.begin(world.simulation);
    expect(kill.hit).toEqual([]);
    kill.end(world.simulation);
  });

  it('of a cut names machines of both sides', () => {
    const world = new World();
    const cuts = [{ from: ['leader'], to: ['followers'] }];
    const partition = world.fault('partition', { cuts });
    const leader = world.leader.name;
    partition.begin(world.simulation);
    const others = world.etcd.members.map(({ name }) => name).filter((name) => name !== leader);
    expect(partition.cuts).toEqual([{ from: [leader], to: others }]);
    world.run(10 * SECOND);
    expect(world.leader.name).not.toBe(leader);
    partition.end(world.simulation);
    expect(world.controlPlane.quorum.stands()).toBe(true);
  });
});
