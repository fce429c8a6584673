/**
 * The long study behind test/study/oracles.test.ts: the same cases over many more years, written to
 * reports/oracles.md. `npm run oracles` takes some minutes.
 */
import { renameSync, writeFileSync } from 'node:fs';
import type { Estimate } from '../src/statistics/intervals.ts';
import type { LevelResult } from '../src/study/result.ts';
import { run } from '../src/study/run.ts';
import {
  frequentCases,
  layoutCases,
  majorityCases,
  type OracleCase,
} from '../test/support/oracle-cases.ts';

/** Times the years of the test. */
const SCALE = Number(process.argv[2] ?? 10);
const FILE = 'reports/oracles.md';

interface Row {
  readonly case: string;
  readonly figure: string;
  readonly exact: number;
  readonly estimate: Estimate;
  readonly outages: number;
}

function rowsOf({ name, exact }: OracleCase, level: LevelResult): Row[] {
  const row = (figure: string, value: number | undefined, estimate: Estimate): Row[] =>
    value === undefined
      ? []
      : [{ case: name, figure, exact: value, estimate, outages: level.seen.outages }];
  return [
    ...row('unavailability', exact.unavailability, level.unavailability),
    ...row('losses a year', exact.lossesPerYear, level.outagesPerYear),
    ...row('first loss, h', exact.firstLossHours, level.timeToFirstOutage),
  ];
}

const holds = ({ exact, estimate }: Row) => estimate.low <= exact && exact <= estimate.high;
const short = (value: number) => value.toPrecision(5);

function line(row: Row): string {
  const { estimate, low, high } = row.estimate;
  const cells = [
    row.case,
    row.figure,
    short(row.exact),
    short(estimate),
    `${short(low)} to ${short(high)}`,
    String(row.outages),
    holds(row) ? 'yes' : 'NO',
  ];
  return `| ${cells.join(' | ')} |`;
}

const rows: Row[] = [];
for (const one of [...majorityCases(SCALE), ...frequentCases(SCALE), ...layoutCases(SCALE)]) {
  const { levels } = await run(one.scenario);
  const found = rowsOf(one, Object.values(levels)[0]!);
  for (const row of found) console.log(line(row));
  rows.push(...found);
}
const inside = rows.filter(holds).length;
const text = [
  '# Against exact numbers',
  '',
  'Majorities of machines with MTTF 8760 h and MTTR 4 h, and control planes of such machines,',
  'whose figures are known in closed form; 99 % intervals; seed 1. Made by',
  `\`npm run oracles -- ${SCALE}\` (${SCALE} times the years of the test).`,
  '',
  `${inside} of ${rows.length} exact values lie inside their interval.`,
  '',
  '| case | figure | exact | estimate | 99 % interval | outages seen | inside |',
  '|---|---|--:|--:|--:|--:|---|',
  ...rows.map(line),
  '',
].join('\n');
writeFileSync(`${FILE}.tmp`, text);
renameSync(`${FILE}.tmp`, FILE);
console.log(`${inside} of ${rows.length} inside; written to ${FILE}`);
process.exitCode = inside === rows.length ? 0 : 1;
