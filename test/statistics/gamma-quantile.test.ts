import { describe, expect, it } from 'vitest';
import { gammaQuantile } from '../../src/statistics/gamma-quantile.ts';

describe('gammaQuantile', () => {
  // From scipy 1.17, stats.gamma.ppf.
  it.each([
    [0.025, 0.5, 0.0004910345585876278],
    [0.975, 5.3, 10.67394842724699],
    [0.975, 499, 543.7216003594435],
    [0.975, 501, 545.8092685651714],
    [0.025, 1000, 938.9730184076952],
    [0.995, 1333.5, 1429.4393011714958],
    [0.5, 1500, 1499.6666798385963],
    [0.975, 1e7, 10006198.8974216],
  ])('is right at probability %d and shape %d', (probability, shape, quantile) => {
    expect(Math.abs(gammaQuantile(probability, shape, 1) / quantile - 1)).toBeLessThan(1e-9);
    expect(Math.abs(gammaQuantile(probability, shape, 4) / (quantile / 4) - 1)).toBeLessThan(1e-9);
  });
});
