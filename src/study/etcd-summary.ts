/** How leadership moved and data were lost, over many replications. */
import { type Duration, HOUR, YEAR } from '../engine/clock.ts';
import type { ElectionCounts } from '../model/etcd/cluster-chronicle.ts';
import type { DataLosses } from '../model/etcd/data-safety.ts';
import { type Estimate, nonNegativeMeanInterval } from '../statistics/intervals.ts';
import { MeanAccumulator, type MeanMoments } from '../statistics/mean-accumulator.ts';
import { mapEstimate } from './estimates.ts';
import type { EtcdResult } from './result.ts';

/** What a merge needs of leadership and losses, as plain data. */
export interface EtcdSums {
  readonly elections: MeanMoments;
  readonly leaderChanges: MeanMoments;
  readonly splitRounds: MeanMoments;
  readonly dataLosses: MeanMoments;
  readonly seen: ElectionCounts;
  readonly losses: DataLosses;
}

export class EtcdSummary {
  private readonly years: number;
  private readonly elections = new MeanAccumulator();
  private readonly leaderChanges = new MeanAccumulator();
  private readonly splitRounds = new MeanAccumulator();
  private readonly dataLosses = new MeanAccumulator();
  private readonly seen = { elections: 0, leaderChanges: 0, splitRounds: 0 };
  private readonly losses: DataLosses = { count: 0, restored: 0, lostSpan: 0, restoreTime: 0 };

  private readonly hasBackup: boolean;

  constructor(horizon: Duration, hasBackup: boolean) {
    this.hasBackup = hasBackup;
    this.years = horizon / YEAR;
  }

  addReplication(counts: ElectionCounts, losses: DataLosses): void {
    this.elections.add(counts.elections);
    this.leaderChanges.add(counts.leaderChanges);
    this.splitRounds.add(counts.splitRounds);
    this.dataLosses.add(losses.count);
    this.addSeen(counts, losses);
  }

  data(): EtcdSums {
    const { elections, leaderChanges, splitRounds, dataLosses, seen, losses } = this;
    return {
      elections: elections.data(),
      leaderChanges: leaderChanges.data(),
      splitRounds: splitRounds.data(),
      dataLosses: dataLosses.data(),
      seen: { ...seen },
      losses: { ...losses },
    };
  }

  merge(other: EtcdSums): void {
    this.elections.merge(other.elections);
    this.leaderChanges.merge(other.leaderChanges);
    this.splitRounds.merge(other.splitRounds);
    this.dataLosses.merge(other.dataLosses);
    this.addSeen(other.seen, other.losses);
  }

  private addSeen(counts: ElectionCounts, losses: DataLosses): void {
    this.seen.elections += counts.elections;
    this.seen.leaderChanges += counts.leaderChanges;
    this.seen.splitRounds += counts.splitRounds;
    this.losses.count += losses.count;
    this.losses.restored += losses.restored;
    this.losses.lostSpan += losses.lostSpan;
    this.losses.restoreTime += losses.restoreTime;
  }

  result(confidence: number): EtcdResult {
    const { count, restored, lostSpan, restoreTime } = this.losses;
    const aYear = (counts: MeanAccumulator): Estimate =>
      mapEstimate(estimatedIfSeen(counts, confidence), (mean) => mean / this.years);
    return {
      electionsPerYear: aYear(this.elections),
      leaderChangesPerYear: aYear(this.leaderChanges),
      splitRoundsPerYear: aYear(this.splitRounds),
      dataLossesPerYear: aYear(this.dataLosses),
      seen: {
        ...this.seen,
        dataLosses: count,
        restores: restored,
        lostHours: this.hasBackup && count > 0 ? lostSpan / count / HOUR : undefined,
        restoreHours: restored > 0 ? restoreTime / restored / HOUR : undefined,
      },
    };
  }
}

/** Where nothing was seen only the bound says something. */
function estimatedIfSeen(counts: MeanAccumulator, confidence: number): Estimate {
  const estimate = nonNegativeMeanInterval(counts, confidence, Number.POSITIVE_INFINITY);
  return counts.mean > 0 ? estimate : { ...estimate, estimate: Number.NaN };
}
