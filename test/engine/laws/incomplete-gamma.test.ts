import { describe, expect, it } from 'vitest';
import { gammaHazard, inverseGammaHazard } from '../../../src/engine/laws/incomplete-gamma.ts';

/** Shape, x and -ln Q(shape, x), worked out with mpmath to 60 digits. */
const known: readonly (readonly [number, number, number])[] = [
  [0.05, 1e-20, 0.108389193617431],
  [0.05, 90, 97.2540861909845],
  [0.5, 601.25, 605.022700232617],
  [1.5, 1e-6, 7.52252326995111e-10],
  [2.5, 0.8, 0.103973317704992],
  [2.5, 700, 690.455920277159],
  [19.5, 5, 6.99838440379772e-7],
  [20, 5, 3.45213641677668e-7],
  [20, 21.5, 1.06708507823743],
  [171, 300, 36.1034722903356],
  [1000, 800, 5.50141977619436e-12],
  [1000, 1050, 2.83580781336852],
  [1000, 2700, 711.652687376067],
  [10000, 9500, 1.86245482523204e-7],
  [10000, 10000, 0.69581034030382],
  [10000, 10500, 14.6651074863368],
];

describe('hazard of the gamma law of scale 1', () => {
  it.each(known)('of shape %d at %d is %d, and back', (shape, x, hazard) => {
    expect(Math.abs(gammaHazard(shape, x) / hazard - 1)).toBeLessThan(2e-12);
    expect(Math.abs(inverseGammaHazard(shape, hazard) / x - 1)).toBeLessThan(2e-12);
  });

  it.each([1e-12, 0.3, 1, 40, 700, 1e6])('of shape 1 is the unit exponential at %d', (x) => {
    expect(Math.abs(gammaHazard(1, x) / x - 1)).toBeLessThan(1e-14);
  });

  it.each([0.02, 0.4, 1, 2.5, 400, 10_000])(
    'of shape %d ends where doubles lose digits',
    (shape) => {
      for (const hazard of [Number.MIN_VALUE, 1e-310, 1e-290, 1e-200]) {
        expect(inverseGammaHazard(shape, hazard)).toBeGreaterThanOrEqual(0);
        expect(inverseGammaHazard(shape, hazard)).toBeLessThan(shape);
      }
    },
  );
});
