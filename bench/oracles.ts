/**
 * The long study behind test/study/oracles.test.ts: the same cases over many more years, written to
 * reports/oracles.md. `npm run oracles` takes some ten minutes, whose second
 * half are whole control planes.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { run } from '../src/execute/run.ts';
import type { Estimate } from '../src/statistics/intervals.ts';
import type { LevelResult } from '../src/study/result.ts';
import {
  API_LAYOUTS,
  type ApiLayout,
  apiFigures,
  exactUnavailability,
  type Rates,
  type Span,
} from '../test/support/study/api-oracles.ts';
import {
  frequentCases,
  layoutCases,
  majorityCases,
  type OracleCase,
} from '../test/support/study/oracle-cases.ts';

/** Scales replications, but for those through API servers. */
const SCALE = Number(process.argv[2] ?? 16);
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

/** Few losses of machines are seen in the second, and many elections and checks. */
const API_STUDIES: readonly (readonly [Rates, Span])[] = [
  [
    { mttf: 20, mttr: 4 },
    { replications: 400, days: 5 },
  ],
  [
    { mttf: 8760, mttr: 4 },
    { replications: 1000, days: 1460 },
  ],
];

/** What is lost while enough machines are up is exactly known of the same paths, and taken off. */
function apiRows(layout: ApiLayout, rates: Rates, span: Span): Row[] {
  const { unavailability, excess, gained, returns } = apiFigures(layout, rates, span);
  const exact = exactUnavailability(layout, rates);
  const name = `${layout.name} through API servers, ${rates.mttf} h / ${rates.mttr} h`;
  const lesser = ({ estimate, low, high, confidence }: Estimate, by: number) => ({
    ...{ estimate: estimate - by, low: Math.max(0, low - by), high: high - by, confidence },
  });
  const beyond = short(excess.estimate);
  const none = { estimate: gained, low: gained, high: gained, confidence: 0.99 };
  return [
    {
      case: name,
      figure: `unavailability of api.write, less ${beyond} while machines suffice`,
      exact,
      estimate: lesser(unavailability, excess.estimate),
      outages: returns,
    },
    {
      case: name,
      figure: 'share of time served though machines do not suffice',
      exact: 0,
      estimate: none,
      outages: returns,
    },
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
for (const [rates, span] of API_STUDIES) {
  for (const layout of API_LAYOUTS) {
    const found = apiRows(layout, rates, span);
    for (const row of found) console.log(line(row));
    rows.push(...found);
  }
}
const inside = rows.filter(holds).length;
const text = [
  '# Against exact numbers',
  '',
  'Majorities of machines with MTTF 8760 h and MTTR 4 h, and control planes of such machines,',
  'whose figures are known in closed form; 99 % intervals; seed 1. Made by',
  `\`npm run oracles -- ${SCALE}\`; the test has scale 1, and 4 where members fail often.`,
  '',
  'Rows through API servers run whole control planes, etcd at message level and balancers. What',
  'elections, starts and checks lose, which the exact value does not know, is summed while enough',
  'machines are up, and taken off.',
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
