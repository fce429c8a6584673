import { describe, expect, it } from 'vitest';
import { NEVER, SECOND } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { Connections } from '../../../src/model/load/connections.ts';
import {
  BalancerWatchers,
  type Established,
  LASTS,
  type LoadBalancer,
  type Outcome,
  RESET,
} from '../../../src/model/load-balancer/load-balancer.ts';

/** What it says of three servers, tests say. */
class Script implements LoadBalancer {
  readonly name = 'script';
  readonly stands: Established[] = [LASTS, LASTS, LASTS];
  shares = [1 / 3, 1 / 3, 1 / 3];
  holder: number | undefined = 0;
  private readonly watchers = new BalancerWatchers();

  outcomes(): Outcome[] {
    const served = this.shares.map((share, server): Outcome => {
      return { kind: 'ok', server, share, after: 0 };
    });
    const rest = 1 - this.shares.reduce((sum, share) => sum + share, 0);
    return [...served, { kind: 'closed', server: undefined, share: rest, after: 0 }];
  }

  established(server: number): Established {
    return this.stands[server]!;
  }

  route(): number | undefined {
    return this.holder;
  }

  watch(watcher: Parameters<BalancerWatchers['add']>[0]): void {
    this.watchers.add(watcher);
  }

  /** Something has changed. */
  tell(effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}

class Bench {
  readonly script = new Script();
  readonly connections = new Connections(this.script, 3);
  private readonly simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep: false, tracing: false },
  );

  constructor() {
    this.simulation.restart(600 * SECOND);
    this.connections.restart(0);
  }

  /** At a time in seconds, what a test does to the script. */
  at(seconds: number, change: (script: Script) => void): this {
    const step = (_event: SimulationEvent, effects: Effects) => {
      change(this.script);
      this.script.tell(effects);
    };
    this.simulation.at(seconds * SECOND, { kind: 'bench', target: { step } });
    return this;
  }

  /** The shares of the three servers at a time in seconds. */
  sharesAt(seconds: number): number[] {
    const found: number[] = [];
    const step = () => found.push(...[0, 1, 2].map((server) => this.connections.standing(server)));
    this.simulation.at(seconds * SECOND + 1, { kind: 'look', target: { step } });
    return found;
  }

  run(): void {
    while (!this.simulation.run(1_000));
  }
}

const near = (shares: readonly number[]) => shares.map((share) => Math.round(share * 1e6) / 1e6);

describe('connections', () => {
  it('stay where they are while others come and go, and go to the others when they break', () => {
    const bench = new Bench();
    bench.at(10, (script) => {
      script.stands[0] = RESET;
      script.shares = [0, 0.5, 0.5];
    });
    const after = bench.sharesAt(10);
    // It is back, and nobody comes back to it by himself.
    bench.at(60, (script) => {
      script.stands[0] = LASTS;
      script.shares = [1 / 3, 1 / 3, 1 / 3];
    });
    const later = bench.sharesAt(300);
    bench.run();
    expect(near(after)).toEqual([0, 0.5, 0.5]);
    expect(near(later)).toEqual([0, 0.5, 0.5]);
  });

  it('that stall are given up after 45 s, or earlier if whoever is between does', () => {
    const bench = new Bench();
    bench.at(10, (script) => {
      script.stands[0] = { kind: 'stalls', for: NEVER };
      script.stands[1] = { kind: 'stalls', for: 20 * SECOND };
      script.shares = [0, 0, 1];
    });
    const times = [29, 30, 54, 55].map((seconds) => bench.sharesAt(seconds));
    bench.run();
    expect(times.map(near)).toEqual([
      near([1 / 3, 1 / 3, 1 / 3]),
      near([1 / 3, 0, 2 / 3]),
      near([1 / 3, 0, 2 / 3]),
      [0, 0, 1],
    ]);
  });

  it('that go on in time are not given up, and their patience begins anew', () => {
    const bench = new Bench();
    const stall = (script: Script) => {
      script.stands[0] = { kind: 'stalls', for: NEVER };
    };
    bench.at(10, stall);
    bench.at(50, (script) => {
      script.stands[0] = LASTS;
    });
    bench.at(60, stall);
    const shares = bench.sharesAt(104);
    const last = bench.sharesAt(105);
    bench.run();
    expect(near(shares)).toEqual(near([1 / 3, 1 / 3, 1 / 3]));
    // All three servers take those that try again.
    expect(near(last)).toEqual(near([1 / 9, 4 / 9, 4 / 9]));
  });

  it('break with a move of the address, and not with its coming back', () => {
    const bench = new Bench();
    bench.at(10, (script) => {
      script.holder = undefined;
      script.stands.fill({ kind: 'stalls', for: NEVER });
    });
    bench.at(20, (script) => {
      script.holder = 0;
      script.stands.fill(LASTS);
      script.shares = [1, 0, 0];
    });
    const back = bench.sharesAt(20);
    bench.at(30, (script) => {
      script.holder = 1;
    });
    const moved = bench.sharesAt(30);
    bench.run();
    expect(near(back)).toEqual(near([1 / 3, 1 / 3, 1 / 3]));
    expect(near(moved)).toEqual([1, 0, 0]);
  });

  it('of clients that nobody lets in come when somebody does', () => {
    const bench = new Bench();
    bench.at(10, (script) => {
      script.stands.fill(RESET);
      script.shares = [0, 0, 0];
    });
    const none = bench.sharesAt(10);
    bench.at(30, (script) => {
      script.shares = [0, 0.25, 0];
    });
    const all = bench.sharesAt(30);
    bench.run();
    expect(near(none)).toEqual([0, 0, 0]);
    expect(near(all)).toEqual([0, 1, 0]);
  });
});
