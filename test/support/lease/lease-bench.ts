/**
 * Candidates for one lease, each with its own API server, in a simulation driven by hand. API
 * servers answer as told; processes suffer as told; the rest is the model's.
 */

import { type Duration, MILLISECOND, SECOND, type Time, YEAR } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent, StateChange } from '../../../src/engine/effects.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { type RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { LeaseElection, type LeasePhase } from '../../../src/model/lease/lease-election.ts';
import { candidateInPod, type LeaseHolder } from '../../../src/model/lease/lease-holder.ts';
import { LEASE_TIMES, type LeaseSettings } from '../../../src/model/lease/lease-settings.ts';
import type { Answer, Endpoint, EndpointWatcher } from '../../../src/model/network/endpoint.ts';
import { Part } from '../../../src/model/parts/part.ts';
import { KUBELET_DEFAULTS, type Kubelet } from '../../../src/model/process/kubelet.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import { part } from '../plans.ts';

export const OK: Answer = { kind: 'ok', after: 5 * MILLISECOND };
export const ERROR: Answer = { kind: 'error', after: 5 * MILLISECOND };
export const REFUSAL: Answer = { kind: 'refusal', after: 0 };
export const HANG: Answer = { kind: 'hang', after: 0 };
export const SILENCE: Answer = { kind: 'silence', after: 0 };

/** Assumed, as is its being fixed. */
export const START_UP: Duration = 2 * SECOND;

export class ScriptedApi implements Endpoint {
  readonly name: string;
  /** Present where Gets may meet something else than Updates. */
  readonly reads: ScriptedApi | undefined;
  answer: Answer;
  private readonly watchers: EndpointWatcher[] = [];

  constructor(name: string, answer: Answer, readsApart = false) {
    this.name = name;
    this.reads = readsApart ? new ScriptedApi(`${name}/reads`, answer) : undefined;
    this.answer = answer;
  }

  watch(watcher: EndpointWatcher): void {
    this.watchers.push(watcher);
  }

  become(answer: Answer, effects: Effects): void {
    this.answer = answer;
    for (const watcher of this.watchers) watcher.answerChanged(this, effects);
  }
}

/** How a candidate's API server answers at first, and whence its own draws come. */
interface ApiSite {
  readonly answer: Answer;
  readonly readsApart: boolean;
  readonly streams: RandomStreams;
}

/** Without probes, and without delays but its back-off. */
export function promptKubelet(holder: LeaseHolder, host: Part, streams: RandomStreams): Kubelet {
  const stream = streams.stream(`${holder.name}/kubelet`);
  const { kubelet } = candidateInPod(holder, host, {
    machine: host,
    probes: {},
    settings: { ...KUBELET_DEFAULTS, relistPeriod: 0, waitJitter: 0 },
    streams: { phases: stream, draws: stream },
    rank: 0,
  });
  return kubelet;
}

export interface LeaseBenchSettings extends Partial<LeaseSettings> {
  readonly candidates?: number;
  readonly neverSleep?: boolean;
  readonly answer?: Answer;
  readonly readsApart?: boolean;
}

export class LeaseBench {
  readonly simulation: Simulation;
  readonly election: LeaseElection;
  readonly apis: ScriptedApi[] = [];
  readonly processes: Part[] = [];
  private readonly kubelets: Kubelet[] = [];
  readonly happenings: { readonly time: Time; readonly subject: string; readonly state: string }[] =
    [];
  /** For draws of the test itself. */
  readonly stream: RandomStream;

