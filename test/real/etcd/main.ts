/**
 * Measures a real etcd: `node test/real/etcd/measure.mjs [row or part of its name]...`, options
 * --slot N (clusters measured at the same time differ in it), --prevote on|off, --only TEXT (part
 * of a variant's label), --trials N. Raw samples go to results/ in the scratch folder, with a
 * table of what is there so far. Left out: comparing with the model.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.ts';
import { Rig, type Trial } from './rig.ts';
import { ROWS, type Variant } from './rows.ts';
import { missing, SCRATCH } from './shell.ts';
import { HEAD, table } from './statistics.ts';

const RESULTS = join(SCRATCH, 'results');

interface Result {
  readonly row: string;
  readonly label: string;
  readonly settings: unknown;
  readonly trials: Trial[];
  readonly load: number[];
  readonly failures: string[];
}

function save(row: string, slot: number, results: readonly Result[]): void {
  mkdirSync(RESULTS, { recursive: true });
  const lines = results.map((result) => JSON.stringify(result));
  writeFileSync(join(RESULTS, `${row}.slot${slot}.json`), `[\n${lines.join(',\n')}\n]\n`);
}

/** All trials of all files, of the same row and label together. */
function collected(): Map<string, Map<string, Trial[]>> {
  const rows = new Map<string, Map<string, Trial[]>>();
  for (const name of readdirSync(RESULTS).sort()) {
    if (!name.endsWith('.json')) continue;
    for (const result of JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Result[]) {
      const labels = rows.get(result.row) ?? new Map<string, Trial[]>();
      labels.set(result.label, [...(labels.get(result.label) ?? []), ...result.trials]);
      rows.set(result.row, labels);
    }
  }
  return rows;
}

function writeTables(): void {
  const parts = [...collected()].map(([row, labels]) => {
    const lines = [...labels].flatMap(([label, trials]) => table(label, trials));
    return [`## ${row}`, '', ...HEAD, ...lines, ''].join('\n');
  });
  writeFileSync(join(SCRATCH, 'TABLES.md'), parts.join('\n'));
}

async function measure(variant: Variant, result: Result, keep: () => void): Promise<void> {
  const cluster = new Cluster(variant.settings);
  await cluster.create();
  const rig = new Rig(cluster);
  try {
    for (let trial = 0; trial < variant.trials; trial++) {
      const found = await rig.trial(variant.act);
      result.trials.push(found);
      result.load.push(loadavg()[0]!);
      keep();
      console.log(`${result.label} ${trial + 1}/${variant.trials}`, JSON.stringify(found.values));
    }
  } catch (error) {
    result.failures.push(String(error));
    console.error(`${result.label}: ${String(error)}`);
  } finally {
    await rig.stop();
    await cluster.destroy();
    keep();
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      slot: { type: 'string', default: '0' },
      prevote: { type: 'string' },
      only: { type: 'string', default: '' },
      trials: { type: 'string' },
    },
  });
  const lacking = missing();
  if (lacking !== undefined) throw new Error(`cannot measure: ${lacking}`);
  const slot = Number(values.slot);
  for (const [row, variants] of Object.entries(ROWS)) {
    if (positionals.length > 0 && !positionals.some((part) => row.includes(part))) continue;
    const file = join(RESULTS, `${row}.slot${slot}.json`);
    const results: Result[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
    for (const variant of variants) {
      const wanted =
        values.prevote === undefined || (values.prevote === 'on') === variant.settings.preVote;
      if (!wanted || !variant.label.includes(values.only)) continue;
      const settings = { ...variant.settings, slot };
      const trials = Number(values.trials ?? variant.trials);
      const result = { row, label: variant.label, settings, trials: [], load: [], failures: [] };
      results.push(result);
      await measure({ ...variant, settings, trials }, result, () => save(row, slot, results));
      writeTables();
    }
  }
}

await main();
