/**
 * Small control planes built from plans: etcd at message level, API servers, controllers and every
 * kind of balancer, in a simulation driven by hand. What changes is told line by line, and levels
 * are read at the end of each instant.
 */

import { SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent, StateChange } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { ControlPlane } from '../../../src/model/control-plane/control-plane.ts';
import type { Surge } from '../../../src/model/load/load-settings.ts';
import type { Impairment } from '../../../src/model/network/link.ts';
import type { CutPlan } from '../../../src/model/network/machine-network.ts';
import type { Demand } from '../../../src/model/process/managed-process.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import { type BenchPlan, kubernetesTopology, LEVELS } from './kubernetes-topology.ts';

export interface Line {
  readonly time: Time;
  readonly subject: string;
  readonly state: string;
}

/** From a time on a level had a value, and if it was lost, waited for something. */
export interface Step {
  readonly time: Time;
  readonly value: number;
  readonly phase: string | undefined;
}

export class KubernetesBench {
  readonly controlPlane: ControlPlane;
  readonly simulation: Simulation;
  readonly lines: Line[] = [];
  private readonly steps = new Map<string, Step[]>();
  private readonly streams: RandomStreams;
  private readonly end: Time;

  constructor(options: BenchPlan & { seed?: string; awake?: boolean; end: Time }) {
    this.end = options.end;
    const observer = {
      changed: (change: StateChange, time: Time) => {
        this.lines.push({ time, subject: change.subject, state: stateWords(change) });
      },
      settled: (time: Time) => this.settle(time),
    };
    const neverSleep = options.awake ?? false;
    this.simulation = new Simulation(observer, { neverSleep, tracing: true });
    this.streams = new RandomStreams(options.seed ?? 'bench');
    this.controlPlane = new ControlPlane(kubernetesTopology(options), this.streams);
    this.restart(0);
  }

  restart(replication: number): void {
    this.lines.length = 0;
    for (const { name } of LEVELS) this.steps.set(name, [{ time: 0, value: 1, phase: undefined }]);
    this.simulation.restart(this.end);
    this.streams.restart(replication);
    this.controlPlane.restart();
    this.controlPlane.etcd!.startWarm(this.simulation);
    this.controlPlane.kubernetes!.restart(this.simulation);
  }

  at(seconds: number, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(Math.round(seconds * SECOND), { kind: 'bench', target });
  }

  /** A part fails at a time, for so long, both in seconds. */
  fail(name: string, from: number, lasts: number): void {
    const found = this.controlPlane.part(name);
    this.at(from, (effects) => found.fail(effects));
    this.at(from + lasts, (effects) => found.mend(effects));
  }

  cut(plan: CutPlan, from: number, lasts: number): void {
    this.at(from, (effects) => this.controlPlane.cut(plan, effects));
    this.at(from + lasts, (effects) => this.controlPlane.heal(plan, effects));
  }

  /** Packets between these machines are late or lost, in both directions. */
  impair({ from, to }: CutPlan, worse: Partial<Impairment>, since: number, lasts: number): void {
    const impairment = {
      delay: 0,
      jitter: 0,
      loss: 0,
      bandwidth: Number.POSITIVE_INFINITY,
      ...worse,
    };
    for (const plan of [
      { from, to },
      { from: to, to: from },
    ]) {
      this.at(since, (effects) => this.controlPlane.impair(plan, impairment, effects));
      this.at(since + lasts, (effects) => this.controlPlane.relieve(plan, impairment, effects));
    }
  }

  kill(process: string, at: number): void {
    this.at(at, (effects) => this.controlPlane.kubernetes!.process(process).kill(effects));
  }

  surge(surge: Surge, from: number, lasts: number): void {
    const { cluster } = this.controlPlane.kubernetes!.load!;
    this.at(from, (effects) => cluster.surge(surge, effects));
    this.at(from + lasts, (effects) => cluster.calm(surge, effects));
  }

  freeze(process: string, from: number, lasts: number): void {
    this.at(from, (effects) => {
      const target = this.controlPlane.kubernetes!.process(process);
      const freeze = target.freeze(effects);
      this.at(from + lasts, (later) => target.thaw(freeze, later));
    });
  }

