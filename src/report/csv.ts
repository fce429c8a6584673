/**
 * Results as tidy CSV: one figure a row, with the run it came from, so that files of several runs
 * can be put one after the other. An empty cell stands for what cannot be said.
 */
import { stringify } from 'csv-stringify/sync';
import type { FigureName } from '../scenario/scenario.ts';
import type { Estimate } from '../statistics/intervals.ts';
import type { BrownoutFigures, EtcdResult } from '../study/result.ts';
import { dataNumber } from './numbers.ts';
import { printable } from './printable.ts';
import { type PublishedLevel, publishedLevel, publishedObjectives } from './published.ts';
import type { RunReport } from './run-report.ts';

type Cell = string | number;

/** `of` names what within the level a figure is of: a cause, a phase, a fault or an objective. */
interface FigureRow {
  readonly level: string;
  readonly figure: string;
  readonly of?: string;
  readonly unit: string;
  readonly value: number | Estimate | undefined;
  readonly verdict?: string;
}

const FIGURE_UNIT: Readonly<Record<FigureName, string>> = {
  availability: 'share',
  unavailability: 'share',
  downtimePerYear: 'minutes',
  outagesPerYear: 'per year',
  meanOutage: 'seconds',
  timeToFirstOutage: 'hours',
};

export const RUN_COLUMNS = [
  'scenario',
  'digest',
  'seed',
  'replications',
  'complete',
  'level',
  'figure',
  'of',
  'unit',
  'estimate',
  'low',
  'high',
  'confidence',
  'verdict',
] as const;

export function runCsv(report: RunReport): string {
  const { scenario, result, digest } = report;
  const { seed, replications, complete } = result.run;
  const rows = [
    ...Object.entries(result.levels).flatMap(([name, level]) =>
      levelRows(name, publishedLevel(level)),
    ),
    ...etcdRows(result.etcd),
    ...objectiveRows(report),
  ];
  const records = rows.map(({ level, figure, of, unit, value, verdict }): Cell[] => [
    ...[scenario.name, digest, seed, replications, complete ? 'yes' : 'no'],
    ...[level, figure, of ?? '', unit, ...estimateCells(value), verdict ?? ''],
  ]);
  return csvText(RUN_COLUMNS, records);
}

/** A line for the column names and one for each record; formulas and unsafe text escaped. */
export function csvText(columns: readonly string[], records: readonly (readonly Cell[])[]): string {
  return stringify([[...columns], ...records.map((record) => record.map(safe))], {
    escape_formulas: true,
  });
}

function safe(cell: Cell): Cell {
  return typeof cell === 'string' ? printable(cell) : cell;
}

function estimateCells(value: FigureRow['value']): Cell[] {
  if (value === undefined) return ['', '', '', ''];
  if (typeof value === 'number') return [finite(value), '', '', ''];
  return [finite(value.estimate), finite(value.low), finite(value.high), value.confidence];
}

function finite(value: number): Cell {
  return Number.isFinite(value) ? dataNumber(value) : '';
}

/** How leadership moved; the level stays empty. */
function etcdRows(etcd: EtcdResult | undefined): FigureRow[] {
  if (etcd === undefined) return [];
  const { seen, ...estimates } = etcd;
  const row = (figure: string, unit: string, value: FigureRow['value']) => ({
    ...{ level: '', figure, unit, value },
  });
  return [
    ...Object.entries(estimates).map(([name, value]) => row(`etcd.${name}`, 'per year', value)),
    ...Object.entries(seen).map(([name, value]) =>
      row(`etcd.seen.${name}`, name.endsWith('Hours') ? 'hours' : 'count', value),
    ),
  ];
}

