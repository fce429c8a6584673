/**
 * What every random law offers: how long until something happens. Laws know no unit: a law built
 * from microseconds speaks in microseconds. Lengths are never negative. Left out are laws that
 * change with calendar time or with the state of the model.
 */
import type { RandomStream } from '../random-streams.ts';

export interface Law {
  /** The family, such as `weibull`. */
  readonly kind: string;

  /** The numbers that pick the law from its family, by name, in the unit the law was built in. */
  readonly parameters: Readonly<Record<string, number>>;

  readonly mean: number;
  readonly variance: number;

  /** False for a law that gives draws and moments only: fit for repairs, not for failures. */
  readonly hasHazard: boolean;

  /**
   * The hazard used up by age `t`, H(t) = -ln(1 - F(t)): 0 up to the lower end of the support,
   * Infinity from the upper end on. Keeps its relative accuracy in both tails.
   * @throws Error where `hasHazard` is false
   */
  cumulativeHazard(t: number): number;

  /**
   * The smallest t with H(t) >= `h`; for h = 0 the lower end of the support.
   * @throws Error where `hasHazard` is false
   */
  inverseHazard(h: number): number;

  /**
   * One length. A law that is no mixture and no sum takes exactly one uniform a draw, a fixed
   * length too, and the draw grows with it: two scenarios that differ only in such laws stay in
   * step. A mixture takes one uniform and then what the picked law takes, so exactly two
   * when those it picks from take one each; a sum takes what its terms take.
   */
  draw(stream: RandomStream): number;
}

/** A draw from the exponential law of mean 1, from one uniform and growing with it. */
export function unitExponential(stream: RandomStream): number {
  return -Math.log1p(-stream.double());
}
