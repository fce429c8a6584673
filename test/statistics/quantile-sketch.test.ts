import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MOST_EXACT,
  QUANTILE_ERROR,
  QuantileSketch,
} from '../../src/statistics/quantile-sketch.ts';

/** Whole numbers of every order of magnitude up to 2^53 - 1. */
const value = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 0, max: 300 }),
  fc.maxSafeNat(),
  fc.double({ min: 0, max: 53, noNaN: true }).map((power) => Math.ceil(2 ** power) - 1),
);
const few = fc.array(value, { minLength: 1, maxLength: 200 });
/** Evenly spaced, and often more than are kept exactly. */
const many = fc
  .tuple(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 2 * MOST_EXACT }))
  .map(([step, length]) => Array.from({ length }, (_, index) => step * index));
const values = fc.oneof(few, many);

function sketchOf(observations: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const observation of observations) sketch.add(observation);
  return sketch;
}

function mergedInOrder(parts: readonly (readonly number[])[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const part of parts) sketch.merge(JSON.parse(JSON.stringify(sketchOf(part).data())));
  return sketch;
}

describe('QuantileSketch', () => {
  it('is within the stated error of the true order statistic', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, (observations, p) => {
        const sorted = [...observations].sort((left, right) => left - right);
        const rank = Math.min(
          Math.max(Math.ceil(p * sorted.length * (1 - 2 ** -50)), 1),
          sorted.length,
        );
        const truth = sorted[rank - 1]!;
        const error = Math.abs(sketchOf(observations).quantile(p) - truth);
        expect(error).toBeLessThanOrEqual(QUANTILE_ERROR * truth * (1 + 1e-9));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('is exact for numbers below 128, for the least and for the largest', () => {
    const small = sketchOf(Array.from({ length: 128 }, (_, index) => index));
    for (let rank = 1; rank <= 128; rank++) expect(small.quantile(rank / 128)).toBe(rank - 1);
    const sketch = sketchOf([1_000_003, 5, 77_777_777]);
    expect(sketch.quantile(0)).toBe(5);
    expect(sketch.quantile(1)).toBe(77_777_777);
    expect(sketchOf([123_456, 123_456, 123_456]).quantile(0.5)).toBe(123_456);
  });

  it('takes the rank that a rounded product means', () => {
    const sketch = sketchOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (let rank = 1; rank <= 10; rank++) expect(sketch.quantile(rank * 0.1)).toBe(rank);
  });

  it('is exact for few different values, however many there are of each', () => {
    const fiveMinutes = Array.from({ length: 5000 }, () => 300_000_000);
    const others = Array.from({ length: MOST_EXACT - 1 }, (_, index) => 2 ** 40 + index);
    const sketch = sketchOf([1, ...fiveMinutes, ...others]);
    expect(sketch.quantileInterval(0.5, 0.95)).toMatchObject({
      estimate: 300_000_000,
      low: 300_000_000,
      high: 300_000_000,
    });
    expect(sketch.quantile(5003 / sketch.count)).toBe(2 ** 40 + 1);
    sketch.add(2 ** 41);
    expect(sketch.data().exact).toBeUndefined();
    expect(sketch.quantile(0.5)).not.toBe(300_000_000);
    expect(Math.abs(sketch.quantile(0.5) / 300_000_000 - 1)).toBeLessThan(QUANTILE_ERROR);
  });

  it('keeps its memory bounded', () => {
    const last = Number.MAX_SAFE_INTEGER;
    const sketch = sketchOf(Array.from({ length: 2 * MOST_EXACT }, (_, index) => last - index));
    expect(sketch.data().exact).toBeUndefined();
    expect(sketch.data().bins.length).toBeLessThan(2 * MOST_EXACT);
    expect(sketch.quantile(1)).toBe(last);
  });
});

describe('merging and summing', () => {
  it('gives the same bits however the parts are merged', () => {
    fc.assert(
      fc.property(values, values, values, (first, second, third) => {
        const whole = sketchOf([...first, ...second, ...third]);
        expect(mergedInOrder([first, second, third])).toEqual(whole);
        expect(mergedInOrder([third, first, second])).toEqual(whole);
        expect(mergedInOrder([[...third, ...second], [], first])).toEqual(whole);
      }),
      { seed: 2, numRuns: 20 },
    );
  });

  it('sums exactly, beyond what a double adds up to', () => {
    fc.assert(
      fc.property(values, (observations) => {
        const sketch = sketchOf(observations);
        const exact = observations.reduce((sum, observation) => sum + BigInt(observation), 0n);
        const { sumHigh, sumLow } = sketch.data();
        expect(BigInt(sumHigh) * 2n ** 32n + BigInt(sumLow)).toBe(exact);
        expect(sketch.sum).toBe(Number(exact));
      }),
      { seed: 3 },
    );
  });

  it('knows nothing without values and refuses what is no whole number', () => {
    const sketch = new QuantileSketch();
    expect(sketch.quantile(0.5)).toBeNaN();
    expect(sketch.mean).toBeNaN();
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => sketch.add(bad)).toThrow(RangeError);
    }
    expect(sketch.count).toBe(0);
    expect(() => sketch.quantile(1.1)).toThrow(RangeError);
    expect(() => sketch.quantileInterval(1, 0.95)).toThrow(RangeError);
  });
});

describe('quantileInterval', () => {
  it('takes the ranks of the binomial law', () => {
    const sketch = sketchOf(Array.from({ length: 100 }, (_, index) => index + 1));
    // The usual ranks for the median of 100: 40 and 61.
    expect(sketch.quantileInterval(0.5, 0.95)).toEqual({
      estimate: 50,
      low: 40,
      high: 61,
      confidence: 0.95,
    });
  });

  it('has no upper bound until there are enough values', () => {
    const count = (length: number) => sketchOf(Array.from({ length }, () => 1000));
    expect(count(367).quantileInterval(0.99, 0.95).high).toBe(Number.POSITIVE_INFINITY);
    expect(count(368).quantileInterval(0.99, 0.95).high).toBe(1000);
    expect(count(5).quantileInterval(0.5, 0.95)).toMatchObject({ low: 0, high: Infinity });
    expect(count(6).quantileInterval(0.5, 0.95)).toMatchObject({ low: 1000, high: 1000 });
  });

  it('says everything is possible without values', () => {
    const { estimate, low, high } = new QuantileSketch().quantileInterval(0.5, 0.95);
    expect([estimate, low, high]).toEqual([Number.NaN, 0, Number.POSITIVE_INFINITY]);
  });

  it('holds its own quantile between its bounds', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(values, share, (observations, p) => {
        const { estimate, low, high } = sketchOf(observations).quantileInterval(p, 0.9);
        expect(low).toBeLessThanOrEqual(estimate);
        expect(high).toBeGreaterThanOrEqual(estimate);
      }),
      { seed: 4 },
    );
  });
});
