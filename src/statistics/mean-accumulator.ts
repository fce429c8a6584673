/**
 * Means, spreads and ratios of means of a stream of observations, in constant memory. Observations
 * are taken as independent and of equal weight; intervals are built from these in intervals.ts.
 *
 * `data` is all that `merge` reads, as plain data, also after a way through JSON. Merging rounds:
 * the same parts merged in the same order give the same bits, in another order the last digits may
 * differ.
 */

/** What a merge needs of a mean; without observations `min` and `max` say nothing. */
export interface MeanMoments {
  readonly count: number;
  readonly nonZero: number;
  readonly mean: number;
  readonly squaredDeviations: number;
  readonly min: number;
  readonly max: number;
}

/** Mean, variance and extremes of one quantity, by Welford's recurrence (Technometrics 1962). */
export class MeanAccumulator implements MeanMoments {
  count = 0;
  /** Observations other than 0. */
  nonZero = 0;
  /** 0 as long as there is no observation. */
  mean = 0;
  /** Sum of the squared deviations from the mean. */
  squaredDeviations = 0;
  /** Infinity as long as there is no observation. */
  min = Number.POSITIVE_INFINITY;
  /** -Infinity as long as there is no observation. */
  max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    this.count++;
    if (value !== 0) this.nonZero++;
    const before = value - this.mean;
    this.mean += before / this.count;
    this.squaredDeviations += before * (value - this.mean);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  data(): MeanMoments {
    const extremes = this.count === 0 ? { min: 0, max: 0 } : {};
    return { ...this, ...extremes };
  }

  /** Takes in another's observations (Chan, Golub and LeVeque 1979). */
  merge(other: MeanMoments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const difference = other.mean - this.mean;
    const share = other.count / count;
    this.squaredDeviations +=
      other.squaredDeviations + difference * difference * this.count * share;
    this.mean += difference * share;
    this.count = count;
    this.nonZero += other.nonZero;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  /** Sample variance of one observation; NaN below two observations. */
  get variance(): number {
    return this.count < 2 ? Number.NaN : this.squaredDeviations / (this.count - 1);
  }

  /** Standard error of the mean; NaN below two observations. */
  get standardError(): number {
    return Math.sqrt(this.variance / this.count);
  }
}

/** What a merge needs of a ratio. */
export interface RatioMoments {
  readonly count: number;
  readonly numeratorMean: number;
  readonly denominatorMean: number;
  readonly numeratorSquares: number;
  readonly denominatorSquares: number;
  readonly crossProducts: number;
  readonly largestNumerator: number;
}

/**
 * The ratio of two sums over replications, such as downtime over outages: the mean outage length.
 * Outages of one replication may depend on each other, replications may not. It has the shape of a
 * sample of `count` values, so that `meanLengthInterval` takes it.
 */
export class RatioAccumulator implements RatioMoments {
  /** Pairs other than (0, 0): only these say anything of the ratio. */
  count = 0;
  numeratorMean = 0;
  denominatorMean = 0;
  /** Sums of squared deviations and of their products. */
  numeratorSquares = 0;
  denominatorSquares = 0;
  crossProducts = 0;
  largestNumerator = 0;

  /** One replication; both are at least 0. */
  add(numerator: number, denominator: number): void {
    if (numerator === 0 && denominator === 0) return;
    this.count++;
    const numeratorBefore = numerator - this.numeratorMean;
    const denominatorBefore = denominator - this.denominatorMean;
    this.numeratorMean += numeratorBefore / this.count;
    this.denominatorMean += denominatorBefore / this.count;
    const denominatorAfter = denominator - this.denominatorMean;
    this.numeratorSquares += numeratorBefore * (numerator - this.numeratorMean);
    this.denominatorSquares += denominatorBefore * denominatorAfter;
    this.crossProducts += numeratorBefore * denominatorAfter;
    if (numerator > this.largestNumerator) this.largestNumerator = numerator;
  }

  data(): RatioMoments {
    return { ...this };
  }

  merge(other: RatioMoments): void {
    if (other.count === 0) return;
    const count = this.count + other.count;
    const share = other.count / count;
    const weight = this.count * share;
    const numerator = other.numeratorMean - this.numeratorMean;
    const denominator = other.denominatorMean - this.denominatorMean;
    this.numeratorSquares += other.numeratorSquares + numerator * numerator * weight;
    this.denominatorSquares += other.denominatorSquares + denominator * denominator * weight;
    this.crossProducts += other.crossProducts + numerator * denominator * weight;
    this.numeratorMean += numerator * share;
    this.denominatorMean += denominator * share;
    this.count = count;
    this.largestNumerator = Math.max(this.largestNumerator, other.largestNumerator);
  }

  /** Sum of numerators over sum of denominators; NaN as long as all are 0. */
  get mean(): number {
    return this.numeratorMean / this.denominatorMean;
  }

  /** Standard error of the ratio by the delta method; NaN below two pairs. */
  get standardError(): number {
    if (this.count < 2) return Number.NaN;
    const ratio = this.mean;
    const residuals =
      this.numeratorSquares -
      2 * ratio * this.crossProducts +
      ratio * ratio * this.denominatorSquares;
    const variance = Math.max(residuals, 0) / (this.count - 1) / this.count;
    return Math.sqrt(variance) / this.denominatorMean;
  }

  /** The largest numerator, in units of the ratio: over the mean denominator. */
  get max(): number {
    return this.largestNumerator / this.denominatorMean;
  }
}
