/** One service level's part of the report: every figure, what caused its outages and began them. */
import type { Estimate } from '../statistics/intervals.ts';
import type { CauseFigures, LevelResult, RunResult } from '../study/result.ts';
import { brownoutRows, hasBrownouts, lostRows, seenBrownoutsText } from './brownout-rows.ts';
import {
  availabilityFigure,
  durationFigure,
  type FigureText,
  ninesText,
  shareFigure,
  smallShareFigure,
} from './estimates.ts';
import {
  count,
  counted,
  durationText,
  HOUR_SECONDS,
  MINUTE_SECONDS,
  roughShare,
  yearsText,
} from './numbers.ts';
import { type Block, type Cell, columns } from './page.ts';
import { phaseTexts } from './phases.ts';
import { isUnseen, isWithoutOutage } from './published.ts';
import { spanOf, spanText } from './span.ts';

const CAUSES_SHOWN = 6;
/** Shares below this are only counted. */
const LEAST_SHOWN = 0.001;
const NAMES_SHOWN = 5;

export const MINIMAL_CUT_SET =
  'A minimal cut set is a smallest set of faults that causes the outage by itself.';

type Row = readonly [label: string, estimate: string, interval: string];

/** Of the run's intervals, such as `95 %`. */
export function confidenceText({ confidence }: RunResult['run']): string {
  return `${Number((confidence * 100).toPrecision(6))} %`;
}

export function levelSection(name: string, level: LevelResult, run: RunResult['run']): Block[] {
  const opening: Block[] = [
    { kind: 'heading', text: name },
    { kind: 'paragraph', text: seenText(level, run) },
  ];
  const interval = `${confidenceText(run)} interval`;
  if (isUnseen(level)) {
    const rows = boundRows(level, run).map(([label, , bound]) => [label, bound]);
    return [...opening, { kind: 'table', columns: columns('', interval), rows }];
  }
  return [
    ...opening,
    { kind: 'table', columns: columns('', '>estimate', interval), rows: allRows(level, run) },
    ...causeBlocks(level),
  ];
}

function seenText(level: LevelResult, run: RunResult['run']): string {
  const { seen, brownouts } = level;
  const years = yearsText(run.yearsSimulated);
  if (isUnseen(level)) {
    const kinds = brownouts === undefined ? 'outage' : 'outage or brownout';
    const bounds = 'the figures are bounds, which more replications tighten';
    return `No ${kinds} was seen in ${years}: ${bounds}.`;
  }
  const isDim = brownouts !== undefined && hasBrownouts(brownouts);
  const told = isDim ? ` ${seenBrownoutsText(brownouts, run)}` : '';
  if (isWithoutOutage(level)) return `No outage was seen in ${years}.${told}`;
  const all = counted(run.replications, 'replication');
  const replications = `${count(seen.replicationsWithOutage)} of ${all}`;
  const open = seen.openAtEnd === 0 ? '' : `; ${count(seen.openAtEnd)} still open at the end`;
  return `${counted(seen.outages, 'outage')} in ${years}, in ${replications}${open}.${told}`;
}

function allRows(level: LevelResult, run: RunResult['run']): Row[] {
  const { downtimeOfAYear: ofAYear } = level;
  const span = spanText(run);
  const inMinutes = (estimate: Estimate) => durationFigure(estimate, MINUTE_SECONDS);
  return [
    ...leadingRows(level, run),
    row(`downtime of ${span}: median`, inMinutes(ofAYear.median)),
    row('  95th percentile', inMinutes(ofAYear.p95)),
    row('  99th percentile', inMinutes(ofAYear.p99)),
    ['  worst seen', durationText(ofAYear.worst * MINUTE_SECONDS), ''],
    ...outageRows(level, run),
    ...(isWithoutOutage(level) ? [] : lengthRows(level)),
    ...trailingRows(level, span),
  ];
}

function outageRows(level: LevelResult, run: RunResult['run']): Row[] {
  const brownouts = brownoutRows(level, run).map(([label, figure]) => row(label, figure));
  const span = spanOf(run);
  return [...brownouts, row(`outages ${span.text}`, span.happenings(level.outagesPerYear))];
}

function lengthRows({ outageLength }: LevelResult): Row[] {
  return [
    row('outage length: mean', durationFigure(outageLength.mean, 1)),
    row('  median', durationFigure(outageLength.p50, 1)),
    row('  90th percentile', durationFigure(outageLength.p90, 1)),
    row('  99th percentile', durationFigure(outageLength.p99, 1)),
    ['  longest seen', durationText(outageLength.longest), ''],
  ];
}

/** Where no outage was seen, only these say anything, and only by their bounds. */
function boundRows(level: LevelResult, run: RunResult['run']): Row[] {
  return [
    ...leadingRows(level, run),
    ...outageRows(level, run),
    ...trailingRows(level, spanText(run)),
  ];
}

