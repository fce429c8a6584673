/** The question "how available is this?": replications until there are enough, then the figures. */
import { HOUR, YEAR } from '../engine/clock.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { relativeHalfWidth } from '../statistics/intervals.ts';
import { judge } from './objectives.ts';
import type { LevelResult, RunResult } from './result.ts';
import { type TraceListener, World } from './world.ts';

export interface RunProgress {
  readonly replications: number;
  /** How many are asked for, or the most that a precision may take. */
  readonly replicationsAsked: number;
  /** The precision so far, of runs that have one to reach. */
  readonly precision: number | undefined;
  readonly events: number;
  readonly seconds: number;
}

export interface RunOptions {
  /** Simulates every tick of every timer: the same figures, far slower. */
  readonly awake?: boolean;
  /** Called a few times a second. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Stops between events; what was done until then is reported as incomplete. */
  readonly signal?: AbortSignal;
}

/** Seconds of work between looks at the clock's callers: progress and interruption. */
const PAUSE_EVERY_SECONDS = 0.1;
/** Events between looks at the time: few, because one that loses a large level may take long. */
const EVENT_BUDGET = 32;
/** Replications before a precision is looked at, and the growth between looks. */
const FIRST_LOOK = 200;
const LOOK_GROWTH = 1.1;
/** Replications with an outage or brownout below which no precision counts as reached. */
const LEAST_WITH_LOSS = 30;

/** Simulates the scenario and gives its figures. The same seed gives the same figures. */
export async function run(scenario: Scenario, options: RunOptions = {}): Promise<RunResult> {
  const runner = new Runner(scenario, options);
  await runner.simulate();
  return runner.result();
}

/** Simulates one replication, counted from 0, and tells `listener` all that happens in it. */
export function trace(
  scenario: Scenario,
  replication: number,
  listener: TraceListener,
  options: { readonly awake?: boolean } = {},
): { readonly eventsExecuted: number; readonly ticksElided: number } {
  const world = new World(scenario, { neverSleep: options.awake ?? false, trace: listener });
  world.begin(replication);
  while (!world.advance(EVENT_BUDGET));
  return { eventsExecuted: world.eventsExecuted, ticksElided: world.ticksElided };
}

class Runner {
  private readonly scenario: Scenario;
  private readonly options: RunOptions;
  private readonly world: World;
  private readonly asked: number;
  private readonly startedAt = performance.now();
  private lastPause = this.startedAt;
  private done = 0;
  private nextLook = FIRST_LOOK;
  private precision: number | undefined = undefined;
  private precisionReached = false;

  constructor(scenario: Scenario, options: RunOptions) {
    this.scenario = scenario;
    this.options = options;
    this.world = new World(scenario, { neverSleep: options.awake ?? false, trace: undefined });
    const { stop } = scenario;
    this.asked = stop.kind === 'replications' ? stop.count : stop.maximumReplications;
  }

  async simulate(): Promise<void> {
    while (this.done < this.asked && !this.precisionReached) {
      this.world.begin(this.done);
      while (!this.world.advance(EVENT_BUDGET)) {
        if (this.pauseIsDue) await this.pause();
        if (this.interrupted) return;
      }
      this.done++;
      this.lookAtPrecision();
      if (this.pauseIsDue) await this.pause();
      if (this.interrupted) return;
    }
  }

  result(): RunResult {
    const { scenario, world } = this;
    if (this.done === 0)
      return { run: this.runFigures(), levels: {}, etcd: undefined, objectives: [] };
    const levels: Record<string, LevelResult> = {};
    const hasEtcd = scenario.topology.etcd !== undefined;
    scenario.topology.levels.forEach(({ name }, index) => {
      levels[name] = world.summaries[index]!.result(scenario.confidence);
    });
    return {
      run: this.runFigures(),
      levels,
      etcd: hasEtcd ? world.etcd.result(scenario.confidence) : undefined,
      objectives: scenario.objectives.map((objective) => {
        const index = scenario.topology.levels.findIndex(({ name }) => name === objective.level);
        const chance = world.summaries[index]!.chanceOfAYear(objective, scenario.confidence);
        return judge(objective, levels[objective.level]!, chance);
      }),
    };
  }

  private runFigures(): RunResult['run'] {
    const { scenario, world } = this;
    return {
      seed: scenario.seed,
      replications: this.done,
      replicationsAsked: this.asked,
      complete: this.isComplete,
      precisionReached: scenario.stop.kind === 'precision' ? this.precisionReached : undefined,
      horizonHours: scenario.horizon / HOUR,
      warmUpHours: scenario.warmUp / HOUR,
      yearsSimulated: (this.done * scenario.horizon) / YEAR,
      confidence: scenario.confidence,
      eventsExecuted: world.eventsExecuted,
      ticksElided: world.ticksElided,
      wallSeconds: this.seconds,
    };
  }

  private get isComplete(): boolean {
    return this.done === this.asked || this.precisionReached;
  }

  private get interrupted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  private get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  /** Looks at growing intervals: looking after each replication stops on lucky streaks. */
  private lookAtPrecision(): void {
    const { stop, confidence } = this.scenario;
    if (stop.kind !== 'precision' || this.done < this.nextLook) return;
    this.nextLook = Math.ceil(this.done * LOOK_GROWTH);
    const summary = this.world.summaries[0]!;
    this.precision = relativeHalfWidth(summary.unavailability(confidence));
    this.precisionReached =
      summary.replicationsWithLoss >= LEAST_WITH_LOSS && this.precision <= stop.relativeHalfWidth;
  }

  private get pauseIsDue(): boolean {
    return performance.now() - this.lastPause >= PAUSE_EVERY_SECONDS * 1000;
  }

  /** Lets interrupts and progress through. */
  private async pause(): Promise<void> {
    this.options.onProgress?.({
      replications: this.done,
      replicationsAsked: this.asked,
      precision: this.precision,
      events: this.world.eventsExecuted,
      seconds: this.seconds,
    });
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.lastPause = performance.now();
  }
}
