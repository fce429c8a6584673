/** Times everything and prints ratios. `--small` proves in seconds that it all still runs. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Bench } from 'tinybench';
import { significant } from '../src/report/numbers.ts';
import { type BenchCase, benchCases } from './cases.ts';
import { measureDays, measureYear, SECONDS_A_YEAR } from './etcd-reach.ts';
import { measureLeases } from './lease-reach.ts';
import { measureReplications, peakMemory, startUp } from './whole-product.ts';

const small = process.argv.includes('--small');
const write = process.argv.includes('--write');

interface Row {
  readonly what: string;
  readonly product: string;
  readonly ceiling: string;
  readonly ratio: string;
}

async function timeCase(one: BenchCase): Promise<Row> {
  const bench = new Bench({ time: small ? 20 : 400, warmupTime: small ? 10 : 200 });
  bench.add('product', one.product).add('ceiling', one.ceiling);
  await bench.run();
  const nanoseconds = (name: string) => {
    const result = bench.getTask(name)?.result;
    if (result?.state !== 'completed') throw new Error(`${one.name}: ${name} did not complete`);
    return (result.latency.p50 * 1e6) / one.operations;
  };
  const product = nanoseconds('product');
  const ceiling = nanoseconds('ceiling');
  return {
    what: `${one.name}\n  against: ${one.ceilingName}`,
    product: `${product.toFixed(1)} ns`,
    ceiling: `${ceiling.toFixed(1)} ns`,
    ratio: (ceiling / product).toFixed(2),
  };
}

async function wholeProduct(): Promise<Row[]> {
  const figures = await measureReplications(small ? 2_000 : 100_000, small ? 1 : 7);
  const [few, many] = small ? [100, 1_000] : [10_000, 1_000_000];
  const fewPeak = await peakMemory(few);
  const manyPeak = await peakMemory(many);
  const start = startUp(small ? 1 : 11);
  const { eventsPerYear, yearsPerSecond } = figures;
  return [
    {
      what:
        'three machines (1000 h, 10 h), file to figures, an event\n' +
        `  against: the bare loop. ${eventsPerYear.toFixed(1)} events a cluster-year, ` +
        `${Math.round(yearsPerSecond / 1000)} thousand cluster-years a second`,
      product: `${figures.nanosecondsPerEvent.toFixed(0)} ns`,
      ceiling: `${figures.bareNanosecondsPerEvent.toFixed(0)} ns`,
      ratio: figures.ratio.toFixed(2),
    },
    {
      what: `peak memory at ${many} replications\n  against: at ${few}`,
      product: `${manyPeak.toFixed(0)} MiB`,
      ceiling: `${fewPeak.toFixed(0)} MiB`,
      ratio: (fewPeak / manyPeak).toFixed(2),
    },
    {
      what: '`quorate check scenarios/three-zones.yaml`\n  against: `node -e 0`',
      product: `${start.check.toFixed(0)} ms`,
      ceiling: `${start.node.toFixed(0)} ms`,
      ratio: (start.node / start.check).toFixed(2),
    },
  ];
}

function etcdReach(): Row[] {
  const { asleep, awake, bareNanosecondsPerEvent } = measureYear(small ? 20 : 600);
  const years = (speed: number) => `${(speed / SECONDS_A_YEAR).toPrecision(3)} years/s`;
  const cost = ({ nanosecondsPerEvent }: { nanosecondsPerEvent: number }) =>
    `${nanosecondsPerEvent.toFixed(0)} ns`;
  const bare = `${bareNanosecondsPerEvent.toFixed(0)} ns`;
  const days = [true, false].flatMap((preVote) =>
    measureDays(preVote).map((day) => ({ ...day, preVote: preVote ? 'on' : 'off' })),
  );
  return [
    {
      what:
        'stacked three, cloud-vm rates, etcd at message level, asleep\n' +
        `  against: awake. ${asleep.events.toFixed(0)} events a cluster-year`,
      product: years(asleep.speed),
      ceiling: years(awake.speed),
      ratio: `${Math.round(asleep.speed / awake.speed)} times as fast`,
    },
    ...(
      [
        ['asleep', asleep],
        ['awake', awake],
      ] as const
    ).map(([mode, pace]) => ({
      what: `the same, an event, ${mode}\n  against: the bare loop`,
      product: cost(pace),
      ceiling: bare,
      ratio: (bareNanosecondsPerEvent / pace.nanosecondsPerEvent).toFixed(2),
    })),
    ...days.map(({ what, events, healthy, preVote }) => ({
      what:
        `events of a day: ${what}, PreVote ${preVote}\n` +
        '  against: a day in which nothing happens',
      product: significant(events),
      ceiling: significant(healthy),
      ratio: `${significant(events / healthy)} times as many`,
    })),
  ];
}

function leaseReach(): Row {
  const { asleep, awake } = measureLeases(small ? 2 : 20);
  const years = (speed: number) => `${(speed / SECONDS_A_YEAR).toPrecision(3)} years/s`;
  return {
    what: 'three candidates for a lease, disturbed once a day, asleep\n  against: awake',
    product: years(asleep),
    ceiling: years(awake),
    ratio: `${Math.round(asleep / awake)} times as fast`,
  };
}

function printed(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, product, ceiling, ratio }) =>
      `${what}\n  ${product.padStart(10)}, ceiling ${ceiling.padStart(10)}, ratio ${ratio}`,
  );
  return lines.join('\n');
}

function markdown(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ what, product, ceiling, ratio }) =>
      `| ${what.replace('\n  against: ', '; against: ')} | ${product} | ${ceiling} | ${ratio} |`,
  );
  return [
    '# Speed',
    '',
    'Each operation of the product beside its ceiling, a bare operation that does the same work',
    'with no model behind it; `ratio` is ceiling over product, so 1 is as fast as can be. Medians;',
    'product and ceiling run in turn in one process on one machine. Rows of etcd say what they',
    'tell.',
    'Made by',
    '`npm run bench -- --write`, which prints the same table.',
    '',
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}.`,
    '',
    '| what | product | ceiling | ratio |',
    '|---|--:|--:|--:|',
    ...lines,
    '',
  ].join('\n');
}

const rows: Row[] = [];
for (const one of benchCases()) rows.push(await timeCase(one));
rows.push(...(await wholeProduct()), ...etcdReach(), leaseReach());
console.log(printed(rows));
if (write) writeFileSync('bench/RESULTS.md', markdown(rows));
