/**
 * How often the intervals miss what they are of, over many samples whose truth is known.
 * A miss rate passes unless it is above what the interval says at the 0.1 % level.
 */
import { describe, expect, it } from 'vitest';
import {
  constantHazardMean,
  meanLengthInterval,
  nonNegativeMeanInterval,
  studentInterval,
} from '../../src/statistics/intervals.ts';
import { MeanAccumulator, RatioAccumulator } from '../../src/statistics/mean-accumulator.ts';
import { QuantileSketch } from '../../src/statistics/quantile-sketch.ts';
import {
  CONFIDENCES,
  dishonest,
  exponential,
  type Law,
  lognormal,
  missesOf,
  SAMPLES,
  uniformFrom,
} from '../support/statistics/misses.ts';

const OUTAGES_EXPECTED = [0.5, 2, 10, 50, 1000];
/** Share of a replication that an outage lasts on average. */
const MEAN_LENGTH = 1e-4;

const LENGTHS: readonly (readonly [string, Law])[] = [
  ['exponential', exponential],
  ['lognormal of spread 1.5', lognormal(1.5)],
  ['constant', () => 1],
];

/** Downtime and outages of each replication that had any, under Poisson outages. */
function outagesOf(expected: number, replications: number, law: Law, uniform: () => number) {
  const seen = new Map<number, { downtime: number; outages: number }>();
  for (let time = exponential(uniform); time < expected; time += exponential(uniform)) {
    const replication = Math.floor((time / expected) * replications);
    const total = seen.get(replication) ?? { downtime: 0, outages: 0 };
    total.downtime += law(uniform);
    total.outages++;
    seen.set(replication, total);
  }
  return [...seen.values()];
}

function withZeros(values: readonly number[], count: number): MeanAccumulator {
  const accumulator = new MeanAccumulator();
  for (let zero = values.length; zero < count; zero++) accumulator.add(0);
  for (const value of values) accumulator.add(value);
  return accumulator;
}

describe.each(LENGTHS)('%s outage lengths', (_, law) => {
  it.each(OUTAGES_EXPECTED)(
    'covers the share of time lost with %d outages expected',
    (expected) => {
      const uniform = uniformFrom(1 + expected);
      const replications = 200 + Math.floor(uniform() * 1800);
      const result = missesOf((expected * MEAN_LENGTH) / replications, () => {
        const seen = outagesOf(expected, replications, law, uniform);
        const values = withZeros(
          seen.map(({ downtime }) => downtime * MEAN_LENGTH),
          replications,
        );
        return (confidence) => nonNegativeMeanInterval(values, confidence, 1);
      });
      expect(dishonest(result)).toEqual([]);
    },
  );

  it.each([1, 2, 3, 5, 20, 200])('covers the mean of %d lengths', (count) => {
    const uniform = uniformFrom(100 + count);
    const result = missesOf(1, () => {
      const lengths = withZeros(
        Array.from({ length: count }, () => law(uniform)),
        count,
      );
      return (confidence) => meanLengthInterval(lengths, confidence);
    });
    expect(dishonest(result)).toEqual([]);
  });

  it.each([2, 5, 20, 200])('covers the ratio of downtime to %d expected outages', (expected) => {
    const uniform = uniformFrom(200 + expected);
    const result = missesOf(1, () => {
      const ratio = new RatioAccumulator();
      for (const { downtime, outages } of outagesOf(expected, 50, law, uniform)) {
        ratio.add(downtime, outages);
      }
      return ratio.count === 0 ? undefined : (confidence) => meanLengthInterval(ratio, confidence);
    });
    expect(result.samples).toBeGreaterThan(SAMPLES / 2);
    expect(dishonest(result)).toEqual([]);
  });
});

describe('outage counts', () => {
  it.each(OUTAGES_EXPECTED)('covers the mean with %d Poisson outages expected', (expected) => {
    const uniform = uniformFrom(300 + expected);
    const replications = 200 + Math.floor(uniform() * 1800);
    const result = missesOf(expected / replications, () => {
      const seen = outagesOf(expected, replications, exponential, uniform);
      const values = withZeros(
        seen.map(({ outages }) => outages),
        replications,
      );
      return (confidence) => nonNegativeMeanInterval(values, confidence, Number.POSITIVE_INFINITY);
    });
    expect(dishonest(result)).toEqual([]);
  });

  it.each([10, 50, 1000])(
    'covers the mean with %d bursts of geometric size expected',
    (expected) => {
      const uniform = uniformFrom(400 + expected);
      const burst: Law = () => 1 + Math.floor(exponential(uniform) / -Math.log(2 / 3));
      const result = missesOf((3 * expected) / 500, () => {
        const seen = outagesOf(expected, 500, burst, uniform);
        const values = withZeros(
          seen.map(({ downtime }) => downtime),
          500,
        );
        return (confidence) =>
          nonNegativeMeanInterval(values, confidence, Number.POSITIVE_INFINITY);
      });
      expect(dishonest(result)).toEqual([]);
    },
  );

  it.each([2, 3, 5])('covers a mean of 1.5 with only %d replications', (replications) => {
    const uniform = uniformFrom(500 + replications);
    const result = missesOf(1.5, () => {
      const seen = outagesOf(1.5 * replications, replications, exponential, uniform);
      const values = withZeros(
        seen.map(({ outages }) => outages),
        replications,
      );
      return (confidence) => nonNegativeMeanInterval(values, confidence, Number.POSITIVE_INFINITY);
    });
    expect(dishonest(result)).toEqual([]);
  });
});

describe('other figures', () => {
  it.each([0.5, 5, 100])('covers the mean time to a first outage, %d expected', (expected) => {
    const uniform = uniformFrom(600 + expected);
    const replications = 200;
    const rate = expected / replications;
    const result = missesOf(1 / rate, () => {
      let events = 0;
      let exposure = 0;
      for (let replication = 0; replication < replications; replication++) {
        const first = exponential(uniform) / rate;
        if (first < 1) events++;
        exposure += Math.min(first, 1);
      }
      return (confidence) => constantHazardMean(events, exposure, confidence);
    });
    expect(dishonest(result)).toEqual([]);
  });

  it.each([0.5, 0.9, 0.99])('covers the quantile %d with 20 and with 500 lengths', (p) => {
    const uniform = uniformFrom(700);
    const truth = -Math.log(1 - p) * 1e6;
    for (const count of [20, 500]) {
      const result = missesOf(truth, () => {
        const sketch = new QuantileSketch();
        for (let length = 0; length < count; length++) {
          sketch.add(Math.round(exponential(uniform) * 1e6));
        }
        return (confidence) => sketch.quantileInterval(p, confidence);
      });
      expect(dishonest(result)).toEqual([]);
    }
  });

  it('would catch an interval that is not honest: Student alone', () => {
    const uniform = uniformFrom(800);
    const result = missesOf(10 / 1000, () => {
      const seen = outagesOf(10, 1000, lognormal(1.5), uniform);
      const { mean, standardError } = withZeros(
        seen.map(({ downtime }) => downtime),
        1000,
      );
      return (confidence) => studentInterval(mean, standardError, 999, confidence);
    });
    expect(dishonest(result).map(({ confidence }) => confidence)).toEqual(CONFIDENCES);
  });
});
