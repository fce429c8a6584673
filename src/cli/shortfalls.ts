/** Why a run that came to its end did not succeed: a line for each thing that was asked of it. */
import { count, counted, significant } from '../report/numbers.ts';
import { objectiveFigure } from '../report/summary.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { relativeHalfWidth } from '../statistics/intervals.ts';
import type { ObjectiveResult, RunResult } from '../study/result.ts';

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
  const { estimate, interval } = objectiveFigure(objective);
  return `found ${estimate === '' ? interval : `${estimate} (${interval})`}`;
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
