/** The figures of one service level over many replications, in memory that does not grow. */
import { type Duration, HOUR, MINUTE, SECOND, YEAR } from '../engine/clock.ts';
import type { Objective } from '../scenario/scenario.ts';
import {
  CensoredLengths,
  censoredMeanInterval,
  type LengthCounts,
} from '../statistics/censored-lengths.ts';
import {
  constantHazardMean,
  type Estimate,
  nonNegativeMeanInterval,
} from '../statistics/intervals.ts';
import {
  MeanAccumulator,
  type MeanMoments,
  RatioAccumulator,
  type RatioMoments,
} from '../statistics/mean-accumulator.ts';
import { QuantileSketch, type SketchCounts } from '../statistics/quantile-sketch.ts';
import { BrownoutSummary, type BrownoutSums } from './brownout-summary.ts';
import { type CauseSums, CauseTally } from './cause-tally.ts';
import { estimatedIfSeen, mapEstimate } from './estimates.ts';
import type { LevelHistory } from './level-history.ts';
import { yearMeets } from './objectives.ts';
import type { LevelResult } from './result.ts';
import { YearShare, type YearShareSums } from './year-share.ts';

/** What a merge needs of a level, as plain data. */
export interface LevelSums {
  readonly replicationsWithOutage: number;
  readonly replicationsWithLoss: number;
  /** There for levels that can have brownouts. */
  readonly brownouts?: BrownoutSums;
  readonly lostShare: MeanMoments;
  readonly outages: MeanMoments;
  readonly totalLengths: RatioMoments;
  readonly lengths: LengthCounts;
  readonly years: SketchCounts;
  readonly tally: CauseSums;
  readonly firstOutages: number;
  readonly timeAtRisk: Duration;
  readonly yearsWithoutDowntime: YearShareSums;
  readonly openAtEnd: number;
  /** In the order of the level's objectives. */
  readonly yearsMeeting: readonly YearShareSums[];
}

export class LevelSummary {
  replicationsWithOutage = 0;
  /** With an outage or a brownout, or with downtime of one that began before the horizon. */
  replicationsWithLoss = 0;
  private readonly horizon: Duration;
  /** Of levels that can have brownouts. */
  private readonly brownouts: BrownoutSummary | undefined;
  /** Share of the horizon lost, a replication: the mean of 1 - level. */
  private readonly lostShare = new MeanAccumulator();
  private readonly outages = new MeanAccumulator();
  /** Total length and number, a replication: outages of one replication may hang together. */
  private readonly totalLengths = new RatioAccumulator();
  private readonly lengths = new CensoredLengths();
  private readonly yearSketch = new QuantileSketch();
  private readonly tally = new CauseTally();
  private firstOutages = 0;
  private timeAtRisk: Duration = 0;
  private readonly yearsWithoutDowntime = new YearShare();
  private openAtEnd = 0;
  /** Of each objective on this level: years that met it on their own. */
  private readonly yearsMeeting = new Map<Objective, YearShare>();

  constructor(horizon: Duration, objectives: readonly Objective[], canBrownOut = false) {
    this.horizon = horizon;
    this.brownouts = canBrownOut ? new BrownoutSummary(horizon) : undefined;
    for (const objective of objectives) this.yearsMeeting.set(objective, new YearShare());
  }

  addReplication(history: LevelHistory): void {
    const { outages, outageTime, downtime, brownouts, openLength } = history;
    this.lostShare.add(downtime / this.horizon);
    this.outages.add(outages);
    this.addFirstOutage(history);
    this.addYears(history);
    this.brownouts?.addReplication(history);
    if (outages === 0 && brownouts === 0 && downtime === 0) return;
    this.replicationsWithLoss++;
    this.tally.merge(history.tally);
    if (outages === 0 && outageTime === 0) return;
    this.replicationsWithOutage++;
    if (history.openAtEnd) this.openAtEnd++;
    this.totalLengths.add(history.totalLength, outages);
    history.lengths.addTo(this.lengths.ended);
    if (openLength !== undefined) this.lengths.open.add(openLength);
  }

  data(): LevelSums {
    const { replicationsWithOutage, replicationsWithLoss, brownouts } = this;
    return {
      ...{ replicationsWithOutage, replicationsWithLoss },
      ...(brownouts === undefined ? {} : { brownouts: brownouts.data() }),
      lostShare: this.lostShare.data(),
      outages: this.outages.data(),
      totalLengths: this.totalLengths.data(),
      lengths: this.lengths.data(),
      years: this.yearSketch.data(),
      tally: this.tally.data(),
      firstOutages: this.firstOutages,
      timeAtRisk: this.timeAtRisk,
      yearsWithoutDowntime: this.yearsWithoutDowntime.data(),
      openAtEnd: this.openAtEnd,
      yearsMeeting: Array.from(this.yearsMeeting.values(), (share) => share.data()),
    };
  }

