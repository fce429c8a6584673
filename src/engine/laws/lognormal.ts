/**
 * The lognormal law, exp(mu + sigma Z) for a standard normal Z: the usual law of repair times,
 * with many short ones and a long tail. No shift; see Shifted.
 */
import type { RandomStream } from '../random-streams.ts';
import { type Law, type LawPlanOf, unitExponential } from './law.ts';
import { requireBetween, requirePositive } from './requirements.ts';
import { inverseNormalHazard, normalHazard } from './standard-normal.ts';

/** Beyond these logarithms a double overflows. */
const LARGEST_LOGARITHM = 700;

export class Lognormal implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'lognormal'>;
  readonly mean: number;
  readonly variance: number;
  private readonly mu: number;
  private readonly sigma: number;

  /**
   * @param mu natural logarithm of the median
   * @param sigma standard deviation of the logarithm
   * @throws RangeError unless `mu` is between -700 and 700 and `sigma` finite and above 0
   */
  constructor(mu: number, sigma: number) {
    requireBetween('lognormal: mu', mu, -LARGEST_LOGARITHM, LARGEST_LOGARITHM);
    requirePositive('lognormal: sigma', sigma);
    this.plan = { family: 'lognormal', mu, sigma };
    this.mu = mu;
    this.sigma = sigma;
    this.mean = Math.exp(mu + (sigma * sigma) / 2);
    this.variance = this.mean * this.mean * Math.expm1(sigma * sigma);
  }

  cumulativeHazard(t: number): number {
    return t <= 0 ? 0 : normalHazard((Math.log(t) - this.mu) / this.sigma);
  }

  inverseHazard(h: number): number {
    return Math.exp(this.mu + this.sigma * inverseNormalHazard(h));
  }

  draw(stream: RandomStream): number {
    return this.inverseHazard(unitExponential(stream));
  }
}
