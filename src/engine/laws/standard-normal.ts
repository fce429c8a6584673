/**
 * The cumulative hazard of the standard normal law and its inverse, accurate in both tails, where
 * a distribution function and its quantiles would run into 0 and 1.
 */
import erfc from '@stdlib/math-base-special-erfc';
import erfcx from '@stdlib/math-base-special-erfcx';

const RATE_AT_ZERO = Math.sqrt(2 / Math.PI);

/** -ln P(Z > z) for a standard normal Z. */
export function normalHazard(z: number): number {
  return z < 0 ? -Math.log1p(-erfc(-z / Math.SQRT2) / 2) : upperTailHazard(z);
}

/** The z with `normalHazard(z)` = h: -Infinity for 0. */
export function inverseNormalHazard(h: number): number {
  if (h <= 0) return Number.NEGATIVE_INFINITY;
  if (h === Number.POSITIVE_INFINITY) return h;
  if (h >= Math.LN2) return inverseUpperTailHazard(h);
  return -inverseUpperTailHazard(-Math.log(-Math.expm1(-h)));
}

/** The z below which a standard normal falls with probability `share`. */
export function normalQuantile(share: number): number {
  return inverseNormalHazard(-Math.log1p(-share));
}

/** Valid for z >= 0 only: erfcx takes the factor exp(-z^2 / 2) out, so that nothing underflows. */
function upperTailHazard(z: number): number {
  return (z * z) / 2 - Math.log(erfcx(z / Math.SQRT2) / 2);
}

/**
 * Newton's method for h >= ln 2. The hazard is convex and exceeds z^2 / 2, so from sqrt(2 h) it
 * falls towards the root, and after a step this small the error is below the last digit.
 */
function inverseUpperTailHazard(h: number): number {
  let z = Math.sqrt(2 * h);
  for (;;) {
    const rate = RATE_AT_ZERO / erfcx(z / Math.SQRT2);
    const step = (upperTailHazard(z) - h) / rate;
    z -= step;
    if (!(step > 1e-9)) return z;
  }
}
