/** What a level's section says of brownouts, of levels that can have them. */
import type { BrownoutFigures, LevelResult, RunResult } from '../study/result.ts';
import { type FigureText, figureAndInterval } from './estimates.ts';
import { count, counted, durationText, MINUTE_SECONDS, roughShare } from './numbers.ts';
import { spanOf } from './span.ts';

/** Each with its label; none of levels that are only ever lost or whole. */
type BrownoutRow = readonly [label: string, figure: FigureText];

export function brownoutRows({ brownouts }: LevelResult, run: RunResult['run']): BrownoutRow[] {
  if (brownouts === undefined) return [];
  const span = spanOf(run);
  return [
    [`brownouts ${span.text}`, span.happenings(brownouts.perYear)],
    ['  time in them', span.downtime(brownouts.timePerYear)],
  ];
}

/** The part of the downtime that brownouts make, to stand under the whole. */
export function lostRows({ brownouts }: LevelResult, run: RunResult['run']): BrownoutRow[] {
  if (brownouts === undefined) return [];
  return [['  of it lost in brownouts', spanOf(run).downtime(brownouts.lost)]];
}

/** For the answer: nothing where none was seen. */
export function lostText({ brownouts }: LevelResult, run: RunResult['run']): string[] {
  if (brownouts === undefined || !hasBrownouts(brownouts)) return [];
  const lost = figureAndInterval(spanOf(run).downtime(brownouts.lost));
  return [`of it lost in brownouts ${lost}`];
}

/** `12 brownouts in 4 of 300 replications: 8.2 h in which 67 % was served.` */
export function seenBrownoutsText(brownouts: BrownoutFigures, run: RunResult['run']): string {
  const { seen } = brownouts;
  const all = counted(run.replications, 'replication');
  const open = seen.openAtEnd === 0 ? '' : `; ${count(seen.openAtEnd)} still open at the end`;
  const level = 1 - seen.lostMinutes / seen.timeMinutes;
  const time = durationText(seen.timeMinutes * MINUTE_SECONDS);
  const served = `${time} in which ${roughShare(level)} was served`;
  return (
    `${counted(seen.brownouts, 'brownout')} in ${count(seen.replicationsWithBrownout)} of ${all}` +
    `${open}${seen.timeMinutes > 0 ? `: ${served}` : ''}.`
  );
}

/** Also of one that began before the horizon. */
export function hasBrownouts({ seen }: BrownoutFigures): boolean {
  return seen.brownouts > 0 || seen.timeMinutes > 0;
}