  merge(other: LevelSums): void {
    this.replicationsWithOutage += other.replicationsWithOutage;
    this.replicationsWithLoss += other.replicationsWithLoss;
    if (other.brownouts !== undefined) this.brownouts?.merge(other.brownouts);
    this.lostShare.merge(other.lostShare);
    this.outages.merge(other.outages);
    this.totalLengths.merge(other.totalLengths);
    this.lengths.merge(other.lengths);
    this.yearSketch.merge(other.years);
    this.tally.merge(other.tally);
    this.firstOutages += other.firstOutages;
    this.timeAtRisk += other.timeAtRisk;
    this.yearsWithoutDowntime.merge(other.yearsWithoutDowntime);
    this.openAtEnd += other.openAtEnd;
    [...this.yearsMeeting.values()].forEach((share, index) => {
      share.merge(other.yearsMeeting[index]!);
    });
  }

  unavailability(confidence: number): Estimate {
    return nonNegativeMeanInterval(this.lostShare, confidence, 1);
  }

  /** Chance that one year alone meets an objective on this level. */
  chanceOfAYear(objective: Objective, confidence: number): Estimate | undefined {
    return this.yearsMeeting.get(objective)?.interval(confidence);
  }

  result(confidence: number): LevelResult {
    const unavailability = estimatedIfSeen(
      this.unavailability(confidence),
      this.replicationsWithLoss,
    );
    const years = this.horizon / YEAR;
    const outages = estimatedIfSeen(
      nonNegativeMeanInterval(this.outages, confidence, Number.POSITIVE_INFINITY),
      this.replicationsWithOutage,
    );
    return {
      availability: mapEstimate(unavailability, (share) => 1 - share),
      unavailability,
      downtimePerYear: mapEstimate(unavailability, (share) => (share * YEAR) / MINUTE),
      outagesPerYear: mapEstimate(outages, (count) => count / years),
      downtimeOfAYear: this.downtimeOfAYear(confidence),
      outageLength: this.outageLength(confidence),
      timeToFirstOutage: this.timeToFirstOutage(confidence),
      yearWithoutDowntime: this.yearsWithoutDowntime.interval(confidence),
      ...(this.brownouts === undefined ? {} : { brownouts: this.brownouts.result(confidence) }),
      phases: this.tally.phases(),
      causes: this.tally.causes(this.brownouts !== undefined),
      triggers: this.tally.triggers(),
      involved: this.tally.involved(),
      seen: {
        outages: this.lengths.count,
        openAtEnd: this.openAtEnd,
        downtimeMinutes: this.tally.downtime / MINUTE,
        replicationsWithOutage: this.replicationsWithOutage,
      },
    };
  }

  /** A replication that begins in an outage says nothing of the time from being up to the first. */
  private addFirstOutage({ lostAtStart, firstOutage }: LevelHistory): void {
    if (lostAtStart) return;
    this.timeAtRisk += firstOutage ?? this.horizon;
    if (firstOutage !== undefined) this.firstOutages++;
  }

  private addYears(history: LevelHistory): void {
    const { windowDowntime, windowOutages, windowLength } = history;
    const years = windowDowntime.length;
    let quiet = 0;
    for (let year = 0; year < years; year++) {
      const downtime = windowDowntime[year]!;
      this.yearSketch.add(Math.round(downtime));
      if (downtime === 0) quiet++;
    }
    this.yearsWithoutDowntime.add(quiet, years);
    for (const [objective, share] of this.yearsMeeting) {
      let meeting = 0;
      for (let year = 0; year < years; year++) {
        const outages = windowOutages[year]!;
        if (yearMeets(objective, windowDowntime[year]!, outages, windowLength)) meeting++;
      }
      share.add(meeting, years);
    }
  }

  private downtimeOfAYear(confidence: number): LevelResult['downtimeOfAYear'] {
    const clusters = this.lostShare.count;
    const inMinutes = (p: number) =>
      mapEstimate(
        this.yearSketch.quantileInterval(p, confidence, { clusters }),
        (time) => time / MINUTE,
      );
    return {
      median: inMinutes(0.5),
      p95: inMinutes(0.95),
      p99: inMinutes(0.99),
      worst: this.yearSketch.max / MINUTE,
    };
  }

  private outageLength(confidence: number): LevelResult['outageLength'] {
    const inSeconds = (time: number) => time / SECOND;
    const quantile = (p: number) =>
      mapEstimate(this.lengths.quantileInterval(p, confidence), inSeconds);
    const { ended, open, longest } = this.lengths;
    const mean = censoredMeanInterval(this.totalLengths, ended.count, open.count, confidence);
    return {
      mean: mapEstimate(mean, inSeconds),
      p50: quantile(0.5),
      p90: quantile(0.9),
      p99: quantile(0.99),
      longest: inSeconds(longest),
    };
  }

  /** Always under a constant hazard: a choice by what was seen would favour short times. */
  private timeToFirstOutage(confidence: number): Estimate {
    const estimate = constantHazardMean(this.firstOutages, this.timeAtRisk, confidence);
    return mapEstimate(estimate, (time) => time / HOUR);
  }
}
