/**
 * Runs a scenario: in this thread at first, then in worker threads where the work that is left is
 * worth their start. Who simulates a chunk changes no byte of the result, but for the time it took.
 */
import type { Scenario } from '../scenario/scenario.ts';
import { type Chunk, ChunkWorker, type Range, type ReplicationRow } from '../study/chunk.ts';
import type { RunResult } from '../study/result.ts';
import { RunStudy } from '../study/run.ts';
import { Rate } from './rate.ts';
import { ThreadPool } from './thread-pool.ts';

export interface RunProgress {
  readonly replications: number;
  /** How many are asked for, or the most that a precision may take. */
  readonly replicationsAsked: number;
  /** The precision so far, of runs that have one to reach. */
  readonly precision: number | undefined;
  readonly events: number;
  readonly seconds: number;
  /** Replications a second, as things are now; 0 as long as none is done. */
  readonly rate: number;
  /** Threads that simulate. */
  readonly workers: number;
}

export interface RunOptions {
  /** Simulates every tick of every timer: the same figures, far slower. */
  readonly awake?: boolean;
  /** Threads that may simulate; with 1, as by default, it is this one. */
  readonly workers?: number;
  /** Seconds that this thread works alone before it starts others; 0.5 by default. */
  readonly alone?: number;
  /** The first replication, counted from 0: a multiple of `chunkLength(scenario)`; 0 by default. */
  readonly first?: number;
  /** Called a few times a second. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Told of each replication in order; the run waits for what it returns. */
  readonly onRows?: (rows: readonly ReplicationRow[], first: number) => Promise<void>;
  /** Stops the run; what was done until then is reported as incomplete. */
  readonly signal?: AbortSignal;
}

/** The run ended by an error, its `cause`; what was done before is in `result`, incomplete. */
export class RunFailure extends Error {
  readonly result: RunResult;

  constructor(cause: unknown, result: RunResult) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.result = result;
  }
}

/** Seconds of work between pauses for progress and interruption. */
const PAUSE_EVERY = 0.1;
const ALONE = 0.5;
/** Other threads are started where this one would go on for longer, in seconds. */
const WORTH_THREADS = 1;
/** Seconds of work that a thread is given at a time, so that handing it out costs little. */
const BATCH = 0.05;
const MOST_IN_BATCH = 50;
/** Chunks a worker that may wait for one before them; they take memory. */
const MOST_EARLY = 100;

/**
 * Simulates the scenario and gives its figures. The same seed gives the same figures.
 * @throws RunFailure where simulating fails or a thread dies
 */
export async function run(scenario: Scenario, options: RunOptions = {}): Promise<RunResult> {
  const execution = new Execution(scenario, options);
  try {
    await execution.simulate();
  } catch (error) {
    throw new RunFailure(error, execution.result());
  }
  return execution.result();
}

class Execution {
  private readonly scenario: Scenario;
  private readonly options: RunOptions;
  private readonly study: RunStudy;
  private readonly here: ChunkWorker;
  private readonly startedAt = performance.now();
  private lastPause = this.startedAt;
  /** Replications of the chunk under way in this thread. */
  private underWay = 0;
  private threads = 1;
  private pace = new Rate(0);
  private rowsTold: Promise<void> = Promise.resolve();
  private readonly lanesWaiting: (() => void)[] = [];

  constructor(scenario: Scenario, options: RunOptions) {
    this.scenario = scenario;
    this.options = options;
    this.study = new RunStudy(scenario, options.first);
    this.here = new ChunkWorker(scenario, this.chunkOptions);
  }

  result(): RunResult {
    return this.study.result(this.seconds);
  }

  async simulate(): Promise<void> {
    const { study } = this;
    while (!study.isOver && !this.isInterrupted) {
      const range = study.next()!;
      if (await this.simulateHere(range)) continue;
      if (this.isInterrupted) return;
      study.takeBack(range);
      await this.simulateInThreads();
      return;
    }
  }

