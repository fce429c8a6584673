/** Reference values are from scipy 1.17 (stats.t, beta, gamma), unless a table is named. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clopperPearson,
  constantHazardMean,
  type Estimate,
  gammaInterval,
  meanLengthInterval,
  nonNegativeMeanInterval,
  poissonRateInterval,
  proportionInterval,
  relativeHalfWidth,
  studentInterval,
} from '../../src/statistics/intervals.ts';
import { MeanAccumulator } from '../../src/statistics/mean-accumulator.ts';

const UNBOUNDED = Number.POSITIVE_INFINITY;

function meanOf(values: readonly number[]): MeanAccumulator {
  const accumulator = new MeanAccumulator();
  for (const value of values) accumulator.add(value);
  return accumulator;
}

/** `length` replications, of which the first few have these values and the others 0. */
function sparse(values: readonly number[], length: number): MeanAccumulator {
  return meanOf([...values, ...Array.from({ length: length - values.length }, () => 0)]);
}

function expectBounds({ low, high }: Estimate, expectedLow: number, expectedHigh: number): void {
  expect(Math.abs(low / expectedLow - 1)).toBeLessThan(1e-9);
  expect(Math.abs(high / expectedHigh - 1)).toBeLessThan(1e-9);
}

describe('textbook intervals', () => {
  it.each([
    [1, 0.95, 12.706204736174694],
    [2, 0.95, 4.302652729749462],
    [10, 0.95, 2.228138851986274],
    [1000, 0.95, 1.9623390808264083],
    [5, 0.99, 4.032142983555228],
  ])("matches Student's table at %d degrees and %d", (degrees, confidence, quantile) => {
    const interval = studentInterval(100, 2, degrees, confidence);
    expectBounds(interval, 100 - 2 * quantile, 100 + 2 * quantile);
  });

  it("has no Student's interval without degrees of freedom", () => {
    const { low, high } = studentInterval(3, Number.NaN, 0, 0.95);
    expect([low, high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('matches Clopper and Pearson', () => {
    expectBounds(clopperPearson(1, 10, 0.95), 0.0025285785444617848, 0.4450161170281954);
    expectBounds(clopperPearson(2.5, 10, 0.99), 0.022069682403522323, 0.69344482721394);
    const none = clopperPearson(0, 20, 0.95);
    expect(none.low).toBe(0);
    expect(none.high).toBeCloseTo(1 - 0.025 ** (1 / 20), 12);
    expect(clopperPearson(20, 20, 0.95).high).toBe(1);
    expect(clopperPearson(0, 0, 0.95)).toMatchObject({ low: 0, high: 1 });
  });
});

describe('intervals of proportions and rates', () => {
  it('divides trials by the design effect', () => {
    expect(proportionInterval(5, 50, 0.95)).toEqual(clopperPearson(5, 50, 0.95));
    expect(proportionInterval(5, 50, 0.95, 25)).toEqual(clopperPearson(2.5, 25, 0.95));
    expect(() => proportionInterval(5, 50, 0.95, 0)).toThrow(RangeError);
  });

  it('matches Garwood', () => {
    expectBounds(poissonRateInterval(10, 2, 0.95), 4.7953886961324335 / 2, 18.39035604201778 / 2);
    expectBounds(poissonRateInterval(1000, 1, 0.95), 938.9730184076952, 1063.952136016302);
    const none = poissonRateInterval(0, 4, 0.95);
    expect([none.estimate, none.low]).toEqual([0, 0]);
    expect(none.high).toBeCloseTo(-Math.log(0.025) / 4, 12);
    expect(poissonRateInterval(0, 0, 0.95)).toMatchObject({ low: 0, high: UNBOUNDED });
  });

  it('matches Fay and Feuer, and Garwood where weights are equal', () => {
    const unequal = gammaInterval(0.01, 4e-6, 0.003, 0.95);
    expectBounds(unequal, 0.006471472739131733, 0.020961585048176946);
    const { low, high } = poissonRateInterval(7, 1, 0.99);
    expectBounds(gammaInterval(7 * 0.2, 7 * 0.04, 0.2, 0.99), low * 0.2, high * 0.2);
  });

  it('bounds the mean time to an event from the rate', () => {
    const seen = constantHazardMean(10, 200, 0.95);
    expect(seen.estimate).toBe(20);
    expectBounds(seen, 200 / 18.39035604201778, 200 / 4.7953886961324335);
    const none = constantHazardMean(0, 200, 0.95);
    expect(none).toMatchObject({ estimate: UNBOUNDED, high: UNBOUNDED });
    expect(none.low).toBeCloseTo(200 / 3.6888794541139354, 9);
  });

  it('refuses what is no confidence, proportion or count', () => {
    for (const bad of [0, 1, -0.5, 95, Number.NaN]) {
      expect(() => clopperPearson(1, 2, bad)).toThrow(RangeError);
      expect(() => poissonRateInterval(1, 2, bad)).toThrow(RangeError);
      expect(() => studentInterval(1, 2, 3, bad)).toThrow(RangeError);
      expect(() => nonNegativeMeanInterval(meanOf([1, 2]), bad, 3)).toThrow(RangeError);
    }
    expect(() => clopperPearson(3, 2, 0.95)).toThrow(RangeError);
    expect(() => clopperPearson(-1, 2, 0.95)).toThrow(RangeError);
    expect(() => poissonRateInterval(-1, 2, 0.95)).toThrow(RangeError);
  });

  it('tells the precision of an interval', () => {
    const interval = { low: 8, high: 16, confidence: 0.95 };
    expect(relativeHalfWidth({ estimate: 10, ...interval })).toBe(0.4);
    expect(relativeHalfWidth({ estimate: 0, ...interval })).toBe(UNBOUNDED);
    expect(relativeHalfWidth({ estimate: Number.NaN, ...interval })).toBe(UNBOUNDED);
  });
});

describe('nonNegativeMeanInterval', () => {
  it('says nothing without replications', () => {
    const { estimate, low, high } = nonNegativeMeanInterval(new MeanAccumulator(), 0.95, 1);
    expect([estimate, low, high]).toEqual([Number.NaN, 0, 1]);
  });

  it('with no outage seen, bounds a share by how rarely one happens, a count by Garwood', () => {
    const nothing = sparse([], 1000);
    const share = nonNegativeMeanInterval(nothing, 0.95, 1);
    expect([share.estimate, share.low]).toEqual([0, 0]);
    expect(share.high).toBeCloseTo(1 - 0.025 ** (1 / 1000), 12);
    expect(nonNegativeMeanInterval(nothing, 0.95, 8).high).toBeCloseTo(8 * share.high, 12);
    const count = nonNegativeMeanInterval(nothing, 0.95, UNBOUNDED);
    expect(count.high).toBeCloseTo(3.6888794541139354 / 1000, 12);
  });

  it("is at least as wide as Garwood's for counts that were at most 1", () => {
    for (const outages of [1, 2, 10, 50]) {
      const values = sparse(Array<number>(outages).fill(1), 100_000);
      const interval = nonNegativeMeanInterval(values, 0.95, UNBOUNDED);
      const garwood = poissonRateInterval(outages, 100_000, 0.95);
      expect(interval.high / garwood.high).toBeCloseTo(1, 2);
      expect(interval.low).toBeLessThanOrEqual(garwood.low * 1.01);
    }
  });

  it('nears Student with many outages, and never lies inside it', () => {
    const values = meanOf(Array.from({ length: 10_000 }, (_, index) => (index % 100) / 1e4));
    const student = studentInterval(values.mean, values.standardError, 9_999, 0.95);
    const interval = nonNegativeMeanInterval(values, 0.95, 1);
    expect(interval.low).toBeLessThanOrEqual(student.low);
    expect(interval.high).toBeGreaterThanOrEqual(student.high);
    expect(relativeHalfWidth(interval) / relativeHalfWidth(student)).toBeLessThan(1.05);
  });

  it('does not take one value, or a few equal ones, for certainty', () => {
    const one = nonNegativeMeanInterval(meanOf([0.001]), 0.95, 1);
    expect(one.low).toBeLessThan(0.001 / 20);
    expect(one.high).toBeGreaterThan(0.001 * 39.5);
    const two = nonNegativeMeanInterval(meanOf([1, 1]), 0.95, UNBOUNDED);
    expect(two.low).toBe(0);
    expect(two.high).toBeGreaterThan(5);
    const many = nonNegativeMeanInterval(meanOf(Array<number>(2000).fill(0.001)), 0.95, 1);
    expect(relativeHalfWidth(many)).toBeLessThan(0.01);
  });
});

describe('every nonNegativeMeanInterval', () => {
  it('holds the mean, stays within 0 and the bound, and widens with confidence', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const toMicroseconds = (value: number) => Math.round(value * 1e13) / 1e13;
    const shares = fc.array(share.map(toMicroseconds), { minLength: 1 });
    fc.assert(
      fc.property(shares, fc.nat(500), (values, zeros) => {
        const sample = sparse(values, values.length + zeros);
        const narrow = nonNegativeMeanInterval(sample, 0.9, 1);
        const wide = nonNegativeMeanInterval(sample, 0.99, 1);
        for (const { low, high, estimate } of [narrow, wide]) {
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(estimate);
          expect(high).toBeGreaterThanOrEqual(estimate);
          expect(high).toBeLessThanOrEqual(1);
        }
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('refuses negative values', () => {
    expect(() => nonNegativeMeanInterval(meanOf([1, -1e-9]), 0.95, 1)).toThrow(RangeError);
  });
});

describe('meanLengthInterval', () => {
  it('knows no length from none, and little from one', () => {
    const none = meanLengthInterval(new MeanAccumulator(), 0.95);
    expect([none.estimate, none.low, none.high]).toEqual([Number.NaN, 0, UNBOUNDED]);
    const one = meanLengthInterval(meanOf([60]), 0.95);
    expect(one.estimate).toBe(60);
    expect(one.low).toBeCloseTo(60 * 0.0253178079842899, 9);
    expect(one.high / 60).toBeGreaterThan(70);
    expect(one.high / 60).toBeLessThan(80);
  });

  it('stays within the longest length there can be', () => {
    expect(meanLengthInterval(meanOf([60]), 0.95, 600).high).toBe(600);
  });

  it('scales with the unit of the lengths', () => {
    const seconds = Array.from({ length: 40 }, (_, index) => 1 + index ** 2);
    const inSeconds = meanLengthInterval(meanOf(seconds), 0.95);
    const inMicroseconds = meanLengthInterval(meanOf(seconds.map((length) => length * 1e6)), 0.95);
    expectBounds(inMicroseconds, inSeconds.low * 1e6, inSeconds.high * 1e6);
  });
});
