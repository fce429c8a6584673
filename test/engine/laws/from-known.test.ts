import { describe, expect, it } from 'vitest';
import {
  gammaFromMean,
  lognormalFromMean,
  lognormalFromMeanAndMedian,
  lognormalFromMedianAndPercentile,
  meanFromAnnualFailureRate,
  meanFromRate,
  weibullFromMean,
  weibullFromMedianAndPercentile,
} from '../../../src/engine/laws/from-known.ts';
import type { Law } from '../../../src/engine/laws/law.ts';
import { Weibull } from '../../../src/engine/laws/weibull.ts';

const YEAR_HOURS = 8_760;

describe('means', () => {
  it('come from a rate', () => {
    expect(meanFromRate(4)).toBe(0.25);
  });

  it('come from an annual failure rate', () => {
    expect(meanFromAnnualFailureRate(0.0157, YEAR_HOURS)).toBeCloseTo(553_570, -1);
    expect(meanFromAnnualFailureRate(0.0098, YEAR_HOURS)).toBeCloseTo(889_490, -1);
  });
});

describe('Weibull law', () => {
  it.each([
    [0.7, 1.2658235061],
    [0.78, 1.1543150969],
    [0.8, 1.1330030963],
    [1.12, 0.959338907],
  ])('of shape %d and scale 1 has the mean %d', (shape, mean) => {
    expect(new Weibull(shape, 1).mean).toBeCloseTo(mean, 9);
    expect(weibullFromMean(24, shape).mean).toBeCloseTo(24, 12);
    expect(weibullFromMean(24, shape).plan.scale).toBeCloseTo(24 / mean, 8);
  });

  it('meets a median and a percentile', () => {
    const law = weibullFromMedianAndPercentile(8, 95, 40);
    expect(quantile(law, 0.5)).toBeCloseTo(8, 12);
    expect(quantile(law, 0.95)).toBeCloseTo(40, 11);
  });
});

describe('lognormal law', () => {
  it('meets a mean and a median', () => {
    const rebuild = lognormalFromMeanAndMedian(24, 8);
    expect(rebuild.plan.sigma).toBeCloseTo(1.482, 3);
    expect(rebuild.mean).toBeCloseTo(24, 12);
    expect(quantile(rebuild, 0.5)).toBeCloseTo(8, 12);
    const repair = lognormalFromMeanAndMedian(355, 54);
    expect(repair.plan.mu).toBeCloseTo(3.98898, 5);
    expect(repair.plan.sigma).toBeCloseTo(1.94069, 5);
  });

  it.each([95, 99])('meets a median and a p%d', (percent) => {
    const law = lognormalFromMedianAndPercentile(8, percent, 40);
    expect(quantile(law, 0.5)).toBeCloseTo(8, 12);
    expect(quantile(law, percent / 100)).toBeCloseTo(40, 11);
  });

  it('meets a mean and a sigma', () => {
    expect(lognormalFromMean(24, 1.5).mean).toBeCloseTo(24, 12);
    expect(lognormalFromMean(24, 1.5).plan.sigma).toBe(1.5);
  });
});

describe('gamma law', () => {
  it('meets a mean and a shape', () => {
    expect(gammaFromMean(24, 3).mean).toBe(24);
    expect(gammaFromMean(24, 3).variance).toBe(192);
  });
});

describe('what nobody can know', () => {
  it.each<[string, () => unknown, string]>([
    ['a rate of 0', () => meanFromRate(0), 'rate must be a finite number above 0, not 0'],
    [
      'an annual failure rate of 1',
      () => meanFromAnnualFailureRate(1, YEAR_HOURS),
      'annual failure rate must be above 0 and below 1, not 1',
    ],
    [
      'a mean below the median',
      () => lognormalFromMeanAndMedian(8, 24),
      'mean must be finite and above median: it is 8, median is 24',
    ],
    [
      'a p95 equal to the median',
      () => lognormalFromMedianAndPercentile(8, 95, 8),
      'p95 must be finite and above median: it is 8, median is 8',
    ],
    [
      'a percentile of 50',
      () => weibullFromMedianAndPercentile(8, 50, 9),
      'percent must be above 50 and below 100, not 50',
    ],
    [
      'a p95 that leaves no spread',
      () => weibullFromMedianAndPercentile(8, 95, 8.001),
      'weibull: shape must be from 0.02 to 1000',
    ],
    ['a mean that is not a number', () => weibullFromMean(Number.NaN, 1), 'mean must be'],
    ['a gamma shape of 0', () => gammaFromMean(1, 0), 'gamma: shape must be'],
    ['a lognormal sigma of 0', () => lognormalFromMean(1, 0), 'lognormal: sigma must be'],
  ])('%s is refused', (_name, build, message) => {
    expect(build).toThrow(RangeError);
    expect(build).toThrow(message);
  });
});

function quantile(law: Law, share: number): number {
  return law.inverseHazard(-Math.log1p(-share));
}
