/**
 * Lengths of which some are still growing when watching ends: outages open at the end of a
 * replication. Of an open one only its age is known, so its length is no less than that. Taken as
 * given: when watching ends has nothing to do with how long the outage would have lasted.
 */
import {
  clopperPearson,
  type Estimate,
  LARGEST_SPREAD,
  type LengthSample,
  meanLengthInterval,
} from './intervals.ts';
import { QuantileSketch, type SketchCounts } from './quantile-sketch.ts';

/** Share of lengths still open beyond which nothing is said of how large their mean may be. */
const MOST_OPEN = 0.01;

/** Far above the rounding of a product of as many factors as a sketch has places. */
const ROUNDING = 1e-12;

/**
 * How much longer a length goes on that is open at a random time, in mean lengths: mean square
 * over twice the squared mean (Cox, Renewal Theory, 1962), of a lognormal law of LARGEST_SPREAD.
 */
const MOST_LEFT_OF_OPEN = Math.exp(LARGEST_SPREAD ** 2) / 2;

/**
 * Interval for the mean length. `observed` holds the lengths of the ended and the ages of the
 * open. With none open it is `meanLengthInterval`. Otherwise:
 * - the estimate is total time over lengths that ended, which is right for exponential lengths;
 *   Infinity where none ended;
 * - `low` takes the open as ended, which no length is shorter than;
 * - `high` lets each open length, of as many as their share may be, go on for as long as one of a
 *   lognormal law of spread 1.5 would that began at a random time. Where more than MOST_OPEN are
 *   open that is no guard against a law of longer tail: Infinity.
 */
export function censoredMeanInterval(
  observed: LengthSample,
  ended: number,
  open: number,
  confidence: number,
): Estimate {
  const interval = meanLengthInterval(observed, confidence);
  if (open === 0) return interval;
  const begun = ended + open;
  const estimate = (interval.estimate * begun) / ended;
  const left = clopperPearson(open, begun, confidence).high * MOST_LEFT_OF_OPEN;
  const unsaid = open > MOST_OPEN * begun || left >= 1;
  const high = unsaid ? Number.POSITIVE_INFINITY : interval.high / (1 - left);
  return { ...interval, estimate, high };
}

/** What a merge needs of lengths, as plain data. */
export interface LengthCounts {
  readonly ended: SketchCounts;
  readonly open: SketchCounts;
}

export class CensoredLengths {
  /** Lengths of the ended, whole numbers. */
  readonly ended = new QuantileSketch();
  /** Ages of the open when watching ended, whole numbers. */
  readonly open = new QuantileSketch();

  data(): LengthCounts {
    return { ended: this.ended.data(), open: this.open.data() };
  }

  merge({ ended, open }: LengthCounts): void {
    this.ended.merge(ended);
    this.open.merge(open);
  }

  get count(): number {
    return this.ended.count + this.open.count;
  }

  /** The longest length or age; 0 as long as there is none. */
  get longest(): number {
    return Math.max(this.ended.max, this.open.max, 0);
  }

  /**
   * Interval for a quantile, by order statistics of independent lengths. `low` takes the open as
   * ended, `high` as longer than anything seen; the estimate between them is the product limit's
   * (Kaplan and Meier, JASA 1958). It and `high` are Infinity where more are open than the
   * quantile leaves room for.
   */
  quantileInterval(p: number, confidence: number): Estimate {
    if (this.open.count === 0) return this.ended.quantileInterval(p, confidence);
    const all = new QuantileSketch();
    all.merge(this.ended.data());
    all.merge(this.open.data());
    return {
      estimate: this.productLimit(p),
      low: all.quantileInterval(p, confidence).low,
      high: this.ended.quantileInterval(p, confidence, { larger: this.open.count }).high,
      confidence,
    };
  }

  /** Of lengths and ages at one place the lengths count as the shorter. */
  private productLimit(p: number): number {
    const ages = [...this.open.places()];
    let passed = 0;
    let longer = 1;
    let watched = this.count;
    for (const [{ middle }, ending] of this.ended.places()) {
      for (; passed < ages.length && ages[passed]![0].middle < middle; passed++) {
        watched -= ages[passed]![1];
      }
      longer *= 1 - ending / watched;
      if (1 - longer >= p - ROUNDING) {
        return Math.min(Math.max(middle, this.ended.min), this.ended.max);
      }
      watched -= ending;
    }
    return Number.POSITIVE_INFINITY;
  }
}