function levelRows(level: string, result: PublishedLevel): FigureRow[] {
  const { downtimeOfAYear, outageLength, phases, seen } = result;
  const row = (figure: string, unit: string, value: FigureRow['value']) => ({
    ...{ level, figure, unit, value },
  });
  return [
    row('availability', 'share', result.availability),
    row('unavailability', 'share', result.unavailability),
    row('downtimePerYear', 'minutes', result.downtimePerYear),
    row('downtimeOfAYear.median', 'minutes', downtimeOfAYear.median),
    row('downtimeOfAYear.p95', 'minutes', downtimeOfAYear.p95),
    row('downtimeOfAYear.p99', 'minutes', downtimeOfAYear.p99),
    row('downtimeOfAYear.worst', 'minutes', downtimeOfAYear.worst),
    row('outagesPerYear', 'per year', result.outagesPerYear),
    row('outageLength.mean', 'seconds', outageLength.mean),
    row('outageLength.p50', 'seconds', outageLength.p50),
    row('outageLength.p90', 'seconds', outageLength.p90),
    row('outageLength.p99', 'seconds', outageLength.p99),
    row('outageLength.longest', 'seconds', outageLength.longest),
    row('timeToFirstOutage', 'hours', result.timeToFirstOutage),
    row('yearWithoutDowntime', 'share', result.yearWithoutDowntime),
    row('seen.outages', 'count', seen.outages),
    row('seen.openAtEnd', 'count', seen.openAtEnd),
    row('seen.downtime', 'minutes', seen.downtimeMinutes),
    row('seen.replicationsWithOutage', 'count', seen.replicationsWithOutage),
    ...brownoutRows(level, result.brownouts),
    ...Object.entries(phases).map(([of, value]) => ({
      ...row('phase', 'share of downtime', value),
      of,
    })),
    ...explanationRows(level, result),
  ];
}

/** None of levels that cannot brown out. */
function brownoutRows(level: string, brownouts: BrownoutFigures | undefined): FigureRow[] {
  if (brownouts === undefined) return [];
  const { seen } = brownouts;
  const row = (figure: string, unit: string, value: FigureRow['value']) => ({
    ...{ level, figure: `brownouts.${figure}`, unit, value },
  });
  return [
    row('perYear', 'per year', brownouts.perYear),
    row('timePerYear', 'minutes', brownouts.timePerYear),
    row('lost', 'minutes', brownouts.lost),
    row('seen.brownouts', 'count', seen.brownouts),
    row('seen.openAtEnd', 'count', seen.openAtEnd),
    row('seen.time', 'minutes', seen.timeMinutes),
    row('seen.lost', 'minutes', seen.lostMinutes),
    row('seen.replicationsWithBrownout', 'count', seen.replicationsWithBrownout),
  ];
}

function explanationRows(
  level: string,
  { causes, triggers, involved }: PublishedLevel,
): FigureRow[] {
  const unit = 'share of downtime';
  return [
    ...causes.flatMap(({ cause: of, downtimeShare, outages, brownouts }) => [
      { level, figure: 'cause', of, unit, value: downtimeShare },
      { level, figure: 'cause.outages', of, unit: 'count', value: outages },
      ...(brownouts === undefined
        ? []
        : [{ level, figure: 'cause.brownouts', of, unit: 'count', value: brownouts }]),
    ]),
    ...triggers.map(({ trigger: of, outages }) => ({
      ...{ level, figure: 'trigger.outages', of, unit: 'count', value: outages },
    })),
    ...involved.map(({ fault: of, downtimeShare }) => ({
      ...{ level, figure: 'involved', of, unit, value: downtimeShare },
    })),
  ];
}

function objectiveRows({ result }: RunReport): FigureRow[] {
  return publishedObjectives(result).flatMap((objective): FigureRow[] => {
    const { level, objective: of, figure, estimate, limit, verdict, chanceOfAYear } = objective;
    const unit = FIGURE_UNIT[figure];
    const chance = { level, figure: 'objective.chanceOfAYear', of, unit: 'share' };
    return [
      { level, figure: 'objective', of, unit, value: estimate, verdict },
      { level, figure: 'objective.limit', of, unit, value: limit },
      ...(chanceOfAYear === undefined ? [] : [{ ...chance, value: chanceOfAYear }]),
    ];
  });
}
