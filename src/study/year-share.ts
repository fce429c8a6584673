/**
 * The share of years (or shorter spans) that meet a condition. Years of one replication may hang
 * together, by a long repair or by ageing; the interval widens by as much as they are seen to.
 */
import { type Estimate, proportionInterval } from '../statistics/intervals.ts';
import { MeanAccumulator } from '../statistics/mean-accumulator.ts';

export class YearShare {
  private years = 0;
  private meeting = 0;
  private readonly perReplication = new MeanAccumulator();

  /** One replication: of so many years so many met the condition. */
  add(meeting: number, years: number): void {
    this.years += years;
    this.meeting += meeting;
    this.perReplication.add(meeting / years);
  }

  interval(confidence: number): Estimate {
    return proportionInterval(this.meeting, this.years, confidence, this.designEffect);
  }

  /** Variance of the share over that of independent years; never taken as less. */
  private get designEffect(): number {
    const { count, mean, variance } = this.perReplication;
    const yearsEach = this.years / count;
    if (yearsEach === 1 || count < 2 || mean === 0 || mean === 1) return 1;
    return Math.max(1, (variance * yearsEach) / (mean * (1 - mean)));
  }
}
