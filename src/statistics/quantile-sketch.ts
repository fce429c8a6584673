/**
 * Quantiles of a stream of whole non-negative numbers, such as lengths in microseconds, in bounded
 * memory (at most 132 KB): exact while there are few different values, then counts in bins that are
 * one number wide up to 127 and from there grow by a constant factor (DDSketch; Masson, Rim and
 * Lee, VLDB 2019). How many different values there are does not depend on their order, counts are
 * integers and the sum is exact, so merging in any order gives the same bits. Which value came when
 * is not kept.
 */
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { type Estimate, tailOf } from './intervals.ts';

/** Largest relative error of a quantile once there are more than MOST_EXACT different values. */
export const QUANTILE_ERROR = 0.001;
/** Different values above 127 that are kept as they are. */
export const MOST_EXACT = 1000;

/** Bins one number wide, in use from the first value on. */
const EXACT_BINS = 128;
const GROWTH = (1 + QUANTILE_ERROR) / (1 - QUANTILE_ERROR);
const BINS_PER_E_FOLD = 1 / Math.log(GROWTH);
/** The sum is kept as `sumHigh * SUM_BASE + sumLow`, both exact. */
const SUM_BASE = 2 ** 32;

/** What a merge needs of a sketch, as plain data; without a value `min` and `max` say nothing. */
export interface SketchCounts {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sumHigh: number;
  readonly sumLow: number;
  /**
   * Values above 127, each followed by its count; left out once there were too many different
   * ones.
   */
  readonly exact?: readonly number[];
  /** Bins that are not empty, each followed by its count, in rising order. */
  readonly bins: readonly number[];
}

/** Where a value lies, in whole numbers while those are known. */
interface Place {
  readonly lower: number;
  readonly middle: number;
  readonly upper: number;
}

export class QuantileSketch {
  count = 0;
  /** Infinity as long as there is no value. */
  min = Number.POSITIVE_INFINITY;
  /** -Infinity as long as there is no value. */
  max = Number.NEGATIVE_INFINITY;
  private sumHigh = 0;
  private sumLow = 0;
  private exact: Map<number, number> | undefined = new Map();
  /** Counts by bin, of values not in `exact`; the largest value alone decides its length. */
  private bins = new Float64Array(EXACT_BINS);

