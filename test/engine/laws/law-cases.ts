/**
 * The laws that the shared suite is run on: at least one of each family, with what the suite
 * cannot know of it. Moments that are written down are worked out by hand or with mpmath.
 */
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { Exponential } from '../../../src/engine/laws/exponential.ts';
import { erlang, Gamma } from '../../../src/engine/laws/gamma.ts';
import { Histogram } from '../../../src/engine/laws/histogram.ts';
import type { Law } from '../../../src/engine/laws/law.ts';
import { Lognormal } from '../../../src/engine/laws/lognormal.ts';
import { Mixture } from '../../../src/engine/laws/mixture.ts';
import { Shifted } from '../../../src/engine/laws/shifted.ts';
import { sumOf } from '../../../src/engine/laws/sum.ts';
import { Uniform } from '../../../src/engine/laws/uniform.ts';
import { Weibull } from '../../../src/engine/laws/weibull.ts';

export interface LawCase {
  readonly name: string;
  readonly law: Law;
  readonly mean: number;
  readonly variance: number;
  /** Ends of the support. */
  readonly low: number;
  readonly high: number;
  /** Uniforms a draw takes. */
  readonly uniforms: number;
}

const shortOrLong = new Mixture([
  { weight: 9, law: new Exponential(2) },
  { weight: 1, law: new Lognormal(3, 0.5) },
]);
const fixedOrWeibull = new Mixture([
  { weight: 0.3, law: new Deterministic(2) },
  { weight: 0.7, law: new Weibull(1, 4) },
]);

const unbounded = { low: 0, high: Number.POSITIVE_INFINITY, uniforms: 1 };

export const lawCases: readonly LawCase[] = [
  {
    name: 'exponential',
    law: new Exponential(3.5e9),
    mean: 3.5e9,
    variance: 1.225e19,
    ...unbounded,
  },
  {
    name: 'weibull of falling hazard',
    law: new Weibull(0.7, 2),
    mean: 2.53164701211457,
    variance: 13.7073422146,
    ...unbounded,
  },
  {
    name: 'weibull of growing hazard',
    law: new Weibull(3, 5),
    mean: 4.46489755784625,
    variance: 2.63332212172,
    ...unbounded,
  },
  {
    name: 'lognormal',
    law: new Lognormal(1, 0.8),
    mean: Math.exp(1.32),
    variance: Math.exp(2.64) * Math.expm1(0.64),
    ...unbounded,
  },
  { name: 'gamma of shape 0.4', law: new Gamma(0.4, 3), mean: 1.2, variance: 3.6, ...unbounded },
  { name: 'gamma of shape 2.5', law: new Gamma(2.5, 3), mean: 7.5, variance: 22.5, ...unbounded },
  { name: 'gamma of shape 400', law: new Gamma(400, 1), mean: 400, variance: 400, ...unbounded },
  { name: 'erlang', law: erlang(4, 6e7), mean: 24e7, variance: 144e14, ...unbounded },
  { name: 'uniform', law: new Uniform(4, 10), mean: 7, variance: 3, low: 4, high: 10, uniforms: 1 },
  {
    name: 'deterministic',
    law: new Deterministic(15),
    mean: 15,
    variance: 0,
    low: 15,
    high: 15,
    uniforms: 1,
  },
  {
    name: 'histogram with empty bins',
    law: new Histogram([0, 1, 2, 4, 8, 9], [0, 1, 0, 3, 0]),
    mean: 4.875,
    variance: 0.25 / 12 + 12 / 12 + 0.25 * 3.375 ** 2 + 0.75 * 1.125 ** 2,
    low: 1,
    high: 8,
    uniforms: 1,
  },
  {
    name: 'mixture of two continuous laws',
    law: shortOrLong,
    mean: 1.8 + 0.1 * Math.exp(3.125),
    variance: 7.2 + 0.1 * Math.exp(6.5) - (1.8 + 0.1 * Math.exp(3.125)) ** 2,
    ...unbounded,
    uniforms: 2,
  },
  {
    name: 'mixture with a fixed length',
    law: fixedOrWeibull,
    mean: 3.4,
    variance: 0.3 * 4 + 0.7 * 32 - 3.4 ** 2,
    ...unbounded,
    uniforms: 2,
  },
  {
    name: 'shifted',
    law: new Shifted(10, new Exponential(24)),
    mean: 34,
    variance: 576,
    low: 10,
    high: Number.POSITIVE_INFINITY,
    uniforms: 1,
  },
  {
    name: 'sum of unlike laws',
    law: sumOf([new Deterministic(1), new Uniform(0, 6), new Exponential(2), new Gamma(3, 1)]),
    mean: 9,
    variance: 3 + 4 + 3,
    low: 1,
    high: Number.POSITIVE_INFINITY,
    uniforms: 3,
  },
];
