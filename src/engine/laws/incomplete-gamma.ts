/**
 * The cumulative hazard of the gamma law of scale 1 and its inverse. Written out here because
 * @stdlib's gammainc errs by 1e-2 for shapes near 1000 and underflows in the upper tail.
 * Series, continued fraction and Stirling's series are those of Abramowitz and Stegun 6.5.29,
 * 6.5.31 and 6.1.41.
 */
import gamma from '@stdlib/math-base-special-gamma';
import { inverseNormalHazard } from './standard-normal.ts';

/** From this shape on four terms of Stirling's series reach the last digits. */
const STIRLING_SHAPE = 20;

/** Below, doubles lose digits to underflow and Newton's method would not settle. */
const LEAST_FULL_DOUBLE = 1e-300;

/** -ln Q(shape, x), Q being the regularised upper incomplete gamma function. */
export function gammaHazard(shape: number, x: number): number {
  if (x <= 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return x;
  const logTerm = logPoissonTerm(shape, x);
  return x < shape + 1
    ? -Math.log1p(-Math.exp(logTerm) * lowerSeries(shape, x))
    : -logTerm - Math.log(upperFraction(shape, x));
}

/**
 * The x with `gammaHazard(shape, x)` = h, by Newton's method on ln H as a function of ln x, whose
 * slope runs from the shape down (or up) to 1 without turning.
 */
export function inverseGammaHazard(shape: number, h: number): number {
  if (h <= 0 || h === Number.POSITIVE_INFINITY) return Math.max(h, 0);
  const sought = Math.max(h, LEAST_FULL_DOUBLE);
  let x = firstGuess(shape, sought);
  if (x < LEAST_FULL_DOUBLE) return x;
  for (;;) {
    const hazard = gammaHazard(shape, x);
    const slope = Math.exp(logPoissonTerm(shape, x) + hazard) / hazard;
    const step = Math.log(hazard / sought) / slope;
    x *= Math.exp(-step);
    if (!(Math.abs(step) > 1e-9)) return x;
  }
}

/**
 * P(shape, x) ~ x^shape / Gamma(shape + 1) for small x, and less otherwise, which gives a lower
 * bound, exact near 0. For shapes above 1 the cube-root approximation of Wilson and Hilferty
 * (1931) is nearer wherever it lies above that bound.
 */
function firstGuess(shape: number, h: number): number {
  const logFactorial = (shape + 1) * Math.log(shape) - shape - logPoissonAtMean(shape);
  const nearZero = Math.exp((Math.log(-Math.expm1(-h)) + logFactorial) / shape);
  if (shape <= 1) return nearZero;
  const spread = 1 / (9 * shape);
  const root = 1 - spread + inverseNormalHazard(h) * Math.sqrt(spread);
  return Math.max(nearZero, shape * root ** 3);
}

/** ln(x^shape exp(-x) / Gamma(shape)). */
function logPoissonTerm(shape: number, x: number): number {
  if (shape < STIRLING_SHAPE) return shape * Math.log(x) - x - Math.log(gamma(shape));
  const excess = (x - shape) / shape;
  return shape * (Math.log1p(excess) - excess) + logPoissonAtMean(shape);
}

/** ln(shape^shape exp(-shape) / Gamma(shape)). */
function logPoissonAtMean(shape: number): number {
  if (shape < STIRLING_SHAPE) return shape * Math.log(shape) - shape - Math.log(gamma(shape));
  const square = 1 / (shape * shape);
  const tail = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / shape;
  return Math.log(shape / (2 * Math.PI)) / 2 - tail;
}

/** P(shape, x) over its Poisson term, for x below shape + 1. */
function lowerSeries(shape: number, x: number): number {
  let term = 1 / shape;
  let sum = term;
  for (let k = 1; term > sum * Number.EPSILON; k++) {
    term *= x / (shape + k);
    sum += term;
  }
  return sum;
}

/** Q(shape, x) over its Poisson term, for x from shape + 1 on, by Lentz's method. */
function upperFraction(shape: number, x: number): number {
  let b = x + 1 - shape;
  let c = Number.POSITIVE_INFINITY;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; ; k++) {
    const a = k * (shape - k);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const factor = c * d;
    fraction *= factor;
    // The two factors are each rounded, so their product need not reach 1 to the last digit.
    if (!(Math.abs(factor - 1) > 4 * Number.EPSILON)) return fraction;
  }
}
