/**
 * The span that figures are told for. Means and counts are told a year, or the horizon where that
 * is shorter than a day, since "105,000 outages a year" says nothing of a scenario of five minutes.
 */
import type { Estimate } from '../statistics/intervals.ts';
import { mapEstimate } from '../study/estimates.ts';
import type { RunResult } from '../study/result.ts';
import {
  countFigure,
  downtimePerYearFigure,
  durationFigure,
  type FigureText,
  rateFigure,
} from './estimates.ts';
import { durationText, HOUR_SECONDS, MINUTE_SECONDS, YEAR_HOURS } from './numbers.ts';

const MINUTES_AN_HOUR = 60;
const DAY_HOURS = 24;

interface Span {
  /** `a year` or `in 5 min`. */
  readonly text: string;
  /** @param estimate minutes a year */
  downtime(estimate: Estimate): FigureText;
  /** @param estimate happenings a year */
  happenings(estimate: Estimate): FigureText;
}

const A_YEAR: Span = {
  text: 'a year',
  downtime: downtimePerYearFigure,
  happenings: rateFigure,
};

export function spanOf({ horizonHours }: RunResult['run']): Span {
  if (horizonHours >= DAY_HOURS) return A_YEAR;
  const inSpan = (estimate: Estimate) =>
    mapEstimate(estimate, (value) => (value * horizonHours) / YEAR_HOURS);
  return {
    text: `in ${durationText(horizonHours * HOUR_SECONDS)}`,
    downtime: (estimate) =>
      durationFigure(inSpan(estimate), MINUTE_SECONDS, horizonHours * MINUTES_AN_HOUR),
    happenings: (estimate) => countFigure(inSpan(estimate)),
  };
}

/** What one draw of a year's downtime spans: `a year`, or the horizon where that is shorter. */
export function spanText({ horizonHours }: RunResult['run']): string {
  return horizonHours >= YEAR_HOURS ? 'a year' : durationText(horizonHours * HOUR_SECONDS);
}