  /** RangeError unless the value is a whole number from 0 to 2^53 - 1. */
  add(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`a sketch takes whole numbers from 0 to 2^53 - 1, not ${value}`);
    }
    this.addTimes(value, 1);
    this.count++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const high = Math.floor(value / SUM_BASE);
    this.addToSum(high, value - high * SUM_BASE);
  }

  data(): SketchCounts {
    const { count, sumHigh, sumLow, exact } = this;
    const [min, max] = count === 0 ? [0, 0] : [this.min, this.max];
    const bins: number[] = [];
    for (let bin = 0; bin < this.bins.length; bin++) {
      if (this.bins[bin]! > 0) bins.push(bin, this.bins[bin]!);
    }
    const values: number[] = [];
    exact?.forEach((times, value) => {
      values.push(value, times);
    });
    const counts = { count, min, max, sumHigh, sumLow, bins };
    return exact === undefined ? counts : { ...counts, exact: values };
  }

  merge(other: SketchCounts): void {
    if (other.count === 0) return;
    const { exact, bins } = other;
    if (exact === undefined) this.fold();
    else for (let at = 0; at < exact.length; at += 2) this.addTimes(exact[at]!, exact[at + 1]!);
    this.growTo((bins.at(-2) ?? 0) + 1);
    for (let at = 0; at < bins.length; at += 2) this.bins[bins[at]!]! += bins[at + 1]!;
    this.count += other.count;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.addToSum(other.sumHigh, other.sumLow);
  }

  /** Sum of all values, rounded once. */
  get sum(): number {
    return this.sumHigh * SUM_BASE + this.sumLow;
  }

  /** NaN as long as there is no value. */
  get mean(): number {
    return this.sum / this.count;
  }

  /**
   * The smallest value with at least a share `p` of all values at or below it: exact up to
   * MOST_EXACT different values, then to within QUANTILE_ERROR of itself; the least and the largest
   * value are always exact. NaN with no value.
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`p must be from 0 to 1: ${p}`);
    if (this.count === 0) return Number.NaN;
    const rank = Math.min(Math.max(rankOf(p, this.count), 1), this.count);
    if (rank === 1) return this.min;
    if (rank === this.count) return this.max;
    return this.clamp(this.placeOfRank(rank).middle);
  }

  /**
   * Interval for a quantile of the law that independent values come from, by order statistics:
   * assumes nothing of the law's shape. It reaches to the far edges of the bins. Where there are
   * too few values `low` is 0 or `high` is Infinity: a 95 % upper bound of the 99th percentile, for
   * example, takes 368 values, as 0.99^368 is the first power below 0.025.
   *
   * Values that come in `clusters` and may hang together within one count as one a cluster.
   * `larger` more values are only known to be larger than these; the estimate leaves them out.
   */
  quantileInterval(
    p: number,
    confidence: number,
    { clusters, larger = 0 }: { readonly clusters?: number; readonly larger?: number } = {},
  ): Estimate {
    if (!(p > 0 && p < 1)) throw new RangeError(`p must be between 0 and 1: ${p}`);
    const count = this.count + larger;
    const draws = clusters ?? count;
    const tail = tailOf(confidence);
    const lowDraw = lastRank(draws, (rank) => betaQuantile(1 - tail, rank, draws - rank + 1) <= p);
    const highDraw = lastRank(draws, (rank) => betaQuantile(tail, rank, draws - rank + 1) < p) + 1;
    const lowRank = Math.min(Math.floor(((lowDraw - 1) * count) / draws) + 1, this.count);
    const highRank = Math.ceil((highDraw * count) / draws);
    return {
      estimate: this.quantile(p),
      low: lowRank > 0 ? this.clamp(this.placeOfRank(lowRank).lower) : 0,
      high:
        highDraw <= draws && highRank <= this.count
          ? this.clamp(this.placeOfRank(highRank).upper)
          : Number.POSITIVE_INFINITY,
      confidence,
    };
  }

  /** Where the values lie, in rising order, with how many lie there. */
  *places(): Generator<readonly [place: Place, times: number]> {
    for (const [bin, times] of this.bins.entries()) if (times > 0) yield [placeOfBin(bin), times];
    for (const [value, times] of this.rising()) {
      yield [{ lower: value, middle: value, upper: value }, times];
    }
  }

  private addTimes(value: number, times: number): void {
    if (value >= EXACT_BINS && this.exact !== undefined) {
      this.exact.set(value, (this.exact.get(value) ?? 0) + times);
      if (this.exact.size > MOST_EXACT) this.fold();
      return;
    }
    const bin = binOf(value);
    this.growTo(bin + 1);
    this.bins[bin]! += times;
  }

  /** Gives up single values for bins. */
  private fold(): void {
    const values = this.exact ?? [];
    this.exact = undefined;
    for (const [value, times] of values) this.addTimes(value, times);
  }

  private growTo(length: number): void {
    if (length <= this.bins.length) return;
    const grown = new Float64Array(2 ** Math.ceil(Math.log2(length)));
    grown.set(this.bins);
    this.bins = grown;
  }

  private addToSum(high: number, low: number): void {
    this.sumLow += low;
    this.sumHigh += high;
    if (this.sumLow < SUM_BASE) return;
    this.sumLow -= SUM_BASE;
    this.sumHigh++;
  }

  /** The single values above those of `bins`. */
  private rising(): (readonly [value: number, times: number])[] {
    return [...(this.exact ?? [])].sort(([one], [other]) => one - other);
  }

  /** Of the value that is `rank`-th in order; ranks count from 1. */
  private placeOfRank(rank: number): Place {
    let below = 0;
    for (let bin = 0; bin < this.bins.length; bin++) {
      below += this.bins[bin]!;
      if (below >= rank) return placeOfBin(bin);
    }
    const values = this.rising();
    const value = values.find(([, times]) => {
      below += times;
      return below >= rank;
    })![0];
    return { lower: value, middle: value, upper: value };
  }

  private clamp(value: number): number {
    return Math.min(Math.max(value, this.min), this.max);
  }
}

function binOf(value: number): number {
  if (value < EXACT_BINS) return value;
  return EXACT_BINS + Math.floor(Math.log(value / EXACT_BINS) * BINS_PER_E_FOLD);
}

function lowerEdge(bin: number): number {
  return bin <= EXACT_BINS ? bin : EXACT_BINS * GROWTH ** (bin - EXACT_BINS);
}

/** The middle is off by the same share of either edge. */
function placeOfBin(bin: number): Place {
  const lower = lowerEdge(bin);
  if (bin < EXACT_BINS) return { lower, middle: lower, upper: lower };
  return { lower, middle: lower * (1 + QUANTILE_ERROR), upper: lowerEdge(bin + 1) };
}

/** Smallest rank that holds a share `p`; a product that rounding put just above a rank is it. */
function rankOf(p: number, count: number): number {
  return Math.ceil(p * count * (1 - 2 ** -50));
}

/** The last rank from 1 to `count` for which a test holds that holds up to some rank; 0 if none. */
function lastRank(count: number, holds: (rank: number) => boolean): number {
  let from = 0;
  let to = count;
  while (from < to) {
    const middle = Math.ceil((from + to) / 2);
    if (holds(middle)) from = middle;
    else to = middle - 1;
  }
  return from;
}
