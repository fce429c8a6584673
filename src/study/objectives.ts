/** Whether an objective is met, as far as the interval of its figure can tell. */
import { type Duration, HOUR, MINUTE, SECOND, YEAR } from '../engine/clock.ts';
import type { FigureName, Objective } from '../scenario/scenario.ts';
import type { Estimate } from '../statistics/intervals.ts';
import type { LevelResult, ObjectiveResult, Verdict } from './result.ts';

/** The figure of a level that an objective speaks of. */
function figureOf(result: LevelResult, figure: FigureName): Estimate {
  return figure === 'meanOutage' ? result.outageLength.mean : result[figure];
}

/** Microseconds in the unit of a figure that is a duration; 1 for the others. */
function unitOf(figure: FigureName): Duration {
  switch (figure) {
    case 'downtimePerYear':
      return MINUTE;
    case 'meanOutage':
      return SECOND;
    case 'timeToFirstOutage':
      return HOUR;
    default:
      return 1;
  }
}

/** Met or missed only where the whole interval lies on that side of the limit. */
function verdictOf(
  estimate: Estimate,
  comparison: Objective['comparison'],
  limit: number,
): Verdict {
  const { low, high } = estimate;
  const [met, missed] = verdictBounds(comparison, low, high, limit);
  if (met) return 'met';
  return missed ? 'missed' : 'undecided';
}

function verdictBounds(
  comparison: Objective['comparison'],
  low: number,
  high: number,
  limit: number,
): readonly [met: boolean, missed: boolean] {
  switch (comparison) {
    case '<':
      return [high < limit, low >= limit];
    case '<=':
      return [high <= limit, low > limit];
    case '>':
      return [low > limit, high <= limit];
    case '>=':
      return [low >= limit, high < limit];
  }
}

export function judge(
  objective: Objective,
  result: LevelResult,
  chanceOfAYear: Estimate | undefined,
): ObjectiveResult {
  const estimate = figureOf(result, objective.figure);
  const limit = objective.value / unitOf(objective.figure);
  return {
    objective: objective.text,
    level: objective.level,
    figure: objective.figure,
    limit,
    estimate,
    verdict: verdictOf(estimate, objective.comparison, limit),
    chanceOfAYear,
  };
}

/** Whether a figure can be told of one year alone. */
export function isYearly(figure: FigureName): boolean {
  return figure !== 'meanOutage' && figure !== 'timeToFirstOutage';
}

/** Whether one year (or shorter span), on its own, meets a yearly objective. */
export function yearMeets(
  objective: Objective,
  downtime: Duration,
  outages: number,
  span: Duration,
): boolean {
  const value = yearFigure(objective.figure, downtime, outages, span);
  const exact = { estimate: value, low: value, high: value, confidence: 1 };
  return verdictOf(exact, objective.comparison, objective.value) === 'met';
}

function yearFigure(figure: FigureName, downtime: Duration, outages: number, span: Duration) {
  switch (figure) {
    case 'availability':
      return 1 - downtime / span;
    case 'unavailability':
      return downtime / span;
    case 'downtimePerYear':
      return (downtime * YEAR) / span;
    case 'outagesPerYear':
      return (outages * YEAR) / span;
    default:
      throw new RangeError(`${figure} cannot be told of one year alone`);
  }
}
