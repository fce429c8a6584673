/**
 * What every random law offers: how long until something happens. Laws know no unit: a law built
 * from microseconds speaks in microseconds. Lengths are never negative. Left out are laws that
 * change with calendar time or with the state of the model.
 */
import type { RandomStream } from '../random-streams.ts';

/**
 * A law as plain data, in the unit it was built in: its family and the numbers that pick it from
 * that. Scenarios hold these, and whoever draws makes a law of one.
 */
export type LawPlan =
  | { readonly family: 'deterministic'; readonly value: number }
  | { readonly family: 'exponential'; readonly mean: number }
  | { readonly family: 'weibull'; readonly shape: number; readonly scale: number }
  | { readonly family: 'gamma'; readonly shape: number; readonly scale: number }
  | { readonly family: 'lognormal'; readonly mu: number; readonly sigma: number }
  | { readonly family: 'uniform'; readonly low: number; readonly high: number }
  | {
      readonly family: 'histogram';
      readonly edges: readonly number[];
      readonly weights: readonly number[];
    }
  | { readonly family: 'shifted'; readonly shift: number; readonly law: LawPlan }
  | { readonly family: 'mixture'; readonly laws: readonly WeightedLawPlan[] }
  | { readonly family: 'sum'; readonly terms: readonly LawPlan[] };

interface WeightedLawPlan {
  readonly weight: number;
  readonly law: LawPlan;
}

/** The plans of one family. */
export type LawPlanOf<Family extends LawPlan['family']> = Extract<LawPlan, { family: Family }>;

export interface Law {
  /** What `lawOf` makes this law of again. */
  readonly plan: LawPlan;

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
