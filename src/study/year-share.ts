/**
 * The share of years (or shorter spans) that meet a condition. Years of one replication may hang
 * together, by a long repair or by ageing; the interval widens by as much as they are seen to.
 */
import { type Estimate, effectiveTrials, proportionInterval } from '../statistics/intervals.ts';
import { MeanAccumulator, type MeanMoments } from '../statistics/mean-accumulator.ts';

/** What a merge needs of a share, as plain data. */
export interface YearShareSums {
  readonly years: number;
  readonly meeting: number;
  readonly perReplication: MeanMoments;
}

export class YearShare {
  private years = 0;
  private meeting = 0;
  private readonly perReplication = new MeanAccumulator();

  /** One replication: of so many years, the same of each replication, so many met it. */
  add(meeting: number, years: number): void {
    this.years += years;
    this.meeting += meeting;
    this.perReplication.add(meeting / years);
  }

  data(): YearShareSums {
    const { years, meeting, perReplication } = this;
    return { years, meeting, perReplication: perReplication.data() };
  }

  merge(other: YearShareSums): void {
    this.years += other.years;
    this.meeting += other.meeting;
    this.perReplication.merge(other.perReplication);
  }

  interval(confidence: number): Estimate {
    const effective = effectiveTrials(this.perReplication, this.years, confidence);
    return proportionInterval(this.meeting, this.years, confidence, effective);
  }
}