  constructor(settings: LeaseBenchSettings, replication: number) {
    const {
      candidates = 3,
      neverSleep = false,
      answer = OK,
      readsApart = false,
      ...others
    } = settings;
    const observer = {
      changed: (change: StateChange, time: Time) => {
        const state = stateWords(change);
        this.happenings.push({ subject: change.subject, state, time });
      },
      settled: () => {},
    };
    this.simulation = new Simulation(observer, { neverSleep, tracing: true });
    const streams = new RandomStreams(neverSleep ? 'awake' : 'lease-bench');
    this.stream = streams.stream('test');
    const fixed = { times: LEASE_TIMES, startUp: new Deterministic(START_UP).plan };
    const all = { ...fixed, releasesOnCancel: false, ...others };
    this.election = new LeaseElection('lease', all, streams);
    const site = { answer, readsApart, streams };
    for (let index = 0; index < candidates; index++) this.add(`c${index + 1}`, site);
    streams.restart(replication);
    this.simulation.restart(YEAR);
    this.after(YEAR - 1, () => {});
    for (const kubelet of this.kubelets) kubelet.startWarm(this.simulation);
    this.election.restart(this.simulation);
  }

  get now(): Time {
    return this.simulation.now;
  }

  get leader(): LeaseHolder | undefined {
    return this.election.leader;
  }

  /** Who leads; fails where nobody does. */
  get leading(): number {
    const { leader, holders } = { leader: this.leader, holders: this.election.holders };
    if (leader === undefined) throw new Error('nobody leads');
    return holders.indexOf(leader);
  }

  get phase(): LeasePhase | undefined {
    return this.election.phase;
  }

  run(duration: Duration): void {
    let ended = false;
    this.after(duration, () => {
      ended = true;
    });
    while (!ended) this.simulation.run(1);
  }

  /** Lets time pass until it is so; how long that took. */
  until(isSo: () => boolean, limit: Duration): Duration {
    const begin = this.now;
    this.after(limit, () => {});
    while (!isSo()) {
      if (this.now - begin >= limit) throw new Error(`not so after ${limit / SECOND} s`);
      this.simulation.run(1);
    }
    return this.now - begin;
  }

  after(duration: Duration, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(this.now + duration, { kind: 'bench', target });
  }

  /** The API servers of these candidates, or of all, answer so from now on. */
  answer(answer: Answer, candidates = this.apis.map((_, index) => index)): void {
    for (const index of candidates) this.apis[index]!.become(answer, this.simulation);
  }

  /** The machine of a candidate is gone. */
  lose(candidate: number): void {
    this.processes[candidate]!.fail(this.simulation);
  }

  bringBack(candidate: number): void {
    this.processes[candidate]!.mend(this.simulation);
  }

  /** SIGTERM; it stays away until `start`. */
  stop(holder: LeaseHolder): void {
    this.kubelets[this.election.holders.indexOf(holder)]!.end(this.simulation);
    holder.terminate(this.simulation);
  }

  start(candidate: number): void {
    if (!this.processes[candidate]!.works || this.holder(candidate).exists) return;
    this.kubelets[candidate]!.begin(this.simulation);
  }

  holder(candidate: number): LeaseHolder {
    return this.election.holders[candidate]!;
  }

  /** How many act as the leader; more than one for a while after one was frozen for long. */
  get actors(): number {
    return this.election.holders.filter((holder) => holder.leads).length;
  }

  /** From now on, when `subject` became `state`; undefined where it did not. */
  timeOf(subject: string, state: string, since: Time): Time | undefined {
    return this.happenings.find(
      (change) => change.time >= since && change.subject === subject && change.state === state,
    )?.time;
  }

  private add(name: string, site: ApiSite): void {
    const { answer, readsApart, streams } = site;
    const api = new ScriptedApi(`${name}.api`, answer, readsApart);
    const process = new Part(part(name, 'process'), []);
    this.apis.push(api);
    this.processes.push(process);
    this.kubelets.push(promptKubelet(this.election.add({ name, api }), process, streams));
  }
}

/** A bench that has run for so long that its phases are anything. */
export function aged(settings: LeaseBenchSettings, replication: number, least: Duration) {
  const bench = new LeaseBench(settings, replication);
  bench.run(least + Math.floor(bench.stream.double() * 20 * SECOND));
  return bench;
}
