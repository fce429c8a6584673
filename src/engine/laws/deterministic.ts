/** A fixed length, as a law, so that it may stand wherever a random one may. */
import type { RandomStream } from '../random-streams.ts';
import type { Law, LawPlanOf } from './law.ts';
import { requirePositive } from './requirements.ts';

export class Deterministic implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'deterministic'>;
  readonly mean: number;
  readonly variance = 0;

  /** @throws RangeError unless `value` is finite and above 0 */
  constructor(value: number) {
    requirePositive('deterministic: value', value);
    this.plan = { family: 'deterministic', value };
    this.mean = value;
  }

  cumulativeHazard(t: number): number {
    return t < this.mean ? 0 : Number.POSITIVE_INFINITY;
  }

  inverseHazard(_h: number): number {
    return this.mean;
  }

  /** Takes the uniform every simple law takes, so that fixing a length moves no later draw. */
  draw(stream: RandomStream): number {
    stream.double();
    return this.mean;
  }
}