function leadingRows(level: LevelResult, run: RunResult['run']): Row[] {
  const span = spanOf(run);
  const nines = ninesText(level.unavailability);
  return [
    row('availability', availabilityFigure(level.unavailability)),
    ...(nines === '' ? [] : [['  in nines', '', nines] as const]),
    row('unavailability', smallShareFigure(level.unavailability)),
    row(`downtime ${span.text}: mean`, span.downtime(level.downtimePerYear)),
    ...lostRows(level, run).map(([label, figure]) => row(label, figure)),
  ];
}

function trailingRows(level: LevelResult, span: string): Row[] {
  return [
    row('time to first outage: mean', durationFigure(level.timeToFirstOutage, HOUR_SECONDS)),
    row(`${span} without downtime`, shareFigure(level.yearWithoutDowntime)),
  ];
}

function row(label: string, { estimate, interval }: FigureText): Row {
  return [label, estimate, interval];
}

/** Downtime by cause, phase, trigger and component. */
export function causeBlocks(level: LevelResult, most = CAUSES_SHOWN): Block[] {
  const shown = level.causes
    .slice(0, most)
    .filter(({ downtimeShare }, index) => index === 0 || downtimeShare >= LEAST_SHOWN);
  const rest = level.causes.slice(shown.length);
  const canBrownOut = level.brownouts !== undefined;
  const explained = canBrownOut ? 'cause' : 'cause (minimal cut set)';
  const titles = ['>downtime', '>outages', ...(canBrownOut ? ['>brownouts'] : [])];
  const rows = [...shown.map(causeRow), ...(rest.length > 0 ? [restRow(rest)] : [])];
  return [
    { kind: 'table', columns: columns(...titles, explained), rows },
    ...circumstanceBlocks(level),
  ];
}

/** Of the causes that are not told one by one. */
function restRow(rest: readonly CauseFigures[]): Cell[] {
  const share = rest.reduce((sum, cause) => sum + cause.downtimeShare, 0);
  const outages = rest.reduce((sum, cause) => sum + cause.outages, 0);
  const canBrownOut = rest.some(({ brownouts }) => brownouts !== undefined);
  const brownouts = rest.reduce((sum, cause) => sum + (cause.brownouts ?? 0), 0);
  const counts = [count(outages), ...(canBrownOut ? [count(brownouts)] : [])];
  return [roughShare(share), ...counts, counted(rest.length, 'more cause')];
}

/** What the causes do not say already. */
function circumstanceBlocks(level: LevelResult): Block[] {
  const rows = [
    ['downtime by phase', phasesText(level)],
    ['outages by trigger', triggersText(level)],
    ['downtime by component', involvedText(level)],
  ].filter(([, text]) => text !== '');
  return rows.length === 0 ? [] : [{ kind: 'table', columns: columns('', ''), rows }];
}

function causeRow(figures: CauseFigures): Cell[] {
  const { cause, downtimeShare, outages, brownouts, example } = figures;
  const counts = [count(outages), ...(brownouts === undefined ? [] : [count(brownouts)])];
  const names = example.length > 0 ? `${cause}\n  such as ${example.join(' + ')}` : cause;
  return [roughShare(downtimeShare), ...counts, names];
}

/**
 * What downtime went by with and, of levels that have outages alone, how long that is an outage;
 * empty where all parts were down and known to be, as one would expect.
 */
function phasesText({ phases, seen, brownouts }: LevelResult): string {
  if (phases.structural === 1) return '';
  const shown = phaseTexts(phases).filter(([, share]) => share >= LEAST_SHOWN);
  const seconds = (share: number) => (share * seen.downtimeMinutes * MINUTE_SECONDS) / seen.outages;
  const perOutage = (share: number) =>
    seen.outages === 0 || (brownouts !== undefined && hasBrownouts(brownouts))
      ? ''
      : ` (${durationText(seconds(share))} an outage)`;
  const lines = shown.map(([text, share]) => `${roughShare(share)} ${text}${perOutage(share)}`);
  return lines.join('\n');
}

function triggersText({ triggers, causes, seen }: LevelResult): string {
  if (triggers.length === 1 && causes.length === 1) return '';
  const shown = triggers.slice(0, NAMES_SHOWN);
  return shown
    .map(({ trigger, outages }) => `${trigger} ${roughShare(outages / seen.outages)}`)
    .join(', ');
}

/** Empty where each fault was in all of it, as then the cause names them. */
function involvedText({ involved }: LevelResult): string {
  if (involved.every(({ downtimeShare }) => downtimeShare === 1)) return '';
  return involved
    .slice(0, NAMES_SHOWN)
    .filter(({ downtimeShare }) => downtimeShare >= LEAST_SHOWN)
    .map(({ fault, downtimeShare }) => `${fault} ${roughShare(downtimeShare)}`)
    .join(', ');
}
