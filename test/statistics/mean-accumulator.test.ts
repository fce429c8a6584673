import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MeanAccumulator, RatioAccumulator } from '../../src/statistics/mean-accumulator.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 50 });
const pairs = fc.array(
  fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 9 })),
  {
    maxLength: 50,
  },
);

function meanOf(observations: readonly number[]): MeanAccumulator {
  const accumulator = new MeanAccumulator();
  for (const value of observations) accumulator.add(value);
  return accumulator;
}

function ratioOf(observations: readonly (readonly [number, number])[]): RatioAccumulator {
  const accumulator = new RatioAccumulator();
  for (const [numerator, denominator] of observations) accumulator.add(numerator, denominator);
  return accumulator;
}

/** Equal to within rounding at the scale of the values. */
function expectClose(actual: number, expected: number, scale: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN();
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * scale);
}

describe('MeanAccumulator', () => {
  it('gives the mean, sample variance and standard error of a worked example', () => {
    const accumulator = meanOf([2, 4, 4, 4, 5, 5, 7, 9, 0]);
    expect(accumulator.count).toBe(9);
    expect(accumulator.nonZero).toBe(8);
    expect(accumulator.mean).toBeCloseTo(40 / 9, 12);
    expect(accumulator.variance).toBeCloseTo((232 - 1600 / 9) / 8, 12);
    expect(accumulator.standardError).toBeCloseTo(Math.sqrt((232 - 1600 / 9) / 72), 12);
    expect([accumulator.min, accumulator.max]).toEqual([0, 9]);
  });

  it('says nothing of a spread before there are two values', () => {
    expect(meanOf([]).variance).toBeNaN();
    expect(meanOf([3]).standardError).toBeNaN();
    expect(meanOf([]).max).toBe(Number.NEGATIVE_INFINITY);
  });

  it('keeps the variance of values that lie far from 0', () => {
    expect(meanOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]).variance).toBe(30);
  });

  it('merges to what one accumulator would have seen, also from a structured clone', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const whole = meanOf([...left, ...right]);
        const merged = meanOf(left);
        merged.merge(JSON.parse(JSON.stringify(meanOf(right).data())));
        expect(merged.count).toBe(whole.count);
        expect(merged.nonZero).toBe(whole.nonZero);
        expect([merged.min, merged.max]).toEqual([whole.min, whole.max]);
        expectClose(merged.mean, whole.mean, 1e6);
        expectClose(merged.variance, whole.variance, 1e12);
      }),
      { seed: 1 },
    );
  });
});

describe('RatioAccumulator', () => {
  it('gives the ratio of sums and its delta-method error', () => {
    const ratio = ratioOf([
      [30, 2],
      [0, 0],
      [10, 1],
      [0, 0],
      [50, 2],
    ]);
    expect(ratio.count).toBe(3);
    expect(ratio.mean).toBe(18);
    const residuals = (30 - 36) ** 2 + (10 - 18) ** 2 + (50 - 36) ** 2;
    expect(ratio.standardError).toBeCloseTo(Math.sqrt((residuals * 3) / 2) / 5, 12);
    expect(ratio.max).toBeCloseTo(50 / (5 / 3), 12);
  });

  it('is the plain mean where every denominator is 1', () => {
    const lengths = [3, 1, 4, 1, 5, 9, 2, 6];
    const ratio = ratioOf(lengths.map((length) => [length, 1]));
    const mean = meanOf(lengths);
    expect(ratio.mean).toBeCloseTo(mean.mean, 12);
    expect(ratio.standardError).toBeCloseTo(mean.standardError, 12);
    expect(ratio.max).toBe(9);
  });

  it('knows nothing without a pair above 0, and no error from one', () => {
    expect(ratioOf([[0, 0]]).mean).toBeNaN();
    expect(ratioOf([[7, 2]]).mean).toBe(3.5);
    expect(ratioOf([[7, 2]]).standardError).toBeNaN();
  });

  it('merges to what one accumulator would have seen, also from a structured clone', () => {
    fc.assert(
      fc.property(pairs, pairs, (left, right) => {
        const whole = ratioOf([...left, ...right]);
        const merged = ratioOf(left);
        merged.merge(JSON.parse(JSON.stringify(ratioOf(right).data())));
        expect(merged.count).toBe(whole.count);
        expectClose(merged.numeratorMean, whole.numeratorMean, 1e3);
        expectClose(merged.denominatorMean, whole.denominatorMean, 1e3);
        expectClose(merged.crossProducts, whole.crossProducts, 1e6);
        expectClose(merged.numeratorSquares, whole.numeratorSquares, 1e6);
        expectClose(merged.denominatorSquares, whole.denominatorSquares, 1e6);
        expect(merged.largestNumerator).toBe(whole.largestNumerator);
      }),
      { seed: 2 },
    );
  });
});
