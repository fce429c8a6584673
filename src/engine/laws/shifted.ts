/** A fixed length and then a random one: nothing happens before the shift is over. */
import type { RandomStream } from '../random-streams.ts';
import type { Law, LawPlanOf } from './law.ts';
import { requirePositive } from './requirements.ts';

export class Shifted implements Law {
  readonly hasHazard: boolean;
  readonly plan: LawPlanOf<'shifted'>;
  readonly mean: number;
  readonly variance: number;
  readonly shift: number;
  /** What follows the shift. */
  readonly law: Law;

  /** @throws RangeError unless `shift` is finite and above 0 */
  constructor(shift: number, law: Law) {
    requirePositive('shifted: shift', shift);
    this.shift = shift;
    this.law = law;
    this.hasHazard = law.hasHazard;
    this.plan = { family: 'shifted', shift, law: law.plan };
    this.mean = shift + law.mean;
    this.variance = law.variance;
  }

  cumulativeHazard(t: number): number {
    return this.law.cumulativeHazard(t - this.shift);
  }

  inverseHazard(h: number): number {
    return this.shift + this.law.inverseHazard(h);
  }

  draw(stream: RandomStream): number {
    return this.shift + this.law.draw(stream);
  }
}