  /** False where it did not come to the chunk's end: interrupted, or left to other threads. */
  private async simulateHere(range: Range): Promise<boolean> {
    const { here } = this;
    here.begin(range);
    let isLeft = false;
    try {
      while (!here.advance()) {
        if (!this.pauseIsDue) continue;
        await this.pause();
        isLeft = !this.isInterrupted && this.isWorthThreads;
        if (isLeft || this.isInterrupted) return false;
      }
      return true;
    } finally {
      this.underWay = 0;
      if (!isLeft) await this.take([here.take()]);
    }
  }

  private async simulateInThreads(): Promise<void> {
    const { study, scenario } = this;
    this.threads = Math.min(this.workers, study.chunksLeft);
    const inBatch = this.chunksInBatch;
    this.pace = new Rate(this.done);
    const pool = new ThreadPool(this.threads, { scenario, ...this.chunkOptions });
    const progress = setInterval(() => this.tellProgress(), PAUSE_EVERY * 1000);
    const over = new Promise<void>((resolve) => {
      this.options.signal?.addEventListener('abort', () => resolve());
    });
    try {
      const lanes = Array.from({ length: 2 * this.threads }, () => this.lane(pool, inBatch));
      await Promise.race([Promise.all(lanes), pool.failed, over]);
    } finally {
      clearInterval(progress);
      await pool.destroy();
    }
  }

  /** Hands out chunks one batch after the other until there are enough. */
  private async lane(pool: ThreadPool, inBatch: number): Promise<void> {
    const { study } = this;
    while (!study.isOver && !this.isInterrupted) {
      if (study.waiting > MOST_EARLY * this.threads) {
        await new Promise<void>((resolve) => this.lanesWaiting.push(resolve));
        continue;
      }
      const ranges = study.nextOnes(inBatch);
      if (ranges.length === 0) return;
      const chunks = await pool.simulate(ranges);
      if (!this.isInterrupted) await this.take(chunks);
    }
  }

  private async take(chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of chunks) {
      for (const { rows, first } of this.study.add(chunk)) {
        if (rows === undefined || rows.length === 0) continue;
        this.rowsTold = this.rowsTold.then(() => this.options.onRows?.(rows, first));
      }
    }
    for (const wake of this.lanesWaiting.splice(0)) wake();
    await this.rowsTold;
  }

  private get chunkOptions() {
    return { awake: this.options.awake ?? false, withRows: this.options.onRows !== undefined };
  }

  private get workers(): number {
    return this.options.workers ?? 1;
  }

  private get chunksInBatch(): number {
    const { chunkLength } = this.study;
    const chunks = Math.floor((BATCH * this.rate) / chunkLength);
    return Math.min(Math.max(chunks, 1), MOST_IN_BATCH);
  }

  private get isWorthThreads(): boolean {
    const { study, workers } = this;
    if (workers < 2 || this.seconds < (this.options.alone ?? ALONE)) return false;
    if (study.chunksLeft < 1) return false;
    const left = study.mostLeft - this.underWay;
    return left > WORTH_THREADS * this.rate * Math.sign(this.options.alone ?? ALONE);
  }

  private get done(): number {
    return this.study.replications + this.study.waitingReplications + this.underWay;
  }

  private get rate(): number {
    return this.pace.at(this.seconds, this.done);
  }

  private get isInterrupted(): boolean {
    return this.options.signal?.aborted ?? false;
  }

  private get seconds(): number {
    return (performance.now() - this.startedAt) / 1000;
  }

  private get pauseIsDue(): boolean {
    return performance.now() - this.lastPause >= PAUSE_EVERY * 1000;
  }

  /** Lets interrupts and progress through. */
  private async pause(): Promise<void> {
    this.underWay = this.here.done;
    this.tellProgress();
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.lastPause = performance.now();
  }

  private tellProgress(): void {
    const { study, threads } = this;
    this.options.onProgress?.({
      replications: this.done,
      replicationsAsked: study.asked,
      precision: study.precision,
      events: study.events + (threads === 1 ? this.here.events : 0),
      seconds: this.seconds,
      rate: this.rate,
      workers: threads,
    });
  }
}
