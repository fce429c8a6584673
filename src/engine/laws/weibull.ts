/**
 * The Weibull law, H(t) = (t / scale)^shape: the hazard rate falls with age for a shape below 1
 * (early failures) and grows for a shape above 1 (wear). No failure-free period; see Shifted.
 */
import gamma from '@stdlib/math-base-special-gamma';
import type { RandomStream } from '../random-streams.ts';
import { type Law, type LawPlanOf, unitExponential } from './law.ts';
import { requirePositive, requireWithin } from './requirements.ts';

/** Beyond these shapes the variance overflows or drowns in rounding. */
const LOWEST_SHAPE = 0.02;
const HIGHEST_SHAPE = 1_000;

export class Weibull implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'weibull'>;
  readonly mean: number;
  readonly variance: number;
  private readonly shape: number;
  private readonly scale: number;

  /** @throws RangeError unless `shape` is from 0.02 to 1000 and `scale` finite and above 0 */
  constructor(shape: number, scale: number) {
    requireWithin('weibull: shape', shape, LOWEST_SHAPE, HIGHEST_SHAPE);
    requirePositive('weibull: scale', scale);
    this.plan = { family: 'weibull', shape, scale };
    this.shape = shape;
    this.scale = scale;
    const unitMean = gamma(1 + 1 / shape);
    this.mean = scale * unitMean;
    this.variance = scale * scale * (gamma(1 + 2 / shape) - unitMean * unitMean);
  }

  cumulativeHazard(t: number): number {
    return t <= 0 ? 0 : (t / this.scale) ** this.shape;
  }

  inverseHazard(h: number): number {
    return this.scale * h ** (1 / this.shape);
  }

  draw(stream: RandomStream): number {
    return this.inverseHazard(unitExponential(stream));
  }
}
