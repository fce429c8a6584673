/** Laws made of their plans. Where a plan comes from a file its numbers were checked before. */
import { Deterministic } from './deterministic.ts';
import { Exponential } from './exponential.ts';
import { Gamma } from './gamma.ts';
import { Histogram } from './histogram.ts';
import type { Law, LawPlan } from './law.ts';
import { Lognormal } from './lognormal.ts';
import { Mixture } from './mixture.ts';
import { Shifted } from './shifted.ts';
import { sumOf } from './sum.ts';
import { Uniform } from './uniform.ts';
import { Weibull } from './weibull.ts';

/**
 * The law of this plan: it draws the same numbers as the law that the plan is of.
 * @throws RangeError where the family refuses the numbers
 */
export function lawOf(plan: LawPlan): Law {
  switch (plan.family) {
    case 'deterministic':
      return new Deterministic(plan.value);
    case 'exponential':
      return new Exponential(plan.mean);
    case 'weibull':
      return new Weibull(plan.shape, plan.scale);
    case 'gamma':
      return new Gamma(plan.shape, plan.scale);
    case 'lognormal':
      return new Lognormal(plan.mu, plan.sigma);
    case 'uniform':
      return new Uniform(plan.low, plan.high);
    case 'histogram':
      return new Histogram(plan.edges, plan.weights);
    case 'shifted':
      return new Shifted(plan.shift, lawOf(plan.law));
    case 'mixture':
      return new Mixture(plan.laws.map(({ weight, law }) => ({ weight, law: lawOf(law) })));
    case 'sum':
      return sumOf(plan.terms.map(lawOf));
  }
}
