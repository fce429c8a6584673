/** Each family refuses the numbers it cannot stand for, and says which and why. */
import { describe, expect, it } from 'vitest';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { Exponential } from '../../../src/engine/laws/exponential.ts';
import { erlang, Gamma } from '../../../src/engine/laws/gamma.ts';
import { Histogram } from '../../../src/engine/laws/histogram.ts';
import { Lognormal } from '../../../src/engine/laws/lognormal.ts';
import { Mixture } from '../../../src/engine/laws/mixture.ts';
import { Shifted } from '../../../src/engine/laws/shifted.ts';
import { sumOf } from '../../../src/engine/laws/sum.ts';
import { Uniform } from '../../../src/engine/laws/uniform.ts';
import { Weibull } from '../../../src/engine/laws/weibull.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const one = new Exponential(1);

describe('requirements', () => {
  it.each<[string, () => unknown]>([
    ['exponential: mean must be a finite number above 0, not 0', () => new Exponential(0)],
    ['exponential: mean must be a finite number above 0', () => new Exponential(infinity)],
    ['weibull: shape must be from 0.02 to 1000, not NaN', () => new Weibull(nan, 1)],
    ['weibull: scale must be a finite number above 0, not -2', () => new Weibull(1, -2)],
    ['lognormal: mu must be above -700 and below 700', () => new Lognormal(infinity, 1)],
    ['lognormal: sigma must be a finite number above 0, not 0', () => new Lognormal(0, 0)],
    ['gamma: shape must be from 0.02 to 10000, not 20000', () => new Gamma(20_000, 1)],
    ['gamma: scale must be a finite number above 0, not 0', () => new Gamma(2, 0)],
    ['erlang: stages must be a whole number, not 2.5', () => erlang(2.5, 1)],
    ['erlang: stages must be from 1 to 10000, not 0', () => erlang(0, 1)],
    ['uniform: low must be a finite number of 0 or more, not -1', () => new Uniform(-1, 1)],
    ['uniform: high must be finite and above low: it is 2, low is 2', () => new Uniform(2, 2)],
    ['deterministic: value must be a finite number above 0, not 0', () => new Deterministic(0)],
    ['not 2 edges and 0 weights', () => new Histogram([0, 1], [])],
    ['histogram: edge2 must be finite and above', () => new Histogram([0, 1, 1], [1, 1])],
    ['histogram: weight0 must be a finite number of 0 or more', () => new Histogram([0, 1], [-1])],
    ['histogram: at least one weight must be above 0', () => new Histogram([0, 1], [0])],
    ['mixture: at least one weight must be above 0', () => new Mixture([])],
    ['mixture: weight 1 must be a finite number', () => new Mixture([{ weight: nan, law: one }])],
    ['shifted: shift must be a finite number above 0, not NaN', () => new Shifted(nan, one)],
    ['sum: there must be at least one law', () => sumOf([])],
  ])('%s', (message, build) => {
    expect(build).toThrow(RangeError);
    expect(build).toThrow(message);
  });
});
