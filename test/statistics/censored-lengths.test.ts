/** Outages still open when watching ends, as the study sees them: begun at any time of a span. */

import { describe, expect, it } from 'vitest';
import { CensoredLengths, censoredMeanInterval } from '../../src/statistics/censored-lengths.ts';
import { meanLengthInterval } from '../../src/statistics/intervals.ts';
import { RatioAccumulator } from '../../src/statistics/mean-accumulator.ts';
import { draws } from '../support/draws.ts';
import {
  CONFIDENCES,
  dishonest,
  exponential,
  type Law,
  lognormal,
  missesOf,
  uniformFrom,
} from '../support/statistics/misses.ts';

/** Whole numbers in a mean length. */
const UNIT = 1e6;

/** Watches replications of some span, one outage expected in each. */
function watch(replications: number, span: number, law: Law, uniform: () => number) {
  const totals = new RatioAccumulator();
  const lengths = new CensoredLengths();
  for (let replication = 0; replication < replications; replication++) {
    let total = 0;
    let begun = 0;
    for (let time = exponential(uniform); time < 1; time += exponential(uniform)) {
      const left = Math.round((1 - time) * span * UNIT);
      const length = Math.round(law(uniform) * UNIT);
      if (length <= left) lengths.ended.add(length);
      else lengths.open.add(left);
      total += Math.min(length, left);
      begun++;
    }
    totals.add(total, begun);
  }
  return { totals, lengths };
}

const LAWS: readonly (readonly [string, Law, (p: number) => number])[] = [
  ['exponential', exponential, (p) => -Math.log(1 - p)],
  ['lognormal of spread 1.5', lognormal(1.5), (p) => Math.exp(1.5 * NORMAL[p]! - 1.125)],
];
/** Of the quantiles looked at. */
const NORMAL: Readonly<Record<number, number>> = { 0.5: 0, 0.9: 1.2815515655446004 };

/** Samples of lengths of which some are still open. */
const CENSORED = draws(150, 500);

describe.each(LAWS)('%s lengths, some still open', (_, law, quantile) => {
  it.each([1, 10, 150, 1000])('covers the mean in spans of %d mean lengths', (span) => {
    const uniform = uniformFrom(900 + span);
    let bounded = 0;
    let open = 0;
    const result = missesOf(
      UNIT,
      () => {
        const { totals, lengths } = watch(200, span, law, uniform);
        if (lengths.open.count > 0) open++;
        return (confidence) => {
          const ended = lengths.ended.count;
          const interval = censoredMeanInterval(totals, ended, lengths.open.count, confidence);
          if (Number.isFinite(interval.high)) bounded++;
          expect(interval.low).toBeLessThanOrEqual(interval.estimate);
          expect(interval.high).toBeGreaterThanOrEqual(interval.estimate);
          return interval;
        };
      },
      CENSORED,
    );
    expect(open).toBeGreaterThan(CENSORED / 10);
    expect(bounded > 0).toBe(span > 10);
    expect(dishonest(result)).toEqual([]);
  });

  it.each([0.5, 0.9])('covers the quantile %d', (p) => {
    for (const span of [1, 3, 100]) {
      const uniform = uniformFrom(950 + span);
      let bounded = 0;
      const result = missesOf(
        quantile(p) * UNIT,
        () => {
          const { lengths } = watch(60, span, law, uniform);
          return (confidence) => {
            const { estimate, low, high } = lengths.quantileInterval(p, confidence);
            if (Number.isFinite(high)) bounded++;
            expect(low).toBeLessThanOrEqual(estimate);
            expect(high).toBeGreaterThanOrEqual(estimate);
            return { estimate, low, high, confidence };
          };
        },
        CENSORED,
      );
      if (span === 100) expect(bounded).toBeGreaterThan(2 * CENSORED);
      expect(dishonest(result)).toEqual([]);
    }
  });
});

describe('lengths still open', () => {
  it('would miss nearly always if they were taken as ended', () => {
    const uniform = uniformFrom(1000);
    const result = missesOf(
      UNIT,
      () => {
        const { totals } = watch(200, 1, exponential, uniform);
        return (confidence) => meanLengthInterval(totals, confidence);
      },
      100,
    );
    expect(dishonest(result).map(({ confidence }) => confidence)).toEqual(CONFIDENCES);
  });

  it('estimates an exponential mean by total time over lengths that ended', () => {
    const totals = new RatioAccumulator();
    for (const length of [3, 5, 10]) totals.add(length, 1);
    expect(censoredMeanInterval(totals, 2, 1, 0.95).estimate).toBeCloseTo(9, 12);
    const none = censoredMeanInterval(totals, 0, 3, 0.95);
    expect(none.estimate).toBe(Number.POSITIVE_INFINITY);
    expect(none.low).toBe(meanLengthInterval(totals, 0.95).low);
    expect(censoredMeanInterval(totals, 3, 0, 0.95)).toEqual(meanLengthInterval(totals, 0.95));
  });

  it('bounds the mean while at most one in a hundred is open', () => {
    const totals = new RatioAccumulator();
    for (let length = 1; length <= 300; length++) totals.add(length, 1);
    const closed = meanLengthInterval(totals, 0.95);
    const few = censoredMeanInterval(totals, 297, 3, 0.95);
    expect(few.high).toBeGreaterThan(closed.high * 1.05);
    expect(few.high).toBeLessThan(closed.high * 1.2);
    expect(censoredMeanInterval(totals, 296, 4, 0.95).high).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes quantiles from the product limit', () => {
    const lengths = new CensoredLengths();
    for (const length of [1, 2, 4, 6]) lengths.ended.add(length);
    for (const age of [2, 3, 7]) lengths.open.add(age);
    // Longer than 1: 6/7; than 2: 5/7; than 4: 10/21; than 6: 5/21.
    const estimates = [0.14, 0.15, 0.28, 0.29, 0.52, 0.53, 0.76, 0.77].map(
      (p) => lengths.quantileInterval(p, 0.95).estimate,
    );
    expect(estimates).toEqual([1, 2, 2, 4, 4, 6, 6, Number.POSITIVE_INFINITY]);
    expect(lengths.longest).toBe(7);
    expect(lengths.count).toBe(7);
  });

  it('says only how long the open have been, where none ended', () => {
    const lengths = new CensoredLengths();
    expect(lengths.longest).toBe(0);
    expect(lengths.quantileInterval(0.5, 0.95).estimate).toBeNaN();
    for (let age = 1; age <= 20; age++) lengths.open.add(age);
    expect(lengths.quantileInterval(0.5, 0.95)).toMatchObject({
      estimate: Number.POSITIVE_INFINITY,
      low: 6,
      high: Number.POSITIVE_INFINITY,
    });
  });
});
