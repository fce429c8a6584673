/** A balancer that says what a test wants, and connections behind it in a simulation. */
import { SECOND } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { Connections } from '../../../src/model/load/connections.ts';
import {
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  LASTS,
  type LoadBalancer,
  type Outcome,
  type Route,
} from '../../../src/model/load-balancer/load-balancer.ts';

/** What it says of three servers, tests say; of all ways the same unless one says otherwise. */
export class Script implements LoadBalancer {
  readonly name = 'script';
  readonly stands: Established[] = [LASTS, LASTS, LASTS];
  shares = [1 / 3, 1 / 3, 1 / 3];
  /** What becomes of new connections that no share lets in. */
  rest: Pick<Outcome, 'kind' | 'server' | 'after'> = {
    kind: 'closed',
    server: undefined,
    after: 0,
  };
  /** Of clients by the way they go. */
  ways: readonly (readonly [key: number, share: number, proxy?: ConnectionProxy])[] = [[0, 1]];
  private readonly watchers = new BalancerWatchers();

  outcomes(): Outcome[] {
    const served = this.shares.map((share, server): Outcome => {
      return { kind: 'ok', server, share, after: 0 };
    });
    const rest = 1 - this.shares.reduce((sum, share) => sum + share, 0);
    return [...served, { ...this.rest, share: rest }];
  }

  established(server: number): Established {
    return this.stands[server]!;
  }

  routes(): Route[] {
    return this.ways.map(([key, share, proxy = this]) => ({ key, share, proxy }));
  }

  watch(watcher: Parameters<BalancerWatchers['add']>[0]): void {
    this.watchers.add(watcher);
  }

  /** Something has changed. */
  tell(effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}

export class ConnectionsBench {
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
