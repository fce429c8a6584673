import { describe, expect, it } from 'vitest';
import { SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import type { EtcdReach } from '../../../src/model/api-server/etcd-connection.ts';
import { EtcdPath } from '../../../src/model/api-server/etcd-path.ts';
import { ScriptedEtcd } from '../../support/api-server/scripted-etcd.ts';

/** What an API server gets of its writes, each time that it changes; in seconds. */
class PathBench {
  readonly etcd = new ScriptedEtcd(3);
  readonly path: EtcdPath;
  readonly shares: [number, number][] = [];
  private readonly simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep: false, tracing: false },
  );

  constructor(members: readonly number[], seed = 'path') {
    const draws = new RandomStreams(seed).stream('path');
    this.path = new EtcdPath(this.etcd, members, draws, (effects) => this.note(effects.now));
    this.simulation.restart(3_600 * SECOND);
  }

  at(seconds: number, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(seconds * SECOND, { kind: 'bench', target });
  }

  reach(seconds: number, member: number, reach: EtcdReach): void {
    this.at(seconds, (effects) => this.etcd.setReach(member, reach, effects));
  }

  run(): void {
    while (!this.simulation.run(10_000));
  }

  private note(now: Time): void {
    const share = this.path.share('write');
    if (share !== this.shares.at(-1)?.[1]) this.shares.push([now / SECOND, share]);
  }
}

function standing(members: readonly number[], seed?: string): PathBench {
  const bench = new PathBench(members, seed);
  bench.path.startWarm();
  return bench;
}

describe('an API server of all members', () => {
  it('pays nothing for one that refuses', () => {
    const bench = standing([0, 1, 2]);
    bench.reach(100, 1, 'refuses');
    bench.run();
    expect(bench.shares).toEqual([[100, 1]]);
  });

  it('loses a third of its requests to one that is silent, for 10 s', () => {
    const bench = standing([0, 1, 2]);
    bench.reach(100, 1, 'silent');
    bench.run();
    expect(bench.shares).toEqual([
      [100, 2 / 3],
      [110, 1],
    ]);
  });

  it('loses a third to one that is frozen, for 40 s', () => {
    const bench = standing([0, 1, 2]);
    bench.reach(100, 1, 'frozen');
    bench.run();
    expect(bench.shares).toEqual([
      [100, 2 / 3],
      [140, 1],
    ]);
  });

  it('goes on over a connection that comes back before it is given up', () => {
    const bench = standing([0, 1, 2]);
    bench.reach(100, 1, 'silent');
    bench.reach(109, 1, 'answers');
    bench.run();
    expect(bench.shares).toEqual([
      [100, 2 / 3],
      [109, 1],
    ]);
  });

  it('gets nothing without a quorum, wherever it asks', () => {
    const bench = standing([0, 1, 2]);
    bench.at(100, (effects) => bench.etcd.setQuorum(false, effects));
    bench.run();
    expect(bench.shares).toEqual([[100, 0]]);
    expect(bench.path.share('serializableRead')).toBe(1);
    expect(bench.path.keepsStreams).toBe(false);
  });
});

describe('an API server of its own member only', () => {
  it('gets nothing while that is down, though the others have a quorum', () => {
    const bench = standing([1]);
    bench.reach(100, 1, 'refuses');
    bench.reach(100.5, 1, 'answers');
    bench.run();
    // The first attempt comes at once, the next after gRPC's first wait.
    expect(bench.shares).toEqual([
      [100, 0],
      [101, 1],
    ]);
  });

  it('asks again after 1 s, then 1.6 times longer each time, a fifth more or less', () => {
    for (let seed = 0; seed < 30; seed++) {
      const bench = standing([1], `${seed}`);
      bench.reach(100, 1, 'refuses');
      bench.reach(130, 1, 'answers');
      bench.run();
      // Attempts are due at 1, 2.6, 5.2, 9.3, 15.8, 26.3 and 43 s, waits between them +- 20 %.
      const [, back] = bench.shares;
      expect(back![0]).toBeGreaterThan(130);
      expect(back![0]).toBeLessThan(100 + 1 + 1.2 * 42.1);
    }
  });

  it('never waits more than 144 s', () => {
    const bench = standing([1]);
    bench.reach(100, 1, 'refuses');
    bench.reach(1800, 1, 'answers');
    bench.run();
    expect(bench.shares.at(-1)![0] - 1800).toBeLessThan(144);
  });

  it('has an attempt under way answered as soon as anybody is there', () => {
    const bench = standing([1]);
    bench.reach(100, 1, 'silent');
    bench.reach(125, 1, 'answers');
    bench.run();
    expect(bench.shares).toEqual([
      [100, 0],
      [125, 1],
    ]);
  });

  it('keeps watches of a member that is gone, as the client resumes them quietly', () => {
    const bench = standing([1]);
    bench.reach(100, 1, 'refuses');
    bench.run();
    expect(bench.path.keepsStreams).toBe(true);
  });
});
