/** What laws made of laws promise beyond the shared suite. */
import { describe, expect, it } from 'vitest';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { Exponential } from '../../../src/engine/laws/exponential.ts';
import { erlang, Gamma } from '../../../src/engine/laws/gamma.ts';
import { Mixture } from '../../../src/engine/laws/mixture.ts';
import { Shifted } from '../../../src/engine/laws/shifted.ts';
import { sumOf } from '../../../src/engine/laws/sum.ts';
import { Uniform } from '../../../src/engine/laws/uniform.ts';
import { Weibull } from '../../../src/engine/laws/weibull.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';

describe('sumOf', () => {
  it('is the law itself for one term', () => {
    const law = new Weibull(2, 3);
    expect(sumOf([law])).toBe(law);
  });

  it('adds up fixed lengths', () => {
    expect(sumOf([new Deterministic(2), new Deterministic(3)])).toEqual(new Deterministic(5));
  });

  it('shifts a law by fixed lengths, those of its shifts too', () => {
    const law = new Weibull(2, 3);
    const sum = sumOf([new Deterministic(2), new Shifted(4, law), new Deterministic(1)]);
    expect(sum).toEqual(new Shifted(7, law));
    expect(sumOf([new Deterministic(10), new Exponential(24)])).toEqual(
      new Shifted(10, new Exponential(24)),
    );
  });

  it('gathers exponential stages and gamma laws of one scale', () => {
    const stages = [new Exponential(4), new Exponential(4), new Exponential(4)];
    expect(sumOf(stages)).toEqual(erlang(3, 4));
    expect(sumOf([new Gamma(1.5, 4), sumOf(stages)])).toEqual(new Gamma(4.5, 4));
  });

  it('has no hazard for unlike laws, and says so, shifted or mixed', () => {
    const sum = sumOf([new Exponential(4), new Uniform(1, 2)]);
    const shifted = sumOf([new Deterministic(1), sum]);
    const mixed = new Mixture([
      { weight: 1, law: sum },
      { weight: 1, law: new Exponential(1) },
    ]);
    const message = 'the sum exponential + uniform has no hazard: it can drive repairs';
    for (const law of [sum, shifted, mixed]) {
      expect(law.hasHazard).toBe(false);
      expect(() => law.cumulativeHazard(5)).toThrow(message);
      expect(() => law.inverseHazard(5)).toThrow(message);
    }
  });
});

describe('Mixture', () => {
  it('of exponential laws has the hyperexponential hazard', () => {
    const law = new Mixture([
      { weight: 3, law: new Exponential(1) },
      { weight: 1, law: new Exponential(10) },
    ]);
    for (const t of [0.01, 0.5, 3, 40, 500]) {
      const survival = 0.75 * Math.exp(-t) + 0.25 * Math.exp(-t / 10);
      expect(law.cumulativeHazard(t)).toBeCloseTo(-Math.log(survival), 12);
    }
    expect(law.cumulativeHazard(1e5)).toBeCloseTo(1e4 + Math.log(4), 8);
    expect(law.cumulativeHazard(1e-15) / 0.775e-15).toBeCloseTo(1, 12);
  });

  it('never picks a law of weight 0, and keeps it in its plan', () => {
    const law = new Mixture([
      { weight: 0, law: new Deterministic(1) },
      { weight: 2, law: new Deterministic(5) },
    ]);
    const stream = new RandomStreams('1').stream('mixture');
    for (let draw = 0; draw < 100; draw++) expect(law.draw(stream)).toBe(5);
    expect(law.plan.laws.map(({ weight }) => weight)).toEqual([0, 2]);
  });
});

describe('erlang', () => {
  it('has the survival of a Poisson count', () => {
    const law = erlang(3, 2);
    for (const t of [0.1, 2, 9, 60]) {
      const x = t / 2;
      const survival = Math.exp(-x) * (1 + x + (x * x) / 2);
      expect(law.cumulativeHazard(t)).toBeCloseTo(-Math.log(survival), 12);
    }
  });
});
