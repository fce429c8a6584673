/**
 * Laws and means from what people know of a part: a rate, an annual failure rate, a mean, a median
 * and a percentile. Lengths go in in one unit of time, which is then the law's. What a law is
 * built from directly, such as the ends of a uniform one, needs nothing of this file.
 */
import { Gamma } from './gamma.ts';
import { Lognormal } from './lognormal.ts';
import { requireAbove, requireBetween, requirePositive } from './requirements.ts';
import { normalQuantile } from './standard-normal.ts';
import { Weibull } from './weibull.ts';

/** The mean time between events that come `rate` times per unit of time. */
export function meanFromRate(rate: number): number {
  requirePositive('rate', rate);
  return 1 / rate;
}

/**
 * The mean time to failure behind an annual failure rate, for a law of any shape:
 * year / -ln(1 - share).
 * @param share of a population, replaced as they fail, that fails in a year: 0.0157 is 1.57 %
 * @param year 8760 h in the unit of the result
 */
export function meanFromAnnualFailureRate(share: number, year: number): number {
  requireBetween('annual failure rate', share, 0, 1);
  requirePositive('year', year);
  return year / -Math.log1p(-share);
}

/** The Weibull law of this mean: scale = mean / Gamma(1 + 1 / shape). */
export function weibullFromMean(mean: number, shape: number): Weibull {
  requirePositive('mean', mean);
  const unit = new Weibull(shape, 1);
  return new Weibull(shape, mean / unit.mean);
}

/**
 * The Weibull law of this median and of this value at the percentile `percent`.
 * @param percent above 50 and below 100, such as 95
 * @throws RangeError where `value` is not above `median`, or so near that the shape exceeds 1000
 */
export function weibullFromMedianAndPercentile(
  median: number,
  percent: number,
  value: number,
): Weibull {
  requireMedianAndPercentile(median, percent, value);
  const hazard = -Math.log1p(-percent / 100);
  const shape = Math.log(hazard / Math.LN2) / Math.log(value / median);
  return new Weibull(shape, median / Math.LN2 ** (1 / shape));
}

/** The gamma law of this mean and shape: scale = mean / shape. */
export function gammaFromMean(mean: number, shape: number): Gamma {
  requirePositive('mean', mean);
  requirePositive('gamma: shape', shape);
  return new Gamma(shape, mean / shape);
}

/** The lognormal law of this mean whose logarithm has the standard deviation `sigma`. */
export function lognormalFromMean(mean: number, sigma: number): Lognormal {
  requirePositive('mean', mean);
  return new Lognormal(Math.log(mean) - (sigma * sigma) / 2, sigma);
}

/**
 * The lognormal law of this mean and median: mu = ln median, sigma = sqrt(2 ln(mean / median)).
 * @throws RangeError where `mean` is not above `median`
 */
export function lognormalFromMeanAndMedian(mean: number, median: number): Lognormal {
  requirePositive('median', median);
  requireAbove('mean', mean, 'median', median);
  return new Lognormal(Math.log(median), Math.sqrt(2 * Math.log(mean / median)));
}

/**
 * The lognormal law of this median and of this value at the percentile `percent`.
 * @param percent above 50 and below 100, such as 95
 * @throws RangeError where `value` is not above `median`
 */
export function lognormalFromMedianAndPercentile(
  median: number,
  percent: number,
  value: number,
): Lognormal {
  requireMedianAndPercentile(median, percent, value);
  const sigma = Math.log(value / median) / normalQuantile(percent / 100);
  return new Lognormal(Math.log(median), sigma);
}

function requireMedianAndPercentile(median: number, percent: number, value: number): void {
  requirePositive('median', median);
  requireBetween('percent', percent, 50, 100);
  requireAbove(`p${percent}`, value, 'median', median);
}
