/**
 * API servers, each kept by a kubelet with kubeadm's probes, over an etcd that does as it is told,
 * in a simulation of their own. What changes is told line by line.
 */

import { type Duration, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { ApiServer } from '../../../src/model/api-server/api-server.ts';
import type { ApiServerSettings } from '../../../src/model/api-server/api-server-settings.ts';
import { Part } from '../../../src/model/parts/part.ts';
import { KUBELET_DEFAULTS, Kubelet } from '../../../src/model/process/kubelet.ts';
import { PROBE_RANKS } from '../../../src/model/process/kubelet-probes.ts';
import {
  KUBEADM_LIVENESS,
  KUBEADM_READINESS,
  KUBEADM_STARTUP,
} from '../../../src/model/process/probe-settings.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import { API_SERVER_DEFAULTS } from '../defaults.ts';
import { ScriptedEtcd } from './scripted-etcd.ts';

export interface Line {
  readonly time: Time;
  readonly subject: string;
  readonly state: string;
}

export interface ApiBenchOptions {
  readonly stacked?: boolean;
  readonly seed?: string;
  readonly awake?: boolean;
  readonly horizon?: Duration;
  readonly settings?: Partial<ApiServerSettings>;
  /** Probes tick on tenths of a second, so that much falls into one instant. */
  readonly coarse?: boolean;
}

/** Draws tenths. */
class CoarseStream extends RandomStream {
  private readonly fine: RandomStream;

  constructor(fine: RandomStream) {
    super(0, 0);
    this.fine = fine;
  }

  override double(): number {
    return Math.floor(this.fine.double() * 10) / 10;
  }
}

/** Every start takes 4 s and every filling of caches 2 s. */
const FIXED: ApiServerSettings = {
  ...API_SERVER_DEFAULTS,
  startUp: new Deterministic(4 * SECOND).plan,
  warmUp: new Deterministic(2 * SECOND).plan,
};

export class ApiServerBench {
  readonly etcd = new ScriptedEtcd(3);
  readonly servers: readonly ApiServer[];
  readonly kubelets: readonly Kubelet[];
  readonly simulation: Simulation;
  readonly lines: Line[] = [];
  private readonly horizon: Duration;
  private readonly streams: RandomStreams;

  constructor(options: ApiBenchOptions = {}) {
    const { stacked = true, seed = 'bench', awake = false, horizon = 3_600 * SECOND } = options;
    const streams = new RandomStreams(seed);
    this.streams = streams;
    this.horizon = horizon;
    this.simulation = new Simulation(
      {
        changed: (change, time) => {
          const state = stateWords(change);
          this.lines.push({ time, subject: change.subject, state });
        },
        settled: () => {},
      },
      { neverSleep: awake, tracing: true },
    );
    const settings = { ...FIXED, ...options.settings };
    this.servers = [0, 1, 2].map((index) => {
      const members = stacked ? [index] : [0, 1, 2];
      const draws = streams.stream(`api${index}`);
      const turnKey = () => streams.key(`api${index}/turns`);
      return new ApiServer(`api${index}`, settings, this.etcd, members, draws, turnKey);
    });
    this.kubelets = this.servers.map((server, index) => {
      const plans = {
        startup: { endpoint: server.livez, settings: KUBEADM_STARTUP },
        readiness: { endpoint: server.readyz, settings: KUBEADM_READINESS },
        liveness: { endpoint: server.livez, settings: KUBEADM_LIVENESS },
      };
      const fine = streams.stream(`phases${index}`);
      const phases = options.coarse ? new CoarseStream(fine) : fine;
      const own = { phases, draws: streams.stream(`kubelet${index}`) };
      return new Kubelet(server, {
        machine: new Part({ name: server.name, kind: 'machine', hosts: [], hostsNeeded: 0 }, []),
        probes: plans,
        settings: KUBELET_DEFAULTS,
        streams: own,
        rank: index * PROBE_RANKS,
      });
    });
    this.restart(0);
  }

  /** Another replication: all forgotten, all well. */
  restart(replication: number): void {
    this.streams.restart(replication);
    this.lines.length = 0;
    this.simulation.restart(this.horizon);
    this.etcd.reset();
    for (const server of this.servers) server.startWarm();
    for (const kubelet of this.kubelets) kubelet.startWarm(this.simulation);
  }

  at(time: Time, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(time, { kind: 'bench', target });
  }

  /** No quorum from a time on, for so long. */
  loseQuorum(from: Time, duration: Duration): void {
    this.at(from, (effects) => this.etcd.setQuorum(false, effects));
    this.at(from + duration, (effects) => this.etcd.setQuorum(true, effects));
  }

  run(): void {
    while (!this.simulation.run(100_000));
  }

  /** When a subject came to a state. */
  times(subject: string, state: string): Time[] {
    return this.lines
      .filter((line) => line.subject === subject && line.state === state)
      .map(({ time }) => time);
  }

  get elided(): number {
    return this.kubelets.reduce((sum, kubelet) => sum + kubelet.ticksElided(this.horizon), 0);
  }
}
