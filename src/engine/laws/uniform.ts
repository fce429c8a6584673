/** The uniform law: every length between two ends is as likely. */
import type { RandomStream } from '../random-streams.ts';
import type { Law, LawPlanOf } from './law.ts';
import { requireAbove, requireNotNegative } from './requirements.ts';

export class Uniform implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'uniform'>;
  readonly mean: number;
  readonly variance: number;
  private readonly low: number;
  private readonly high: number;
  private readonly width: number;

  /** @throws RangeError unless 0 <= `low` < `high`, both finite */
  constructor(low: number, high: number) {
    requireNotNegative('uniform: low', low);
    requireAbove('uniform: high', high, 'low', low);
    this.plan = { family: 'uniform', low, high };
    this.low = low;
    this.high = high;
    this.width = high - low;
    this.mean = low + this.width / 2;
    this.variance = (this.width * this.width) / 12;
  }

  cumulativeHazard(t: number): number {
    if (t <= this.low) return 0;
    if (t >= this.high) return Number.POSITIVE_INFINITY;
    return t < this.mean
      ? -Math.log1p(-(t - this.low) / this.width)
      : -Math.log((this.high - t) / this.width);
  }

  inverseHazard(h: number): number {
    return h < Math.LN2
      ? this.low - this.width * Math.expm1(-h)
      : this.high - this.width * Math.exp(-h);
  }

  draw(stream: RandomStream): number {
    return this.low + this.width * stream.double();
  }
}
