/**
 * Stacked and external control planes of identical independent machines, with nothing that couples
 * an API server to its neighbour: what is lost of api.write beside what counting machines says.
 */
import { type Duration, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { type Estimate, nonNegativeMeanInterval } from '../../../src/statistics/intervals.ts';
import { MeanAccumulator } from '../../../src/statistics/mean-accumulator.ts';
import { World } from '../../../src/study/world.ts';
import { scenarioOf } from './stories.ts';

export interface ApiLayout {
  readonly name: string;
  readonly topology: string;
  readonly etcd: readonly string[];
  readonly api: readonly string[];
  /** Machines without any of which there is no service. */
  readonly balancers: readonly string[];
}

const CONTROL_PLANES = ['cp1', 'cp2', 'cp3'];
const ETCD = ['etcd1', 'etcd2', 'etcd3'];
/** A proxy at the client has no machine of its own. */
const CLIENT_SIDE = 'loadBalancer: { kind: client-side, clients: 1 }';
const STACKED = { etcd: CONTROL_PLANES, api: CONTROL_PLANES };

function external(controlPlanes: number): ApiLayout {
  return {
    name: `external 3 etcd + ${controlPlanes} API`,
    topology: `layout: external, etcdMembers: 3, controlPlanes: ${controlPlanes}, ${CLIENT_SIDE}`,
    etcd: ETCD,
    api: CONTROL_PLANES.slice(0, controlPlanes),
    balancers: [],
  };
}

/** The rows of the exact table. */
export const API_LAYOUTS: readonly ApiLayout[] = [
  { name: 'stacked 3', topology: `controlPlanes: 3, ${CLIENT_SIDE}`, ...STACKED, balancers: [] },
  external(2),
  external(3),
  {
    name: 'stacked 3 + one load balancer machine',
    topology: 'controlPlanes: 3, loadBalancer: { kind: haproxy, machines: 1 }',
    ...STACKED,
    balancers: ['lb1'],
  },
];

/** Mean times to failure and to repair, in hours. */
export interface Rates {
  readonly mttf: number;
  readonly mttr: number;
}

/** A majority of etcd's three machines, at least one API machine, and every balancer's. */
export function exactUnavailability(layout: ApiLayout, { mttf, mttr }: Rates): number {
  const down = mttr / (mttf + mttr);
  const majorityDown = 3 * down ** 2 * (1 - down) + down ** 3;
  // Stacked API machines are etcd's: a majority has one that is up.
  const noApi = layout.api === layout.etcd ? 0 : down ** layout.api.length;
  return 1 - (1 - majorityDown) * (1 - noApi) * (1 - down) ** layout.balancers.length;
}

/** So many replications of so many days each, after half a day in which machines settle. */
export interface Span {
  readonly replications: number;
  readonly days: number;
}

function scenario({ topology }: ApiLayout, { mttf, mttr }: Rates, span: Span): Scenario {
  return scenarioOf(`
quorate: 1
warmUp: 12 h
horizon: ${span.days} days
replications: ${span.replications}
topology: { ${topology} }
clients: { timeout: 10 s }
failures:
  use: none
  machine.crash: { mttf: ${mttf} h, repair: exponential ${mttr} h }
  apiServer.crash: none
objectives: ['availability(api.write) >= 99 %']
`);
}

const CONFIDENCE = 0.99;

/** Counts machines beside the model, instant by instant. */
class CountingWorld extends World {
  readonly counted = { lost: 0, gained: 0, crashes: 0, afterCrash: 0, returns: 0, afterReturn: 0 };
  readonly index: number;
  private readonly layout: ApiLayout;
  private readonly from: Time;
  private since: Time = 0;
  private up = new Set<string>();
  private suffice = true;
  private last: 'crash' | 'return' = 'crash';
  private value = 1;

  constructor(all: Scenario, layout: ApiLayout) {
    super(all, { neverSleep: false, trace: undefined });
    this.layout = layout;
    this.from = all.warmUp;
    this.index = all.topology.levels.findIndex(({ name }) => name === 'api.write');
  }

  override begin(replication: number): void {
    super.begin(replication);
    this.since = this.from;
    this.up = new Set(this.machines);
    this.suffice = true;
    this.value = 1;
  }

  override settled(now: Time): void {
    super.settled(now);
    this.charge(now);
    this.look(now);
    this.value = this.controlPlane.levels[this.index]!.value();
  }

  /** Books the time since the last look, by whether machines sufficed in it. */
  charge(now: Time): void {
    const time: Duration = now - this.since;
    if (time <= 0) return;
    const lost = (1 - this.value) * time;
    if (this.suffice) this.counted[this.last === 'crash' ? 'afterCrash' : 'afterReturn'] += lost;
    else {
      this.counted.lost += time;
      this.counted.gained += time - lost;
    }
    this.since = now;
  }

  private look(now: Time): void {
    const { etcd, api, balancers } = this.layout;
    let hasChanged = false;
    for (const name of this.machines) {
      const { works } = this.controlPlane.part(name);
      if (works === this.up.has(name)) continue;
      hasChanged = true;
      if (works) this.up.add(name);
      else {
        this.up.delete(name);
        if (now >= this.from) this.counted.crashes++;
        this.last = 'crash';
      }
    }
    if (!hasChanged) return;
    const count = (machines: readonly string[]) =>
      machines.filter((name) => this.up.has(name)).length;
    const suffice =
      2 * count(etcd) > etcd.length && count(api) > 0 && count(balancers) === balancers.length;
    if (suffice && !this.suffice) {
      if (now >= this.from) this.counted.returns++;
      this.last = 'return';
    }
    this.suffice = suffice;
  }

  private get machines(): readonly string[] {
    const { etcd, api, balancers } = this.layout;
    return [...new Set([...etcd, ...api, ...balancers])];
  }
}

export interface ApiFigures {
  /** Of api.write, as a run tells it; 99 %. */
  readonly unavailability: Estimate;
  /** Times that enough machines were back: outages that machines explain, without elections. */
  readonly returns: number;
  /** Share of time in which machines did not suffice, in the very years of the estimate. */
  readonly counted: number;
  /**
   * Share of time that was lost though machines sufficed, by replications; 99 %. What machines
   * lack is known exactly, so that this and it are a far sharper estimate than the plain one.
   */
  readonly excess: Estimate;
  /** Seconds of it for each machine that crashed, and each time that enough of them were back. */
  readonly excessOfCrash: number;
  readonly excessOfReturn: number;
  /** Share of time in which users were served though machines did not suffice. */
  readonly gained: number;
}

/** Lives through the replications that `run` does, whose estimate this is. */
export function apiFigures(layout: ApiLayout, rates: Rates, span: Span): ApiFigures {
  const all = scenario(layout, rates, span);
  const world = new CountingWorld(all, layout);
  const excess = new MeanAccumulator();
  const beyond = () => world.counted.afterCrash + world.counted.afterReturn;
  for (let replication = 0; replication < span.replications; replication++) {
    const before = beyond();
    world.begin(replication);
    while (!world.advance(10_000));
    world.charge(all.warmUp + all.horizon);
    excess.add((beyond() - before) / all.horizon);
  }
  const { unavailability } = world.runSums.levels[world.index]!.result(CONFIDENCE);
  const { lost, gained, crashes, afterCrash, returns, afterReturn } = world.counted;
  const time = span.replications * all.horizon;
  return {
    unavailability,
    returns,
    counted: lost / time,
    excess: nonNegativeMeanInterval(excess, CONFIDENCE, 1),
    excessOfCrash: afterCrash / crashes / SECOND,
    excessOfReturn: afterReturn / returns / SECOND,
    gained: gained / time,
  };
}
