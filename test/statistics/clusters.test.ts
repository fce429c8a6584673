/** Years of one replication hang together: a part is up for 20 years and then down for 20. */
import { describe, expect, it } from 'vitest';
import { effectiveTrials } from '../../src/statistics/intervals.ts';
import { MeanAccumulator } from '../../src/statistics/mean-accumulator.ts';
import { QuantileSketch } from '../../src/statistics/quantile-sketch.ts';
import { YearShare } from '../../src/study/year-share.ts';
import { dishonest, exponential, missesOf, uniformFrom } from '../support/statistics/misses.ts';

const HORIZON = 50;
const MEAN = 20;
/** Whole numbers in a year. */
const UNIT = 1e6;

/** Downtime of each year of a replication that begins up. */
function years(uniform: () => number): number[] {
  const downtime = new Array<number>(HORIZON).fill(0);
  let time = 0;
  while (time < HORIZON) {
    const lost = time + MEAN * exponential(uniform);
    time = lost + MEAN * exponential(uniform);
    for (let year = Math.floor(lost); year < Math.min(time, HORIZON); year++) {
      downtime[year]! += Math.min(time, year + 1) - Math.max(lost, year);
    }
  }
  return downtime.map((share) => Math.round(share * UNIT));
}

/** Chance that a year is wholly up: up as it begins, which tends to a half, and for a year. */
function quietShare(): number {
  let sum = 0;
  for (let year = 0; year < HORIZON; year++) sum += 0.5 + 0.5 * Math.exp((-2 * year) / MEAN);
  return (sum / HORIZON) * Math.exp(-1 / MEAN);
}

describe.each([1, 2, 3, 5, 20])('of %d replications', (replications) => {
  it('covers the share of years without downtime', () => {
    const uniform = uniformFrom(1100 + replications);
    const result = missesOf(quietShare(), () => {
      const share = new YearShare();
      for (let replication = 0; replication < replications; replication++) {
        share.add(years(uniform).filter((downtime) => downtime === 0).length, HORIZON);
      }
      return (confidence) => share.interval(confidence);
    });
    expect(dishonest(result)).toEqual([]);
  });

  it('covers a quantile of a year', () => {
    const uniform = uniformFrom(1200 + replications);
    const truth = new QuantileSketch();
    for (let replication = 0; replication < 20_000; replication++) {
      for (const downtime of years(uniform)) truth.add(downtime);
    }
    const result = missesOf(
      truth.quantile(0.6),
      () => {
        const sketch = new QuantileSketch();
        for (let replication = 0; replication < replications; replication++) {
          for (const downtime of years(uniform)) sketch.add(downtime);
        }
        return (confidence) => sketch.quantileInterval(0.6, confidence, { clusters: replications });
      },
      500,
    );
    expect(dishonest(result)).toEqual([]);
  });
});

describe('effective trials', () => {
  const sharesOf = (...shares: number[]) => {
    const accumulator = new MeanAccumulator();
    for (const share of shares) accumulator.add(share);
    return accumulator;
  };

  it('are the trials where each is a cluster of its own', () => {
    expect(effectiveTrials(sharesOf(0, 1, 1), 3, 0.95)).toBe(3);
  });

  it('are the clusters where nothing tells how much trials hang together', () => {
    expect(effectiveTrials(sharesOf(0.4), 50, 0.95)).toBe(1);
    expect(effectiveTrials(sharesOf(0, 0, 0), 150, 0.95)).toBe(3);
    expect(effectiveTrials(sharesOf(1, 1, 1), 150, 0.95)).toBe(3);
    expect(effectiveTrials(sharesOf(0, 1, 0, 1), 200, 0.95)).toBe(4);
  });

  it('are fewer than the trials by design effect and by degrees of freedom', () => {
    const shares = sharesOf(...Array.from({ length: 100 }, (_, index) => (index % 2) * 0.2 + 0.4));
    // Variance 1/99 of 10 trials a cluster over 1/4; Student's 1.9623 of 999 and 1.9842 of 99.
    const degrees = (1.962341461 / 1.984216952) ** 2;
    expect(effectiveTrials(shares, 1000, 0.95)).toBeCloseTo(1000 * degrees, 4);
    expect(effectiveTrials(shares, 10_000, 0.95)).toBeCloseTo(
      (10_000 / (100 * 4 * (1 / 99))) * (1.960201264 / 1.984216952) ** 2,
      3,
    );
  });
});
