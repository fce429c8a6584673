/** The brownouts of one service level over many replications. */
import { type Duration, MINUTE, YEAR } from '../engine/clock.ts';
import { type Estimate, nonNegativeMeanInterval } from '../statistics/intervals.ts';
import { MeanAccumulator, type MeanMoments } from '../statistics/mean-accumulator.ts';
import { estimatedIfSeen, mapEstimate } from './estimates.ts';
import type { LevelHistory } from './level-history.ts';
import type { BrownoutFigures } from './result.ts';

/** What a merge needs of brownouts, as plain data. */
export interface BrownoutSums {
  readonly counts: MeanMoments;
  readonly timeShare: MeanMoments;
  readonly lostShare: MeanMoments;
  readonly seen: { readonly brownouts: number; readonly openAtEnd: number };
  readonly time: Duration;
  readonly lost: Duration;
  readonly replications: number;
}

export class BrownoutSummary {
  private readonly horizon: Duration;
  private readonly counts = new MeanAccumulator();
  /** Shares of the horizon, a replication: between 0 and 1, and lost by it. */
  private readonly timeShare = new MeanAccumulator();
  private readonly lostShare = new MeanAccumulator();
  private readonly seen = { brownouts: 0, openAtEnd: 0 };
  private time: Duration = 0;
  private lost: Duration = 0;
  private replications = 0;

  constructor(horizon: Duration) {
    this.horizon = horizon;
  }

  addReplication(history: LevelHistory): void {
    const { brownouts, brownoutTime, brownoutLoss, brownedOutAtEnd } = history;
    this.counts.add(brownouts);
    this.timeShare.add(brownoutTime / this.horizon);
    this.lostShare.add(brownoutLoss / this.horizon);
    if (brownouts === 0 && brownoutTime === 0) return;
    this.replications++;
    this.seen.brownouts += brownouts;
    if (brownedOutAtEnd) this.seen.openAtEnd++;
    this.time += brownoutTime;
    this.lost += brownoutLoss;
  }

  data(): BrownoutSums {
    const { counts, timeShare, lostShare, seen, time, lost, replications } = this;
    return {
      ...{ counts: counts.data(), timeShare: timeShare.data(), lostShare: lostShare.data() },
      ...{ seen: { ...seen }, time, lost, replications },
    };
  }

  merge(other: BrownoutSums): void {
    this.counts.merge(other.counts);
    this.timeShare.merge(other.timeShare);
    this.lostShare.merge(other.lostShare);
    this.seen.brownouts += other.seen.brownouts;
    this.seen.openAtEnd += other.seen.openAtEnd;
    this.time += other.time;
    this.lost += other.lost;
    this.replications += other.replications;
  }

  result(confidence: number): BrownoutFigures {
    const figure = (values: MeanAccumulator, bound: number, aYear: number): Estimate => {
      const mean = nonNegativeMeanInterval(values, confidence, bound);
      return mapEstimate(estimatedIfSeen(mean, this.replications), (value) => value * aYear);
    };
    const minutes = YEAR / MINUTE;
    return {
      perYear: figure(this.counts, Number.POSITIVE_INFINITY, YEAR / this.horizon),
      timePerYear: figure(this.timeShare, 1, minutes),
      lost: figure(this.lostShare, 1, minutes),
      seen: {
        ...this.seen,
        timeMinutes: this.time / MINUTE,
        lostMinutes: this.lost / MINUTE,
        replicationsWithBrownout: this.replications,
      },
    };
  }
}
