import { describe, expect, it } from 'vitest';
import {
  inverseNormalHazard,
  normalHazard,
  normalQuantile,
} from '../../../src/engine/laws/standard-normal.ts';

/** z and -ln P(Z > z), worked out with mpmath to 60 digits. */
const known: readonly (readonly [number, number])[] = [
  [-30, 4.90671392714819e-198],
  [-7, 1.27981254388665e-12],
  [-1, 0.17275377902345],
  [-0.01, 0.685200129557116],
  [0, Math.LN2],
  [0.01, 0.70115789344437],
  [1, 1.84102164500926],
  [7, 27.3843074988111],
  [37, 689.030585576891],
  [100, 5005.52420869421],
];

describe('standard normal hazard', () => {
  it.each(known)('at %d is %d, and back', (z, hazard) => {
    expect(Math.abs(normalHazard(z) / hazard - 1)).toBeLessThan(1e-12);
    expect(Math.abs(inverseNormalHazard(hazard) - z)).toBeLessThan(1e-13 * Math.max(1, z * z));
  });

  it('runs to its limits at both ends', () => {
    expect(inverseNormalHazard(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(inverseNormalHazard(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(normalHazard(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    expect(normalHazard(Number.NEGATIVE_INFINITY)).toBe(0);
  });

  it('has the quantiles of the tables', () => {
    expect(normalQuantile(0.95)).toBeCloseTo(1.64485362695147, 14);
    expect(normalQuantile(0.99)).toBeCloseTo(2.32634787404084, 14);
    expect(normalQuantile(0.5)).toBeCloseTo(0, 15);
  });
});
