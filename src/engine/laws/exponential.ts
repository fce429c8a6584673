/** The law without memory: the hazard rate is the same at every age. */
import type { RandomStream } from '../random-streams.ts';
import { type Law, type LawPlanOf, unitExponential } from './law.ts';
import { requirePositive } from './requirements.ts';

export class Exponential implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'exponential'>;
  readonly mean: number;
  readonly variance: number;

  /** @throws RangeError unless `mean` is finite and above 0 */
  constructor(mean: number) {
    requirePositive('exponential: mean', mean);
    this.plan = { family: 'exponential', mean };
    this.mean = mean;
    this.variance = mean * mean;
  }

  cumulativeHazard(t: number): number {
    return t <= 0 ? 0 : t / this.mean;
  }

  inverseHazard(h: number): number {
    return h * this.mean;
  }

  draw(stream: RandomStream): number {
    return unitExponential(stream) * this.mean;
  }
}
