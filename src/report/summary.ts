/**
 * What a run answers, on one screen: a sentence to quote with its uncertainty, the levels, the
 * objectives, why the level in question is lost, what the answer assumes. `--details` has the rest.
 */
import type { LevelResult, ObjectiveResult, RunResult, Verdict } from '../study/result.ts';
import { hasBrownouts, lostText } from './brownout-rows.ts';
import {
  availabilityFigure,
  downtimePerYearFigure,
  durationFigure,
  type FigureText,
  figureAndInterval,
  rateFigure,
  smallShareFigure,
} from './estimates.ts';
import { causeBlocks, confidenceText } from './level-section.ts';
import { counted, HOUR_SECONDS, yearsText } from './numbers.ts';
import { type Block, type Cell, columns, type Tone } from './page.ts';
import { isUnseen, isWithoutOutage } from './published.ts';
import { spanOf } from './span.ts';

/** Fewer outages than this carry little: the sentence says how many there were. */
const FEW_OUTAGES = 30;

export const VERDICT_TONE: Readonly<Record<Verdict, Tone>> = {
  met: 'good',
  missed: 'bad',
  undecided: 'unsure',
};

/** The verdict and the figure behind it, to be quoted. */
export function answerSentence({ run, levels, objectives }: RunResult): string {
  const name = levelInQuestion({ levels, objectives });
  const level = levels[name]!;
  return [verdictSentence(objectives), levelSentence(name, level, run), carriedBy(name, level)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

/** Of the first objective missed, else undecided, else met; else the first level that was lost. */
function levelInQuestion({ levels, objectives }: Pick<RunResult, 'levels' | 'objectives'>) {
  const ofVerdict = (wanted: Verdict) =>
    objectives.find(({ verdict }) => verdict === wanted)?.level;
  const lost = Object.keys(levels).find((name) => !isUnseen(levels[name]!));
  const first = Object.keys(levels)[0]!;
  return ofVerdict('missed') ?? ofVerdict('undecided') ?? ofVerdict('met') ?? lost ?? first;
}

function verdictSentence(objectives: readonly ObjectiveResult[]): string {
  if (objectives.length === 0) return '';
  const those = (wanted: Verdict) => objectives.filter(({ verdict }) => verdict === wanted);
  if (those('met').length === objectives.length) {
    if (objectives.length === 1) return 'The objective is met.';
    const all = objectives.length === 2 ? 'Both' : `All ${objectives.length}`;
    return `${all} objectives are met.`;
  }
  const verdict = those('missed').length > 0 ? 'missed' : 'undecided';
  const some = those(verdict);
  const named = some.length === 1 ? `: ${some[0]!.objective}` : '';
  if (objectives.length === 1) return `The objective is ${verdict}${named}.`;
  const which = `${some.length} of ${counted(objectives.length, 'objective')}`;
  return `${which} ${some.length === 1 ? 'is' : 'are'} ${verdict}${named}.`;
}

function levelSentence(name: string, level: LevelResult, run: RunResult['run']): string {
  const { estimate, interval } = availabilityFigure(level.unavailability);
  const sure = confidenceText(run);
  if (isUnseen(level)) {
    const years = yearsText(run.yearsSimulated);
    const bound = interval === '' ? 'insufficient data' : `available ${interval} of the time`;
    return `No outage of ${name} in ${years}: ${bound} (${sure} confidence).`;
  }
  const span = spanOf(run);
  const downtime = figureAndInterval(span.downtime(level.downtimePerYear));
  const uncertainty = interval.includes(' to ')
    ? `${sure} interval ${interval}`
    : `${interval}, ${sure} confidence`;
  const available =
    estimate === ''
      ? `${interval} of the time (${sure} confidence)`
      : `${estimate} of the time (${uncertainty})`;
  return `${name} is available ${available}: downtime ${span.text} ${downtime}.`;
}

/** Of how much the figure is made, where that is little. */
function carriedBy(name: string, level: LevelResult): string {
  const { seen, brownouts } = level;
  if (isUnseen(level) || seen.outages >= FEW_OUTAGES) return '';
  if (isWithoutOutage(level) || (brownouts !== undefined && hasBrownouts(brownouts))) {
    return `${name} was lost altogether ${counted(seen.outages, 'time')}; the rest is brownouts.`;
  }
  return `The figure rests on ${counted(seen.outages, 'outage')}.`;
}

export function levelBlocks({ levels, run }: RunResult): Block[] {
  const rows = Object.entries(levels).map(([name, level]): Cell[] => [
    { text: name, tone: 'strong' },
    levelText(level, run),
  ]);
  return [
    { kind: 'heading', text: `Service levels, with ${confidenceText(run)} intervals` },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

function levelText(level: LevelResult, run: RunResult['run']): string {
  const span = spanOf(run);
  const downtime = figureAndInterval(span.downtime(level.downtimePerYear));
  const seen = isUnseen(level) ? 'no outage seen' : counted(level.seen.outages, 'outage');
  return [
    `available ${figureAndInterval(availabilityFigure(level.unavailability))}`,
    `downtime ${span.text} ${downtime}; ${seen}`,
    ...lostText(level, run),
  ].join('\n');
}

export function objectiveBlocks({ objectives }: RunResult): Block[] {
  if (objectives.length === 0) return [];
  const rows = objectives.map((objective): Cell[] => [
    { text: objective.verdict, tone: VERDICT_TONE[objective.verdict] },
    `${objective.objective}: found ${figureAndInterval(objectiveFigure(objective))}`,
  ]);
  return [
    { kind: 'heading', text: 'Objectives' },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

/** Why the level in question is lost. */
export function whyBlocks(result: RunResult): Block[] {
  const name = levelInQuestion(result);
  const level = result.levels[name]!;
  if (isUnseen(level)) return [];
  return [{ kind: 'heading', text: `Why ${name} is lost` }, ...causeBlocks(level, 3)];
}

/** What was found of an objective's figure, in words. */
export function objectiveFigure({ figure, estimate }: ObjectiveResult): FigureText {
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
      return downtimePerYearFigure(estimate);
    case 'outagesPerYear':
      return rateFigure(estimate);
    case 'meanOutage':
      return durationFigure(estimate, 1);
    case 'timeToFirstOutage':
      return durationFigure(estimate, HOUR_SECONDS);
  }
}
