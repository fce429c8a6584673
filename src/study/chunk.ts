/**
 * Replications are simulated and summed in chunks. Where chunks end depends on the scenario alone,
 * not on how many replications are asked for or who simulates them, so neither do the bytes.
 */
import { MINUTE, YEAR } from '../engine/clock.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { SumsData } from './run-sums.ts';
import { World } from './world.ts';

/** Replications, counted from 0: from `first` on and before `end`. */
export interface Range {
  readonly first: number;
  readonly end: number;
}

/** What one replication came to, a row of `--replications-out`. */
export interface ReplicationRow {
  /** In the order of the scenario's levels. */
  readonly levels: readonly {
    readonly downtimeMinutes: number;
    readonly outages: number;
    readonly brownouts: number;
    readonly lostInBrownoutsMinutes: number;
  }[];
  /** Of scenarios with etcd at message level. */
  readonly elections?: number;
}

/** A chunk that was simulated, as plain data. */
export interface Chunk extends Range {
  readonly sums: SumsData;
  /** There where they are asked for. */
  readonly rows?: readonly ReplicationRow[];
}

export interface ChunkOptions {
  /** Simulates every tick of every timer. */
  readonly awake: boolean;
  /** Whether to tell of each replication. */
  readonly withRows: boolean;
}

/** Events between looks at the time: few, because one that loses a large level may take long. */
const EVENT_BUDGET = 32;
/** Numbers of replications that a chunk may have; each divides those after it, and 100. */
const LENGTHS = [100, 50, 20, 10, 5, 2, 1];
/** Simulated time that is little work, with and without etcd at message level. */
const AWAKE_SPAN = YEAR;
const STRUCTURAL_SPAN = 100 * YEAR;

/** Replications in each of a scenario's chunks but for the last of a run. */
export function chunkLength({ topology, horizon, warmUp }: Scenario): number {
  const span = topology.etcd === undefined ? STRUCTURAL_SPAN : AWAKE_SPAN;
  const most = Math.max(1, span / (horizon + warmUp));
  return LENGTHS.find((length) => length <= most)!;
}

/** Simulates chunks one after the other, a little at a time. */
export class ChunkWorker {
  private readonly world: World;
  private readonly withRows: boolean;
  private range: Range = { first: 0, end: 0 };
  private rows: ReplicationRow[] = [];
  private isWithin = false;

  constructor(scenario: Scenario, { awake, withRows }: ChunkOptions) {
    this.world = new World(scenario, { neverSleep: awake, trace: undefined });
    this.withRows = withRows;
  }

  begin(range: Range): void {
    this.range = range;
    this.rows = [];
    this.world.clearSums();
  }

  /** Replications of the chunk that are done. */
  get done(): number {
    return this.world.runSums.replications;
  }

  /** Events of these. */
  get events(): number {
    return this.world.runSums.eventsExecuted;
  }

  /** Goes on for a few events; true when the chunk is done. */
  advance(): boolean {
    const { world, range } = this;
    const replication = range.first + this.done;
    if (replication === range.end) return true;
    if (!this.isWithin) world.begin(replication);
    this.isWithin = !world.advance(EVENT_BUDGET);
    if (this.isWithin) return false;
    if (this.withRows) this.rows.push(rowOf(world));
    return replication + 1 === range.end;
  }

  /** The chunk as far as it is done, in whole replications. */
  take(): Chunk {
    const { first } = this.range;
    const rows = this.withRows ? { rows: this.rows } : {};
    return { first, end: first + this.done, sums: this.world.runSums.data(), ...rows };
  }

  /** All of a chunk at once. */
  simulate(range: Range): Chunk {
    this.begin(range);
    while (!this.advance());
    return this.take();
  }
}

function rowOf({ histories, controlPlane: { etcd } }: World): ReplicationRow {
  return {
    levels: histories.map(({ downtime, outages, brownouts, brownoutLoss }) => ({
      downtimeMinutes: downtime / MINUTE,
      outages,
      brownouts,
      lostInBrownoutsMinutes: brownoutLoss / MINUTE,
    })),
    ...(etcd === undefined ? {} : { elections: etcd.chronicle.counts.elections }),
  };
}
