/** Why a run that came to its end did not succeed: a line for each thing that was asked of it. */
import {
  availabilityFigure,
  durationFigure,
  type FigureText,
  rateFigure,
  smallShareFigure,
} from '../report/estimates.ts';
import { count, counted, significant } from '../report/numbers.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { relativeHalfWidth } from '../statistics/intervals.ts';
import type { ObjectiveResult, RunResult } from '../study/result.ts';

const SECONDS_A_MINUTE = 60;
const SECONDS_AN_HOUR = 3600;

/** Empty exactly where all was met. */
export function shortfalls(scenario: Scenario, result: RunResult): string[] {
  const lines = result.objectives
    .filter(({ verdict }) => verdict !== 'met')
    .map((objective) => `${objective.verdict}: ${objective.objective}, ${foundText(objective)}`);
  return result.run.precisionReached === false
    ? [...lines, precisionText(scenario, result)]
    : lines;
}

function foundText(objective: ObjectiveResult): string {
  const { estimate, interval } = figureText(objective);
  return `found ${estimate === '' ? interval : `${estimate} (${interval})`}`;
}

function figureText({ figure, estimate }: ObjectiveResult): FigureText {
  switch (figure) {
    case 'availability':
      return availabilityFigure({
        ...estimate,
        estimate: 1 - estimate.estimate,
        low: 1 - estimate.high,
        high: 1 - estimate.low,
      });
    case 'unavailability':
      return smallShareFigure(estimate);
    case 'downtimePerYear':
      return durationFigure(estimate, SECONDS_A_MINUTE);
    case 'outagesPerYear':
      return rateFigure(estimate);
    case 'meanOutage':
      return durationFigure(estimate, 1);
    case 'timeToFirstOutage':
      return durationFigure(estimate, SECONDS_AN_HOUR);
  }
}

/** A precision is asked of the first level. */
function precisionText({ stop, topology }: Scenario, { levels, run }: RunResult): string {
  const asked = stop.kind === 'precision' ? stop.relativeHalfWidth : 0;
  const level = levels[topology.levels[0]!.name]!;
  const found = relativeHalfWidth(level.unavailability);
  const width = Number.isFinite(found) ? `${significant(found * 100)} %` : 'none yet';
  const done = `${count(run.replications)} of ${counted(run.replicationsAsked, 'replication')}`;
  const seen = counted(level.seen.replicationsWithOutage, 'replication');
  return (
    `undecided: precision ${significant(asked * 100)} % of the unavailability not reached, ` +
    `found ${width} after ${done}, with an outage in ${seen}`
  );
}
