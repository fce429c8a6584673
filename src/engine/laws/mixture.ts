/**
 * A law picked by chance from several, such as a short restart nine times in ten and a long
 * replacement otherwise. Its hazard comes from the survivals of the laws in it; the inverse is
 * found by bisection to the last digit of a double, some sixty hazards a call.
 */
import type { RandomStream } from '../random-streams.ts';
import type { Law, LawPlanOf } from './law.ts';
import { requireNotNegative } from './requirements.ts';

interface WeightedLaw {
  /** 0 or more, in any unit; a law of weight 0 is never picked. */
  readonly weight: number;
  readonly law: Law;
}

export class Mixture implements Law {
  readonly hasHazard: boolean;
  readonly plan: LawPlanOf<'mixture'>;
  readonly mean: number;
  readonly variance: number;
  /** Those that can be picked, with weights that add up to 1. */
  readonly laws: readonly WeightedLaw[];

  /** @throws RangeError where a weight is negative or none is above 0 */
  constructor(laws: readonly WeightedLaw[]) {
    this.laws = normalised(laws);
    this.hasHazard = this.laws.every(({ law }) => law.hasHazard);
    this.plan = {
      family: 'mixture',
      laws: laws.map(({ weight, law }) => ({ weight, law: law.plan })),
    };
    const mean = this.weighted((law) => law.mean);
    this.mean = mean;
    this.variance =
      mean === Number.POSITIVE_INFINITY
        ? mean
        : this.weighted((law) => law.variance + (law.mean - mean) ** 2);
  }

  cumulativeHazard(t: number): number {
    const below = this.weighted((law) => -Math.expm1(-law.cumulativeHazard(t)));
    if (below < 0.5) return -Math.log1p(-below);
    const least = this.least((law) => law.cumulativeHazard(t));
    if (least === Number.POSITIVE_INFINITY) return least;
    // The least hazard is taken out so that the survivals do not underflow.
    return least - Math.log(this.weighted((law) => Math.exp(least - law.cumulativeHazard(t))));
  }

  inverseHazard(h: number): number {
    let low = this.least((law) => law.inverseHazard(h));
    if (h <= 0 || this.cumulativeHazard(low) >= h) return low;
    let high = -this.least((law) => -law.inverseHazard(h));
    for (;;) {
      const middle = low + (high - low) / 2;
      if (middle <= low || middle >= high) return high;
      if (this.cumulativeHazard(middle) >= h) high = middle;
      else low = middle;
    }
  }

  draw(stream: RandomStream): number {
    let rest = stream.double();
    for (const { weight, law } of this.laws) {
      rest -= weight;
      if (rest < 0) return law.draw(stream);
    }
    return this.laws.at(-1)!.law.draw(stream);
  }

  private weighted(value: (law: Law) => number): number {
    return this.laws.reduce((sum, { weight, law }) => sum + weight * value(law), 0);
  }

  private least(value: (law: Law) => number): number {
    return this.laws.reduce(
      (least, { law }) => Math.min(least, value(law)),
      Number.POSITIVE_INFINITY,
    );
  }
}

function normalised(laws: readonly WeightedLaw[]): WeightedLaw[] {
  laws.forEach(({ weight }, index) => {
    requireNotNegative(`mixture: weight ${index + 1}`, weight);
  });
  const total = laws.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError('mixture: at least one weight must be above 0');
  return laws
    .filter(({ weight }) => weight > 0)
    .map(({ weight, law }) => ({ weight: weight / total, law }));
}
