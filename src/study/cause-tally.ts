/**
 * Why a level was lost, summed over outages and brownouts: by cause, trigger, phase and single
 * fault. It grows with the number of these, not with that of outages.
 */
import type { Duration } from '../engine/clock.ts';
import type { Fault } from '../faults/fault.ts';
import type { LevelPhase } from '../model/control-plane/service-levels.ts';
import type { Cause } from './cause.ts';
import type { CauseFigures, InvolvementFigures, PhaseShares, TriggerFigures } from './result.ts';

/** Phases that are told of every level; those that single levels supply come after them. */
const PHASES = [
  'structural',
  'detection',
  'planned',
  'election',
  'firstCommit',
  'recovery',
  'restore',
  'spaceAlarm',
] as const;

interface CauseCount {
  downtime: Duration;
  outages: number;
  brownouts: number;
  readonly example: readonly string[];
}

/** What a merge needs of a tally; as plain data of lists, in the order in which they were seen. */
export interface CauseSums {
  readonly downtime: Duration;
  readonly byCause: Iterable<readonly [label: string, count: Readonly<CauseCount>]>;
  readonly byTrigger: Iterable<readonly [kind: string, outages: number]>;
  readonly byFault: Iterable<readonly [name: string, downtime: Duration]>;
  readonly byPhase: Iterable<readonly [phase: LevelPhase, downtime: Duration]>;
}

export class CauseTally implements CauseSums {
  downtime: Duration = 0;
  readonly byCause = new Map<string, CauseCount>();
  readonly byTrigger = new Map<string, number>();
  readonly byFault = new Map<string, Duration>();
  readonly byPhase = new Map<LevelPhase, Duration>();

  /** An outage that began. */
  addOutage(cause: Cause, trigger: Fault | undefined): void {
    this.counted(cause).outages++;
    increase(this.byTrigger, trigger?.identity.kind ?? cause.trigger ?? 'none', 1);
  }

  /** A brownout that began. */
  addBrownout(cause: Cause): void {
    this.counted(cause).brownouts++;
  }

  /** Downtime under one cause, in one phase; of a brownout, as much as was lost. */
  addDowntime(cause: Cause, phase: LevelPhase, length: Duration): void {
    this.downtime += length;
    this.counted(cause).downtime += length;
    increase(this.byPhase, phase, length);
    for (const { identity } of cause.faults) increase(this.byFault, identity.name, length);
  }

  data(): CauseSums {
    return {
      downtime: this.downtime,
      byCause: Array.from(this.byCause, ([label, count]) => [label, { ...count }] as const),
      byTrigger: [...this.byTrigger],
      byFault: [...this.byFault],
      byPhase: [...this.byPhase],
    };
  }

  merge(other: CauseSums): void {
    this.downtime += other.downtime;
    for (const [label, { downtime, outages, brownouts, example }] of other.byCause) {
      const count = this.countOf(label, () => example);
      count.downtime += downtime;
      count.outages += outages;
      count.brownouts += brownouts;
    }
    for (const [kind, outages] of other.byTrigger) increase(this.byTrigger, kind, outages);
    for (const [fault, downtime] of other.byFault) increase(this.byFault, fault, downtime);
    for (const [phase, downtime] of other.byPhase) increase(this.byPhase, phase, downtime);
  }

  phases(): PhaseShares {
    const told: readonly LevelPhase[] = PHASES;
    const supplied = [...this.byPhase.keys()].filter((phase) => !told.includes(phase)).sort();
    const share = (phase: LevelPhase) => [phase, this.share(this.byPhase.get(phase) ?? 0)];
    return Object.fromEntries([...told, ...supplied].map(share)) as PhaseShares;
  }

  /** @param withBrownouts whether to tell how many of these began with each cause */
  causes(withBrownouts = false): CauseFigures[] {
    const figures = [...this.byCause].map(([cause, { downtime, outages, brownouts, example }]) => ({
      cause,
      downtimeShare: this.share(downtime),
      outages,
      ...(withBrownouts ? { brownouts } : {}),
      example,
    }));
    return figures.sort((one, other) => other.downtimeShare - one.downtimeShare);
  }

  triggers(): TriggerFigures[] {
    const figures = [...this.byTrigger].map(([trigger, outages]) => ({ trigger, outages }));
    return figures.sort((one, other) => other.outages - one.outages);
  }

  involved(): InvolvementFigures[] {
    const figures = [...this.byFault].map(([fault, downtime]) => ({
      fault,
      downtimeShare: this.share(downtime),
    }));
    return figures.sort((one, other) => other.downtimeShare - one.downtimeShare);
  }

  private share(downtime: Duration): number {
    return this.downtime === 0 ? 0 : downtime / this.downtime;
  }

  private counted(cause: Cause): CauseCount {
    return this.countOf(cause.label, () => cause.faults.map(({ identity }) => identity.name));
  }

  private countOf(label: string, example: () => readonly string[]): CauseCount {
    const known = this.byCause.get(label);
    if (known !== undefined) return known;
    const count = { downtime: 0, outages: 0, brownouts: 0, example: example() };
    this.byCause.set(label, count);
    return count;
  }
}

function increase<Key>(sums: Map<Key, number>, key: Key, by: number): void {
  sums.set(key, (sums.get(key) ?? 0) + by);
}
