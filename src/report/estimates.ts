/**
 * Estimates with their intervals in words. What cannot be said is said so: an interval that reaches
 * the end of the possible becomes `at least` or `at most`, never a bound that was not earned.
 */
import type { Estimate } from '../statistics/intervals.ts';
import {
  decimalsFor,
  duration,
  percent,
  type Quantity,
  quantityText,
  type Scale,
  smallShareScale,
  yearlyRate,
} from './numbers.ts';

/** A figure as text: its estimate, and the interval around it. */
export interface FigureText {
  readonly estimate: string;
  readonly interval: string;
}

const NOTHING = 'cannot be said yet';

/** Both bounds as `4.1 to 5.2 min`; those at `least` or `most` possible are left out. */
export function rangeText(
  { low, high }: Estimate,
  scale: Scale,
  least = 0,
  most = Number.POSITIVE_INFINITY,
): string {
  if (high === 0) return quantityText(scale(0));
  const lowSays = low > least;
  const highSays = high < most;
  if (lowSays && highSays) return bothText(scale(low), scale(high));
  if (lowSays) return `at least ${quantityText(scale(low))}`;
  return highSays ? `at most ${quantityText(scale(high))}` : NOTHING;
}

function bothText(low: Quantity, high: Quantity): string {
  if (low.digits === high.digits && low.unit === high.unit) return quantityText(low);
  const shared = low.unit === high.unit || low.unit === `${high.unit}s`;
  return `${shared ? low.digits : quantityText(low)} to ${quantityText(high)}`;
}

/** Any figure whose least value is 0. */
export function figureText(estimate: Estimate, scale: Scale, most?: number): FigureText {
  const known = Number.isFinite(estimate.estimate);
  return {
    estimate: known ? quantityText(scale(estimate.estimate)) : '',
    interval: rangeText(estimate, scale, 0, most),
  };
}

/** @param secondsPerUnit of the unit the estimate is in */
export function durationFigure(estimate: Estimate, secondsPerUnit: number): FigureText {
  return figureText(estimate, (value) => duration(value * secondsPerUnit));
}

export function rateFigure(estimate: Estimate): FigureText {
  return figureText(estimate, yearlyRate);
}

export function smallShareFigure(estimate: Estimate): FigureText {
  return figureText(estimate, smallShareScale(estimate.high), 1);
}

/** A chance, or any share that is not near 1 by design. */
export function shareFigure(estimate: Estimate): FigureText {
  const decimals = decimalsFor((estimate.high - estimate.low) / 2);
  const scale: Scale = (share) => percent(share, decimals);
  const extreme = estimate.estimate <= 0 || estimate.estimate >= 1;
  const text = figureText(estimate, scale, 1);
  return extreme ? { ...text, estimate: '' } : text;
}

/** An availability, told from the unavailability, which keeps its digits near 1. */
export function availabilityFigure(unavailability: Estimate): FigureText {
  const { estimate, low, high } = unavailability;
  const decimals = decimalsFor((high - low) / 2);
  const shown = (rest: number) => percent(1 - rest, decimals, rest);
  const known = estimate > 0 && estimate < 1;
  return { estimate: known ? quantityText(shown(estimate)) : '', interval: availabilityRange() };

  function availabilityRange(): string {
    if (low > 0 && high < 1) return bothText(shown(high), shown(low));
    if (high < 1) return `at least ${quantityText(shown(high))}`;
    return low > 0 ? `at most ${quantityText(shown(low))}` : NOTHING;
  }
}

const NUMERALS = 'no one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** How many nines an availability has, in words, over its whole interval. */
export function ninesText(unavailability: Estimate): string {
  const fewest = nines(unavailability.high);
  const most = nines(unavailability.low);
  if (!Number.isFinite(most)) return fewest === 0 ? '' : `at least ${ninesOf(fewest)}`;
  if (fewest === most) return fewest === 0 ? 'less than one nine' : ninesOf(fewest);
  if (fewest === 0) return `at most ${ninesOf(most)}`;
  return `${NUMERALS[fewest]} to ${ninesOf(most)}`;
}

function nines(unavailability: number): number {
  if (unavailability <= 0) return Number.POSITIVE_INFINITY;
  return Math.min(NUMERALS.length - 1, Math.floor(-Math.log10(unavailability) + 1e-9));
}

function ninesOf(nines: number): string {
  return `${NUMERALS[nines]} ${nines === 1 ? 'nine' : 'nines'}`;
}
