/**
 * Quantiles of a stream of whole non-negative numbers, such as lengths in microseconds, in bounded
 * memory (at most 33 KB): counts in bins that are one number wide up to 127 and from there grow by
 * a constant factor (DDSketch; Masson, Rim and Lee, VLDB 2019). Counts are integers and the sum is
 * exact, so merging in any order gives the same bits. Which value came when is not kept.
 */
import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { type Estimate, tailOf } from './intervals.ts';

/** Largest relative error of a quantile. */
export const QUANTILE_ERROR = 0.005;

const EXACT_BINS = 128;
const GROWTH = (1 + QUANTILE_ERROR) / (1 - QUANTILE_ERROR);
const BINS_PER_E_FOLD = 1 / Math.log(GROWTH);
/** The sum is kept as `sumHigh * SUM_BASE + sumLow`, both exact. */
const SUM_BASE = 2 ** 32;

/** What a merge needs of a sketch; plain data, so a structured clone will do. */
export interface SketchCounts {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly sumHigh: number;
  readonly sumLow: number;
  readonly bins: Float64Array;
}

export class QuantileSketch implements SketchCounts {
  count = 0;
  /** Infinity as long as there is no value. */
  min = Number.POSITIVE_INFINITY;
  /** -Infinity as long as there is no value. */
  max = Number.NEGATIVE_INFINITY;
  sumHigh = 0;
  sumLow = 0;
  /** Counts by bin; its length is a power of 2 that the largest value alone decides. */
  bins = new Float64Array(EXACT_BINS);

  /** RangeError unless the value is a whole number from 0 to 2^53 - 1. */
  add(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`a sketch takes whole numbers from 0 to 2^53 - 1, not ${value}`);
    }
    const bin = binOf(value);
    this.growTo(bin + 1);
    this.bins[bin]!++;
    this.count++;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    const high = Math.floor(value / SUM_BASE);
    this.addToSum(high, value - high * SUM_BASE);
  }

  merge(other: SketchCounts): void {
    this.growTo(other.bins.length);
    for (let bin = 0; bin < other.bins.length; bin++) this.bins[bin]! += other.bins[bin]!;
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
   * The smallest value with at least a share `p` of all values at or below it, to within
   * QUANTILE_ERROR of itself; the least and the largest value are exact. NaN with no value.
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`p must be from 0 to 1: ${p}`);
    if (this.count === 0) return Number.NaN;
    const rank = Math.min(Math.max(rankOf(p, this.count), 1), this.count);
    if (rank === 1) return this.min;
    if (rank === this.count) return this.max;
    return this.clamp(representative(this.binOfRank(rank)));
  }

  /**
   * Interval for a quantile of the law that independent values come from, by order statistics:
   * assumes nothing of the law's shape. It reaches to the far edges of the bins. Where there are
   * too few values `low` is 0 or `high` is Infinity: a 95 % upper bound of the 99th percentile, for
   * example, takes 368 values, as 0.99^368 is the first power below 0.025.
   */
  quantileInterval(p: number, confidence: number): Estimate {
    if (!(p > 0 && p < 1)) throw new RangeError(`p must be between 0 and 1: ${p}`);
    const { count } = this;
    const tail = tailOf(confidence);
    const lowRank = lastRank(count, (rank) => betaQuantile(1 - tail, rank, count - rank + 1) <= p);
    const highRank = lastRank(count, (rank) => betaQuantile(tail, rank, count - rank + 1) < p) + 1;
    return {
      estimate: this.quantile(p),
      low: lowRank > 0 ? this.clamp(lowerEdge(this.binOfRank(lowRank))) : 0,
      high:
        highRank <= count
          ? this.clamp(upperEdge(this.binOfRank(highRank)))
          : Number.POSITIVE_INFINITY,
      confidence,
    };
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

  /** The bin of the value that is `rank`-th in order; ranks count from 1. */
  private binOfRank(rank: number): number {
    let bin = 0;
    let below = this.bins[0]!;
    while (below < rank) below += this.bins[++bin]!;
    return bin;
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

function upperEdge(bin: number): number {
  return bin < EXACT_BINS ? bin : lowerEdge(bin + 1);
}

/** Off by the same share of either edge. */
function representative(bin: number): number {
  return bin < EXACT_BINS ? bin : lowerEdge(bin) * (1 + QUANTILE_ERROR);
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
