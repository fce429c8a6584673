/** A process that a kubelet keeps, which answers and exits when a test says so. */

import { type Duration, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import type { Answer } from '../../../src/model/network/endpoint.ts';
import { ApiServerEndpoint, REFUSAL } from '../../../src/model/network/settable-endpoint.ts';
import { Part } from '../../../src/model/parts/part.ts';
import {
  KUBELET_DEFAULTS,
  Kubelet,
  type KubeletSettings,
} from '../../../src/model/process/kubelet.ts';
import type { ManagedProcess } from '../../../src/model/process/managed-process.ts';
import type { ProbeKind, ProbeSettings } from '../../../src/model/process/probe-settings.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import type { Line } from '../api-server/api-server-bench.ts';

export const OK: Answer = { kind: 'ok', after: 5_000 };

export class ScriptedContainer implements ManagedProcess {
  readonly name = 'pod';
  readonly endpoint = new ApiServerEndpoint('pod/health');
  onExit: (effects: Effects) => void = () => {};
  /** What it answers while it runs. */
  answer: Answer = OK;
  /** Whether SIGTERM ends it at once, or nothing but SIGKILL does. */
  obeys = true;
  /** Called when it was started. */
  started: (effects: Effects) => void = () => {};
  runs = false;

  get exists(): boolean {
    return this.runs;
  }

  start(effects: Effects): void {
    this.runs = true;
    this.endpoint.become(this.answer, effects);
    this.started(effects);
  }

  terminate(effects: Effects): void {
    if (this.obeys) this.exit(effects);
  }

  kill(effects: Effects): void {
    this.exit(effects);
  }

  exit(effects: Effects): void {
    if (!this.runs) return;
    this.runs = false;
    this.endpoint.become(REFUSAL, effects);
    this.onExit(effects);
  }

  change(answer: Answer, effects: Effects): void {
    this.answer = answer;
    if (this.runs) this.endpoint.become(answer, effects);
  }
}

export interface ContainerBenchOptions {
  readonly seed?: string;
  readonly awake?: boolean;
  readonly horizon?: Duration;
  readonly settings?: Partial<KubeletSettings>;
}

/** A container and its kubelet in a simulation of their own; all probes ask the one endpoint. */
export class ContainerBench {
  readonly container = new ScriptedContainer();
  readonly machine = new Part({ name: 'machine', kind: 'machine', hosts: [], hostsNeeded: 0 }, []);
  readonly kubelet: Kubelet;
  readonly simulation: Simulation;
  readonly lines: Line[] = [];
  private readonly horizon: Duration;

  constructor(
    probes: Partial<Record<ProbeKind, ProbeSettings>>,
    options: ContainerBenchOptions = {},
  ) {
    const { seed = 'bench', awake = false, horizon = 3_600 * SECOND } = options;
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
    const streams = new RandomStreams(seed);
    const { endpoint } = this.container;
    const plans = Object.fromEntries(
      Object.entries(probes).map(([kind, settings]) => [kind, { endpoint, settings }]),
    );
    const own = { phases: streams.stream('phases'), draws: streams.stream('draws') };
    const settings = { ...KUBELET_DEFAULTS, ...options.settings };
    this.kubelet = new Kubelet(this.container, {
      machine: this.machine,
      probes: plans,
      settings,
      streams: own,
      rank: 0,
    });
    this.simulation.restart(horizon);
  }

  /** It has run for long. */
  found(): void {
    this.container.runs = true;
    this.container.endpoint.reset(this.container.answer);
    this.kubelet.startWarm(this.simulation);
  }

  at(time: Time, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(time, { kind: 'bench', target });
  }

  change(time: Time, answer: Answer): void {
    this.at(time, (effects) => this.container.change(answer, effects));
  }

  run(): void {
    while (!this.simulation.run(100_000));
  }

  times(state: string): Time[] {
    return this.lines.filter((line) => line.state === state).map(({ time }) => time);
  }

  get elided(): number {
    return this.kubelet.ticksElided(this.horizon);
  }
}
