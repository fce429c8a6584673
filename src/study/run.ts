/**
 * The question "how available is this?": which replications, when there are enough, the figures.
 * Who simulates them is told by `execute`, which also knows what time it is.
 */
import { HOUR, YEAR } from '../engine/clock.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { relativeHalfWidth } from '../statistics/intervals.ts';
import { type Chunk, chunkLength, type Range } from './chunk.ts';
import { judge } from './objectives.ts';
import type { LevelResult, RunResult } from './result.ts';
import type { RunSums, SumsData } from './run-sums.ts';
import { SUMS_VERSION } from './run-sums.ts';
import { type SumNode, SumTree } from './sum-tree.ts';
import { type TraceListener, World } from './world.ts';

/** Replications before a precision is looked at, and the growth between looks. */
const FIRST_LOOK = 200;
const LOOK_GROWTH = 1.1;
/** Replications with an outage or brownout below which no precision counts as reached. */
const LEAST_WITH_LOSS = 30;
const EVENT_BUDGET = 32;

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
  const { eventsExecuted, ticksElided } = world.runSums;
  return { eventsExecuted, ticksElided };
}

/**
 * What a run added up, as plain data: it survives `structuredClone` and JSON. Parts that follow one
 * another are merged by `mergeRuns`, to the bytes of one run of all their replications.
 */
export interface RunPart {
  readonly version: number;
  readonly seed: string;
  /** The first replication, counted from 0. */
  readonly first: number;
  readonly replications: number;
  readonly nodes: readonly SumNode[];
  /** Of replications after the last chunk that is whole. */
  readonly tail?: SumsData;
}

/**
 * The result of runs of one scenario that follow one another, from replication 0 on. A run that
 * others follow must end where a chunk does: after a multiple of `chunkLength(scenario)`.
 * @param scenario whose `stop` asks for all the replications together
 * @throws Error where a part is of another version or seed, or does not follow the one before
 */
export function mergeRuns(
  scenario: Scenario,
  runs: readonly Pick<RunResult, 'run' | 'part'>[],
): RunResult {
  const study = new RunStudy(scenario, runs[0]?.part.first);
  for (const { part } of runs) study.addPart(part);
  return study.result(runs.reduce((sum, { run }) => sum + run.wallSeconds, 0));
}

/** Hands out chunks of replications and takes in what they came to, in any order. */
export class RunStudy {
  readonly asked: number;
  /** Of the row of chunks without a gap, which are those that count. */
  replications = 0;
  events = 0;
  precision: number | undefined = undefined;
  private readonly scenario: Scenario;
  private readonly first: number;
  /** Replications a chunk. */
  readonly chunkLength: number;
  private readonly tree: SumTree;
  private tail: SumsData | undefined = undefined;
  private readonly early = new Map<number, Chunk>();
  private handedOut: number;
  private nextLook = FIRST_LOOK;
  private precisionReached = false;

  /** @param first the first replication, counted from 0, where a chunk begins */
  constructor(scenario: Scenario, first = 0) {
    this.scenario = scenario;
    this.first = first;
    this.handedOut = first;
    this.chunkLength = chunkLength(scenario);
    if (!Number.isSafeInteger(first) || first < 0 || first % this.chunkLength !== 0) {
      throw new RangeError(`a run begins at a multiple of ${this.chunkLength}, not at ${first}`);
    }
    const { stop } = scenario;
    this.asked = stop.kind === 'replications' ? stop.count : stop.maximumReplications;
    this.tree = new SumTree(scenario);
  }

  /** Whether there are enough replications. */
  get isOver(): boolean {
    return this.replications >= this.asked || this.precisionReached;
  }

  /** The next chunk to simulate; undefined where all are handed out. */
  next(): Range | undefined {
    const first = this.handedOut;
    const end = Math.min(first + this.chunkLength, this.first + this.asked);
    if (first >= end) return undefined;
    this.handedOut = end;
    return { first, end };
  }

  nextOnes(most: number): Range[] {
    const ranges: Range[] = [];
    while (ranges.length < most) {
      const range = this.next();
      if (range === undefined) break;
      ranges.push(range);
    }
    return ranges;
  }

  /** The chunk that was handed out last is not simulated after all: it is handed out again. */
  takeBack({ first }: Range): void {
    this.handedOut = first;
  }

  /** Chunks that are not handed out. */
  get chunksLeft(): number {
    return Math.ceil((this.first + this.asked - this.handedOut) / this.chunkLength);
  }

