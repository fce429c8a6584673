/**
 * Independent lengths one after the other, such as notice, travel and repair. Constants and
 * stages of one gamma scale are added up in closed form; what is left of different laws can be
 * drawn and has moments, but no hazard, so it drives repairs and not failures.
 */
import type { RandomStream } from '../random-streams.ts';
import { Deterministic } from './deterministic.ts';
import { Exponential } from './exponential.ts';
import { Gamma } from './gamma.ts';
import type { Law, LawPlanOf } from './law.ts';
import { Shifted } from './shifted.ts';

/** Two or more random terms whose sum has no closed form; built by `sumOf`. */
class Sum implements Law {
  readonly hasHazard = false;
  readonly plan: LawPlanOf<'sum'>;
  readonly mean: number;
  readonly variance: number;
  readonly terms: readonly Law[];

  constructor(terms: readonly Law[]) {
    this.terms = terms;
    this.plan = { family: 'sum', terms: terms.map((term) => term.plan) };
    this.mean = terms.reduce((sum, term) => sum + term.mean, 0);
    this.variance = terms.reduce((sum, term) => sum + term.variance, 0);
  }

  cumulativeHazard(_t: number): number {
    throw this.noHazard();
  }

  inverseHazard(_h: number): number {
    throw this.noHazard();
  }

  draw(stream: RandomStream): number {
    let total = 0;
    for (const term of this.terms) total += term.draw(stream);
    return total;
  }

  private noHazard(): Error {
    const families = this.terms.map(({ plan }) => plan.family).join(' + ');
    return new Error(`the sum ${families} has no hazard: it can drive repairs, not failures`);
  }
}

/**
 * The law of the sum of independent lengths, in the simplest form there is: a fixed length, a
 * gamma law (exponential stages of one mean, gamma laws of one scale), either of them or any
 * other law after a shift, or else a sum without a hazard.
 * @throws RangeError where `laws` is empty
 */
export function sumOf(laws: readonly Law[]): Law {
  if (laws.length === 0) throw new RangeError('sum: there must be at least one law');
  if (laws.length === 1) return laws[0]!;
  let shift = 0;
  const shapeOfScale = new Map<number, number>();
  const others: Law[] = [];
  const add = (scale: number, shape: number) =>
    shapeOfScale.set(scale, (shapeOfScale.get(scale) ?? 0) + shape);
  for (const term of laws.flatMap(termsOf)) {
    const { plan } = term;
    if (plan.family === 'deterministic') shift += term.mean;
    else if (plan.family === 'exponential') add(plan.mean, 1);
    else if (plan.family === 'gamma') add(plan.scale, plan.shape);
    else others.push(term);
  }
  const stages = Array.from(shapeOfScale, ([scale, shape]) =>
    shape === 1 ? new Exponential(scale) : new Gamma(shape, scale),
  );
  const random = [...stages, ...others];
  if (random.length === 0) return new Deterministic(shift);
  const rest = random.length === 1 ? random[0]! : new Sum(random);
  return shift > 0 ? new Shifted(shift, rest) : rest;
}

/** A sum within a sum, and a shift within a sum, are terms of the outer sum. */
function termsOf(law: Law): Law[] {
  if (law instanceof Sum) return law.terms.flatMap(termsOf);
  if (law instanceof Shifted) return [new Deterministic(law.shift), ...termsOf(law.law)];
  return [law];
}
