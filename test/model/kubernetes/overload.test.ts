import { describe, expect, it } from 'vitest';
import { SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import {
  ApiServerLoad,
  LOAD_DEFAULTS,
  type LoadSettings,
  NodeHerd,
} from '../../../src/model/kubernetes/overload.ts';

const RESTART = 60 * SECOND;

class LoadBench {
  readonly loads: readonly ApiServerLoad[];
  readonly herd: NodeHerd;
  /** Who was killed for lack of memory, and when; in seconds. */
  readonly killed: [number, number][] = [];
  private readonly simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep: false, tracing: false },
  );

  constructor(nodes: number, settings: Partial<LoadSettings> = {}) {
    this.loads = [0, 1, 2].map(
      (server) =>
        new ApiServerLoad({ ...LOAD_DEFAULTS, ...settings }, (effects) => {
          this.killed.push([server, effects.now / SECOND]);
          this.die(server, effects);
        }),
    );
    this.herd = new NodeHerd(this.loads, nodes);
    this.simulation.restart(3_600 * SECOND);
    this.herd.restart();
  }

  at(time: Time, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(time, { kind: 'bench', target });
  }

  /** It serves again a minute later. */
  die(server: number, effects: Effects): void {
    this.herd.died(server, effects);
    this.at(effects.now + RESTART, (then) => this.herd.serves(server, then));
  }

  run(): void {
    while (!this.simulation.run(10_000));
  }
}

/** How long the herd of one dead server of three lasts at the others, in seconds. */
function herdLasts(nodes: number): number {
  const bench = new LoadBench(nodes, { memoryLimit: Number.POSITIVE_INFINITY });
  let lasts = 0;
  bench.at(SECOND, (effects) => {
    bench.die(0, effects);
    lasts = (bench.loads[1]!.drainedAt(effects.now) - effects.now) / SECOND;
  });
  bench.run();
  return lasts;
}

describe('a herd', () => {
  it('lasts as long as its lists take in the seats that are left', () => {
    // 300 nodes: 50 come, with 12 lists each, to 60 lists at once of half a second each.
    const seats = 600 - 150 * 0.4 * 0.02;
    expect(herdLasts(300)).toBeCloseTo((50 * 12 * 10 * 0.5) / seats, 6);
  });

  it('grows with the nodes, and faster where the steady flow takes seats', () => {
    expect(herdLasts(3_000) / herdLasts(300)).toBeGreaterThan(10);
    expect(herdLasts(3_000) / herdLasts(300)).toBeLessThan(10.5);
  });

  it('costs requests where it makes them wait for more than 15 s', () => {
    const bench = new LoadBench(3_000, { memoryLimit: Number.POSITIVE_INFINITY });
    const shares: number[] = [];
    bench.at(SECOND, (effects) => bench.die(0, effects));
    for (const second of [1, 11, 41, 61]) {
      bench.at(second * SECOND + 1, ({ now }) => shares.push(bench.loads[1]!.shareAt(now)));
    }
    bench.run();
    const lasts = herdLasts(3_000);
    expect(lasts).toBeGreaterThan(45);
    expect(shares[0]).toBeCloseTo(15 / lasts, 4);
    expect(shares[1]).toBeCloseTo(15 / (lasts - 10), 4);
    expect(shares.slice(2)).toEqual([1, 1]);
  });
});

describe('a steady flow', () => {
  it('beyond the seats is served in part', () => {
    const load = new ApiServerLoad(LOAD_DEFAULTS, () => {});
    load.restart(60_000);
    expect(load.shareAt(0)).toBe(1);
    load.restart(150_000);
    expect(load.shareAt(0)).toBeCloseTo(0.5, 9);
  });
});

describe('memory', () => {
  it('is enough for a herd of a small cluster', () => {
    const bench = new LoadBench(300);
    bench.at(SECOND, (effects) => bench.die(0, effects));
    bench.run();
    expect(bench.killed).toEqual([]);
  });

  it('that a herd overfills kills one server after the other', () => {
    const bench = new LoadBench(3_000, { memoryLimit: 3 * 2 ** 30 });
    bench.at(SECOND, (effects) => bench.die(0, effects));
    bench.run();
    // 60 lists of 40 MiB and the base are more than 3 GiB: all who get the herd are killed.
    expect(bench.killed.slice(0, 2)).toEqual([
      [1, 1.5],
      [2, 1.5],
    ]);
    // The first to serve again gets all, and is killed too, again and again.
    expect(bench.killed[2]).toEqual([0, 61.5]);
    expect(bench.killed.length).toBeGreaterThan(20);
  });

  it('of watches alone may be too much for those that are left', () => {
    const bench = new LoadBench(6_000, { memoryPerList: 0, memoryLimit: 3.5 * 2 ** 30 });
    bench.at(SECOND, (effects) => bench.die(0, effects));
    bench.run();
    // 3000 nodes with 12 watches of 75 KiB each take 2.6 GiB beside 1 GiB.
    expect(bench.killed.length).toBeGreaterThan(1);
  });
});
