/**
 * Estimates with their intervals in words. What cannot be said is said so: an interval that reaches
 * the end of the possible becomes `at least` or `at most`, never a bound that was not earned.
 */
import type { Estimate } from '../statistics/intervals.ts';
import {
  decimalsFor,
  durationScale,
  percent,
  plainScale,
  type Quantity,
  quantityText,
  type Scale,
  smallShareScale,
  yearlyRateScale,
} from './numbers.ts';

/** A figure as text: its estimate, and the interval around it. */
export interface FigureText {
  readonly estimate: string;
  readonly interval: string;
}

const NOTHING = 'insufficient data';
/** Seconds; a share of a year cannot be longer. */
const YEAR = 8_760 * 3_600;
/** A bound of more than one happening a minute, from a horizon of seconds, says nothing. */
const MOST_A_YEAR = YEAR / 60;

/** Both in one phrase, such as `99.93 % (99.91 to 99.95 %)`. */
export function figureAndInterval({ estimate, interval }: FigureText): string {
  if (estimate === '') return interval;
  return interval === NOTHING
    ? `${estimate} (insufficient data for an interval)`
    : `${estimate} (${interval})`;
}

/** Both bounds as `4.1 to 5.2 min`; those at `least` or `most` possible are left out. */
function rangeText(
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

/** Both in the unit of one scale. */
function bothText(low: Quantity, high: Quantity): string {
  if (low.digits === high.digits && low.unit === high.unit) return quantityText(low);
  return `${low.digits} to ${quantityText(high)}`;
}

/** Any figure from 0 to `most`; an estimate of all that is possible is left to its bound. */
function figureText(estimate: Estimate, scale: Scale, most?: number): FigureText {
  const known = estimate.estimate < (most ?? Number.POSITIVE_INFINITY);
  return {
    estimate: known ? quantityText(scale(estimate.estimate)) : '',
    interval: rangeText(estimate, scale, 0, most),
  };
}

/**
 * @param secondsPerUnit of the unit the estimate is in
 * @param most in that unit
 */
export function durationFigure(
  estimate: Estimate,
  secondsPerUnit: number,
  most?: number,
): FigureText {
  const scale = durationScale(suited(estimate) * secondsPerUnit);
  return figureText(estimate, (value) => scale(value * secondsPerUnit), most);
}

/** @param estimate in minutes */
export function downtimePerYearFigure(estimate: Estimate): FigureText {
  return durationFigure(estimate, 60, YEAR / 60);
}

export function rateFigure(estimate: Estimate): FigureText {
  return figureText(estimate, yearlyRateScale(suited(estimate)), MOST_A_YEAR);
}

/** Happenings in a span that is told beside. */
export function countFigure(estimate: Estimate): FigureText {
  return figureText(estimate, plainScale);
}

/** The number of an estimate that decides on the unit of all of them. */
function suited({ estimate, low, high }: Estimate): number {
  return [estimate, high, low].find((value) => value > 0 && Number.isFinite(value)) ?? 0;
}

export function smallShareFigure(estimate: Estimate): FigureText {
  return figureText(estimate, smallShareScale(estimate.high), 1);
}

/** A chance, or any share that is not near 1 by design. */
export function shareFigure(estimate: Estimate): FigureText {
  const decimals = decimalsFor((estimate.high - estimate.low) / 2);
  const scale: Scale = (share) => percent(share, decimals);
  const text = figureText(estimate, scale, 1);
  return estimate.estimate <= 0 ? { ...text, estimate: '' } : text;
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
