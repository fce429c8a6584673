/** The one suite that each law must pass, whatever its family. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Law } from '../../../src/engine/laws/law.ts';
import { lawOf } from '../../../src/engine/laws/law-of.ts';
import { RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';
import { draws } from '../../support/draws.ts';
import { type LawCase, lawCases } from './law-cases.ts';

const SEED = 20_261_122;
const DRAWS = 20_000;

/** Hazards from 1e-12 to 700, as likely in each decade. */
const hazards = fc
  .double({ min: -12, max: Math.log10(700), noNaN: true })
  .map((exponent) => 10 ** exponent);

const withHazard = lawCases.filter(({ law }) => law.hasHazard);
const continuous = withHazard.filter(({ low, high }) => low === 0 && high > Number.MAX_VALUE);
const smooth = continuous.filter(({ name }) => !name.includes('fixed'));
const ofOneUniform = lawCases.filter(({ uniforms }) => uniforms === 1);

describe.each(lawCases)('$name', ({ law, mean, variance, low, high, uniforms }) => {
  const draws = drawsOf(law);

  it('has the moments worked out by hand', () => {
    expect(law.mean / mean).toBeCloseTo(1, 10);
    expect(law.variance).toBeCloseTo(variance, variance > 1e6 ? -9 : 8);
  });

  it('draws with the moments it states', () => {
    const deviations = draws.map((draw) => (draw - law.mean) ** 2);
    expectMean(draws, law.mean);
    expectMean(deviations, law.variance);
  });

  it('draws within its support', () => {
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...draws)).toBeLessThanOrEqual(high);
  });

  it('draws the same when made again of its plan as text', () => {
    const again = lawOf(JSON.parse(JSON.stringify(law.plan)));
    expect(again).toEqual(law);
    expect(drawsOf(again)).toEqual(draws);
  });

  it('takes the uniforms it should for each draw', () => {
    const stream = new CountingStream();
    for (let draw = 1; draw <= 100; draw++) {
      law.draw(stream);
      expect(stream.taken).toBe(draw * uniforms);
    }
  });
});

describe.each(withHazard)('$name', ({ law, low, high }) => {
  it('has the moments that its inverse hazard gives', () => {
    const mean = integrate(law, (t) => t);
    expect(mean / law.mean).toBeCloseTo(1, 3);
    const variance = integrate(law, (t) => (t - law.mean) ** 2);
    expect(variance).toBeLessThanOrEqual(law.variance * 1.0005);
    expect(variance).toBeGreaterThanOrEqual(law.variance * 0.9995);
  });

  it('draws what its hazard says', () => {
    // Kolmogorov: a law passes with probability 0.999.
    expect(distanceFromHazard(law, drawsOf(law))).toBeLessThan(1.95 / Math.sqrt(DRAWS));
  });

  it('uses no hazard up to its lower end, and all of it at its upper end', () => {
    for (const t of [-1, 0, low * 0.999, low === high ? 0 : low]) {
      expect(law.cumulativeHazard(t)).toBe(0);
    }
    expect(law.cumulativeHazard(high)).toBe(Number.POSITIVE_INFINITY);
    expect(law.inverseHazard(0)).toBe(low);
    expect(law.inverseHazard(Number.POSITIVE_INFINITY)).toBe(high);
  });

  it('never gives hazard back', () => {
    const ages = fc.tuple(hazards, hazards).map(([a, b]) => [law.inverseHazard(a), b / a] as const);
    check(ages, ([t, ratio]) => {
      const [earlier, later] = ratio < 1 ? [t * ratio, t] : [t, t * ratio];
      const used = law.cumulativeHazard(earlier);
      expect(law.cumulativeHazard(later)).toBeGreaterThanOrEqual(used * (1 - 1e-13));
      expect(used).toBeGreaterThanOrEqual(0);
    });
    check(fc.tuple(hazards, hazards), ([a, b]) => {
      const later = law.inverseHazard(Math.max(a, b));
      expect(law.inverseHazard(Math.min(a, b))).toBeLessThanOrEqual(later * (1 + 1e-13));
    });
  });

  it('finds the smallest age at which a hazard is used up, as far as a double can tell', () => {
    check(hazards, (h) => {
      const t = law.inverseHazard(h);
      const spacing = 4 * Number.EPSILON * t;
      expect(law.cumulativeHazard(t - spacing)).toBeLessThanOrEqual(h * (1 + 1e-9));
      expect(law.cumulativeHazard(t + spacing)).toBeGreaterThanOrEqual(h * (1 - 1e-9));
    });
  });
});

describe.each(smooth)('$name', ({ law }) => {
  it('goes from hazard to age and back without loss in either tail', () => {
    check(hazards, (h) => {
      const back = law.cumulativeHazard(law.inverseHazard(h));
      expect(Math.abs(back - h)).toBeLessThanOrEqual(1e-9 * h);
    });
  });
});

describe.each(ofOneUniform)('$name', ({ law }: LawCase) => {
  it('draws longer for a larger uniform', () => {
    const uniform = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    check(fc.tuple(uniform, uniform), ([a, b]) => {
      const shorter = law.draw(new FixedStream(Math.min(a, b)));
      expect(law.draw(new FixedStream(Math.max(a, b)))).toBeGreaterThanOrEqual(
        shorter * (1 - 1e-13),
      );
    });
  });
});

class CountingStream extends RandomStream {
  taken = 0;

  constructor() {
    super(1, 2);
  }

  override double(): number {
    this.taken++;
    return super.double();
  }
}

class FixedStream extends RandomStream {
  readonly value: number;

  constructor(value: number) {
    super(0, 0);
    this.value = value;
  }

  override double(): number {
    return this.value;
  }
}

function drawsOf(law: Law): number[] {
  const stream = new RandomStreams(`${SEED}`).stream('laws');
  return Array.from({ length: DRAWS }, () => law.draw(stream));
}

function check<T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void {
  fc.assert(fc.property(arbitrary, holds), { seed: SEED, numRuns: draws(200, 500) });
}

/** The sample mean must lie within five of its standard errors. */
function expectMean(sample: readonly number[], expected: number): void {
  const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
  const squares = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const standardError = Math.sqrt(squares) / sample.length;
  expect(Math.abs(mean - expected)).toBeLessThanOrEqual(5 * standardError);
}

/** E f(T) as the integral of f(inverse hazard of h) exp(-h), with h = exp(s), over s. */
function integrate(law: Law, f: (t: number) => number): number {
  const step = 1 / 512;
  let sum = 0;
  for (let s = -40; s < Math.log(700); s += step) {
    const h = Math.exp(s);
    sum += f(law.inverseHazard(h)) * Math.exp(s - h);
  }
  return sum * step;
}

/** The Kolmogorov-Smirnov distance, from both sides of each draw as a law may jump. */
function distanceFromHazard(law: Law, draws: readonly number[]): number {
  const sorted = draws.toSorted((a, b) => a - b);
  const share = (t: number) => -Math.expm1(-law.cumulativeHazard(t));
  let distance = 0;
  for (let first = 0; first < sorted.length; ) {
    const t = sorted[first]!;
    let end = first + 1;
    while (sorted[end] === t) end++;
    const before = Math.abs(share(t * (1 - 1e-12)) - first / sorted.length);
    distance = Math.max(distance, before, Math.abs(share(t) - end / sorted.length));
    first = end;
  }
  return distance;
}
