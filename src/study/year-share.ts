/**
 * The share of years (or shorter spans) that meet a condition. Years of one replication may hang
 * together, by a long repair or by ageing; the interval widens by as much as they are seen to.
 */
import { type Estimate, effectiveTrials, proportionInterval } from '../statistics/intervals.ts';
import { MeanAccumulator } from '../statistics/mean-accumulator.ts';

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

  interval(confidence: number): Estimate {
    const effective = effectiveTrials(this.perReplication, this.years, confidence);
    return proportionInterval(this.meeting, this.years, confidence, effective);
  }
}
