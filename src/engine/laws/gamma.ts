/**
 * The gamma law, and Erlang's for a whole shape: that many exponential stages one after the
 * other. A draw inverts the hazard numerically, at the cost of some ten exponential ones.
 */
import type { RandomStream } from '../random-streams.ts';
import { gammaHazard, inverseGammaHazard } from './incomplete-gamma.ts';
import { type Law, type LawPlanOf, unitExponential } from './law.ts';
import { requirePositive, requireWithin } from './requirements.ts';

/** Below, draws underflow to 0; above, the law is as good as fixed and its series are slow. */
const LOWEST_SHAPE = 0.02;
const HIGHEST_SHAPE = 10_000;

export class Gamma implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'gamma'>;
  readonly mean: number;
  readonly variance: number;
  private readonly shape: number;
  private readonly scale: number;

  /** @throws RangeError unless `shape` is from 0.02 to 10000 and `scale` finite and above 0 */
  constructor(shape: number, scale: number) {
    requireWithin('gamma: shape', shape, LOWEST_SHAPE, HIGHEST_SHAPE);
    requirePositive('gamma: scale', scale);
    this.plan = { family: 'gamma', shape, scale };
    this.shape = shape;
    this.scale = scale;
    this.mean = shape * scale;
    this.variance = shape * scale * scale;
  }

  cumulativeHazard(t: number): number {
    return gammaHazard(this.shape, t / this.scale);
  }

  inverseHazard(h: number): number {
    return this.scale * inverseGammaHazard(this.shape, h);
  }

  draw(stream: RandomStream): number {
    return this.inverseHazard(unitExponential(stream));
  }
}

/**
 * Erlang's law: `stages` exponential stages in a row, each of mean `stageMean`.
 * @throws RangeError unless `stages` is a whole number from 1 to 10000
 */
export function erlang(stages: number, stageMean: number): Gamma {
  if (!Number.isInteger(stages)) {
    throw new RangeError(`erlang: stages must be a whole number, not ${stages}`);
  }
  requireWithin('erlang: stages', stages, 1, HIGHEST_SHAPE);
  requirePositive('erlang: mean of a stage', stageMean);
  return new Gamma(stages, stageMean);
}