  freezeMember(member: number, from: number, lasts: number): void {
    const { processes } = this.controlPlane.etcd!;
    this.at(from, (effects) => {
      const freeze = processes[member]!.freeze(effects);
      this.at(from + lasts, (later) => processes[member]!.thaw(freeze, later));
    });
  }

  /** No fsync of a member returns for so long. */
  holdDisk(member: number, from: number, lasts: number): void {
    const etcd = this.controlPlane.etcd!;
    this.at(from, (effects) => etcd.holdDisk(member, effects));
    this.at(from + lasts, (effects) => etcd.releaseDisk(member, effects));
  }

  /** Each write of a member's disk fails for so long. */
  breakDisk(member: number, from: number, lasts: number): void {
    const etcd = this.controlPlane.etcd!;
    this.at(from, (effects) => etcd.disk(member, effects).fail());
    this.at(from + lasts, (effects) => etcd.disk(member, effects).mend());
  }

  /** A member's process is wanted to end; until it has, or the time is over. */
  demand(member: number, ending: Demand['ending'], from: number, lasts: number): void {
    const { processes } = this.controlPlane.etcd!;
    const demand: Demand = { ending, ended: () => {} };
    this.at(from, (effects) => processes[member]!.demand(demand, effects));
    this.at(from + lasts, (effects) => processes[member]!.withdraw(demand, effects));
  }

  /** A process is asked to end in good order, and is away from then on until the time is over. */
  stop(name: string, from: number, lasts: number): void {
    const found = this.controlPlane.part(name);
    let isDown = false;
    const ended = (effects: Effects) => {
      isDown = true;
      found.fail(effects);
    };
    const demand: Demand = { ending: 'stop', ended };
    this.at(from, (effects) => this.controlPlane.demandEnd(found, demand, effects));
    this.at(from + lasts, (effects) => {
      if (isDown) found.mend(effects);
      else this.controlPlane.withdrawEnd(found, demand, effects);
    });
  }

  /** A machine is shut down in good order, and is on again so long after it is off. */
  shutDown(name: string, from: number, lasts: number): void {
    const found = this.controlPlane.part(name);
    const ended = (effects: Effects) => {
      found.fail(effects);
      this.at(effects.now / SECOND + lasts, (later) => found.mend(later));
    };
    const demand: Demand = { ending: 'stop', ended };
    this.at(from, (effects) => this.controlPlane.demandEnd(found, demand, effects));
  }

  run(): this {
    while (!this.simulation.run(100_000));
    return this;
  }

  /** When, in seconds, a subject came to a state. */
  seconds(subject: string, state: string): number[] {
    return this.lines
      .filter((line) => line.subject === subject && line.state === state)
      .map(({ time }) => time / SECOND);
  }

  stepsOf(level: string): readonly Step[] {
    return this.steps.get(level)!;
  }

  /** The value of a level at a time, in seconds. */
  valueAt(level: string, seconds: number): number {
    return this.stepsOf(level).findLast(({ time }) => time <= seconds * SECOND)!.value;
  }

  phaseAt(level: string, seconds: number): string | undefined {
    return this.stepsOf(level).findLast(({ time }) => time <= seconds * SECOND)!.phase;
  }

  /** Of a level, between two times in seconds: the integral of what it lacks, in seconds. */
  lost(level: string, from = 0, until = this.end / SECOND): number {
    const steps = this.stepsOf(level);
    return steps.reduce((sum, { time, value }, index) => {
      const begin = Math.max(time / SECOND, from);
      const end = Math.min((steps[index + 1]?.time ?? this.end) / SECOND, until);
      return sum + Math.max(0, end - begin) * (1 - value);
    }, 0);
  }

  get elided(): number {
    return this.controlPlane.kubernetes!.ticksElided(this.end);
  }

  private settle(time: Time): void {
    for (const level of this.controlPlane.levels) {
      const steps = this.steps.get(level.name)!;
      const value = level.value();
      const phase = value < 1 ? level.phase() : undefined;
      const last = steps.at(-1)!;
      if (value !== last.value || phase !== last.phase) steps.push({ time, value, phase });
    }
  }
}