  /** Replications still to come, at the most. */
  get mostLeft(): number {
    return this.asked - this.replications;
  }

  /** Chunks that wait for one before them. */
  get waiting(): number {
    return this.early.size;
  }

  /** Replications of these. */
  get waitingReplications(): number {
    let sum = 0;
    for (const { first, end } of this.early.values()) sum += end - first;
    return sum;
  }

  /** Takes in a chunk; gives those that count from now on, in order. */
  add(chunk: Chunk): Chunk[] {
    this.early.set(chunk.first, chunk);
    const counted: Chunk[] = [];
    while (!this.isOver) {
      const next = this.early.get(this.first + this.replications);
      if (next === undefined || next.end === next.first) break;
      this.early.delete(next.first);
      this.count(next);
      counted.push(next);
    }
    return counted;
  }

  addPart({ version, seed, first, replications, nodes, tail }: RunPart): void {
    if (version !== SUMS_VERSION) {
      throw new Error(`a part of version ${version} cannot be read here, only of ${SUMS_VERSION}`);
    }
    if (seed !== this.scenario.seed) throw new Error(`a part has seed ${seed}, not the scenario's`);
    const end = this.first + this.replications;
    if (first !== end || this.tail !== undefined) {
      throw new Error(`a part begins at ${first}, after one that ends at ${end}, no chunk's end`);
    }
    for (const node of nodes) this.tree.add(node);
    this.tail = tail;
    this.replications += replications;
  }

  private part(): RunPart {
    const { first, replications, tail } = this;
    return {
      version: SUMS_VERSION,
      seed: this.scenario.seed,
      first,
      replications,
      nodes: this.tree.nodes(),
      ...(tail === undefined ? {} : { tail }),
    };
  }

  result(seconds: number): RunResult {
    const { scenario } = this;
    const total = this.tree.total(this.tail);
    const part = this.part();
    const run = this.runFigures(total, seconds);
    if (total === undefined) return { run, levels: {}, etcd: undefined, objectives: [], part };
    const levels: Record<string, LevelResult> = {};
    scenario.topology.levels.forEach(({ name }, index) => {
      levels[name] = total.levels[index]!.result(scenario.confidence);
    });
    const hasEtcd = scenario.topology.etcd !== undefined;
    return {
      run,
      levels,
      etcd: hasEtcd ? total.etcd.result(scenario.confidence) : undefined,
      objectives: scenario.objectives.map((objective) => {
        const index = scenario.topology.levels.findIndex(({ name }) => name === objective.level);
        const chance = total.levels[index]!.chanceOfAYear(objective, scenario.confidence);
        return judge(objective, levels[objective.level]!, chance);
      }),
      part,
    };
  }

  private count({ first, end, sums }: Chunk): void {
    this.replications += end - first;
    this.events += sums.eventsExecuted;
    if (end - first < this.chunkLength) this.tail = sums;
    else this.tree.add({ chunk: first / this.chunkLength, chunks: 1, sums });
    this.lookAtPrecision();
  }

  private runFigures(total: RunSums | undefined, seconds: number): RunResult['run'] {
    const { scenario, replications } = this;
    return {
      seed: scenario.seed,
      replications,
      replicationsAsked: this.asked,
      complete: this.isOver,
      precisionReached: scenario.stop.kind === 'precision' ? this.precisionReached : undefined,
      horizonHours: scenario.horizon / HOUR,
      warmUpHours: scenario.warmUp / HOUR,
      yearsSimulated: (replications * scenario.horizon) / YEAR,
      confidence: scenario.confidence,
      eventsExecuted: total?.eventsExecuted ?? 0,
      ticksElided: total?.ticksElided ?? 0,
      wallSeconds: seconds,
    };
  }

  /** Looks where chunks end, at growing intervals: looking often stops on lucky streaks. */
  private lookAtPrecision(): void {
    const { stop, confidence } = this.scenario;
    if (stop.kind !== 'precision' || this.replications < this.nextLook) return;
    this.nextLook = Math.ceil(this.replications * LOOK_GROWTH);
    const summary = this.tree.total(this.tail)!.levels[0]!;
    this.precision = relativeHalfWidth(summary.unavailability(confidence));
    this.precisionReached =
      summary.replicationsWithLoss >= LEAST_WITH_LOSS && this.precision <= stop.relativeHalfWidth;
  }
}
