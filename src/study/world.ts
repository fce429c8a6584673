/** One scenario brought to life: run a replication, and its histories tell what happened. */
import type { Duration, Time } from '../engine/clock.ts';
import type { StateChange } from '../engine/effects.ts';
import { RandomStreams } from '../engine/random-streams.ts';
import { type Observer, Simulation } from '../engine/simulation.ts';
import { FaultSchedule } from '../faults/fault-schedule.ts';
import { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { Structure } from '../structure/structure.ts';
import { CauseFinder } from './cause.ts';
import { compareStarts } from './clean-start.ts';
import { LevelHistory, type OutageListener } from './level-history.ts';
import { RunSums } from './run-sums.ts';

/** Told of everything that happens in a replication, in order. */
export interface TraceListener extends OutageListener {
  changed(change: StateChange, now: Time): void;
}

interface WorldOptions {
  /** Simulates every tick of every timer. */
  readonly neverSleep: boolean;
  readonly trace: TraceListener | undefined;
}

/** Events for each field that is compared, at least, so that comparing costs below a hundredth. */
const EVENTS_A_FIELD = 1000;

export class World implements Observer {
  /** Of the replications since `clearSums`. */
  runSums: RunSums;
  readonly controlPlane: ControlPlane;
  readonly faults: FaultSchedule;
  private readonly emptySums: () => RunSums;
  private readonly simulation: Simulation;
  private readonly streams: RandomStreams;
  readonly histories: readonly LevelHistory[];
  private readonly end: Duration;
  private readonly plan: Scenario;
  private readonly neverSleep: boolean;
  /** Events executed from which on the next start is to be compared with a clean one. */
  private comparesFrom = 1;
  private readonly trace: TraceListener | undefined;
  /** Events executed before the replication. */
  private executedBefore = 0;

  constructor(scenario: Scenario, options: WorldOptions) {
    this.plan = scenario;
    this.neverSleep = options.neverSleep;
    this.trace = options.trace;
    this.end = scenario.warmUp + scenario.horizon;
    this.simulation = new Simulation(this, {
      neverSleep: options.neverSleep,
      tracing: options.trace !== undefined,
    });
    this.streams = new RandomStreams(scenario.seed);
    this.controlPlane = new ControlPlane(scenario.topology, this.streams);
    this.faults = new FaultSchedule(scenario, this.controlPlane, this.streams);
    const structure = new Structure(scenario.topology);
    const { levels } = this.controlPlane;
    const canBrownOut = levels.map((level) => level.canBrownOut);
    this.emptySums = () => new RunSums(scenario, canBrownOut);
    this.runSums = this.emptySums();
    this.histories = levels.map(
      (level, index) =>
        new LevelHistory({
          level,
          causes: new CauseFinder(
            structure,
            scenario.topology.levels[index]!.expression,
            level.explain,
          ),
          active: this.faults.active,
          from: scenario.warmUp,
          until: this.end,
          listener: options.trace,
        }),
    );
  }

  get eventsExecuted(): number {
    return this.simulation.executed + (this.controlPlane.etcd?.eventsReplayed ?? 0);
  }

  clearSums(): void {
    this.runSums = this.emptySums();
  }

  /** Sets everything back to time 0 of a replication, counted from 0. */
  begin(replication: number): void {
    this.executedBefore = this.eventsExecuted;
    this.simulation.restart(this.end);
    this.streams.restart(replication);
    this.controlPlane.restart();
    this.controlPlane.etcd?.startWarm(this.simulation);
    for (const history of this.histories) history.restart();
    this.faults.restart(this.simulation);
    // After the faults: memory that does not suffice brings some at once.
    this.controlPlane.kubernetes?.restart(this.simulation);
    if (this.simulation.executed < this.comparesFrom || this.trace !== undefined) return;
    this.comparesFrom =
      this.simulation.executed + EVENTS_A_FIELD * this.demandCleanStart(replication);
  }

  /** Throws where replications before this one have left a trace; fields compared. */
  private demandCleanStart(replication: number): number {
    const fresh = new World(this.plan, { neverSleep: this.neverSleep, trace: undefined });
    fresh.begin(replication);
    const { difference, looked } = compareStarts(fresh.state, this.state);
    if (difference === undefined) return looked;
    throw new Error(`replication ${replication + 1} does not start clean: ${difference}`);
  }

  /** All that decides what happens. */
  get state(): object {
    const { simulation, controlPlane, faults, histories } = this;
    return { controlPlane, faults, histories, simulation };
  }

  /** Runs on for about `budget` events; true when the replication has come to its end. */
  advance(budget: number): boolean {
    if (!this.simulation.run(budget)) return false;
    const sums = this.runSums;
    sums.replications++;
    sums.eventsExecuted += this.eventsExecuted - this.executedBefore;
    sums.ticksElided += this.faults.ticksElided(this.end);
    const { etcd, kubernetes } = this.controlPlane;
    sums.ticksElided += kubernetes?.ticksElided(this.end) ?? 0;
    if (etcd !== undefined) {
      sums.ticksElided += etcd.ticksElided(this.end);
      sums.etcd.addReplication(etcd.chronicle.counts, etcd.safety.losses);
    }
    for (let index = 0; index < this.histories.length; index++) {
      const history = this.histories[index]!;
      history.finish();
      sums.levels[index]!.addReplication(history);
    }
    return true;
  }

  changed(change: StateChange, now: Time): void {
    this.trace?.changed(change, now);
  }

  settled(now: Time): void {
    for (let index = 0; index < this.histories.length; index++) {
      this.histories[index]!.settle(now);
    }
  }
}
