/** The whole product, from file to figures, beside the bare loop; its memory; its start-up. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { run } from '../src/execute/run.ts';
import { parseScenario } from '../src/scenario/parse-scenario.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { bareLoop } from './bare-loop.ts';

/** Three repairable machines, 1000 h and 10 h, one year a replication. */
const FILE = 'bench/three-machines.yaml';
const CLI = 'dist/cli/main.js';
const LOOK_EVERY_MS = 20;

export interface ReplicationFigures {
  readonly eventsPerYear: number;
  readonly nanosecondsPerEvent: number;
  readonly bareNanosecondsPerEvent: number;
  readonly yearsPerSecond: number;
  /** The product's events a second over the bare loop's, median of the pairs. */
  readonly ratio: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

function load(replications: number): Scenario {
  const parsed = parseScenario(readFileSync(FILE, 'utf8'), {
    file: FILE,
    overrides: { replications },
  });
  if (!parsed.ok) throw new Error(`${FILE} does not parse`);
  return parsed.scenario;
}

/** Product and bare loop in turn, so that both meet the same weather on the machine. */
export async function measureReplications(
  replications: number,
  rounds: number,
): Promise<ReplicationFigures> {
  const product: number[] = [];
  const bare: number[] = [];
  let eventsPerYear = 0;
  for (let round = 0; round <= rounds; round++) {
    const bareStart = performance.now();
    const bareEvents = bareLoop(replications);
    const bareTime = (performance.now() - bareStart) / bareEvents;
    const start = performance.now();
    const result = await run(load(replications));
    const time = (performance.now() - start) / result.run.eventsExecuted;
    eventsPerYear = result.run.eventsExecuted / result.run.yearsSimulated;
    if (round === 0) continue;
    product.push(time * 1e6);
    bare.push(bareTime * 1e6);
  }
  const nanosecondsPerEvent = median(product);
  return {
    eventsPerYear,
    nanosecondsPerEvent,
    bareNanosecondsPerEvent: median(bare),
    yearsPerSecond: 1e9 / (nanosecondsPerEvent * eventsPerYear),
    ratio: median(bare.map((time, index) => time / product[index]!)),
  };
}

/**
 * Peak resident memory in MiB of the command over so many replications, as the kernel tells while
 * it runs; NaN where there is no /proc to ask.
 */
export async function peakMemory(replications: number): Promise<number> {
  const args = [CLI, 'run', FILE, '--quiet', '--replications', String(replications)];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  let peak = Number.NaN;
  const look = setInterval(() => {
    const status = `/proc/${child.pid}/status`;
    const told = existsSync(status) && /VmHWM:\s*(\d+)/.exec(readFileSync(status, 'utf8'));
    if (told) peak = Number(told[1]) / 1024;
  }, LOOK_EVERY_MS);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(look);
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
  return peak;
}

/** Wall milliseconds of `quorate check` and of an empty node, medians of runs in turn. */
export function startUp(rounds: number): { readonly check: number; readonly node: number } {
  const check: number[] = [];
  const node: number[] = [];
  const time = (args: readonly string[]) => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args);
    if (status !== 0) throw new Error(`node ${args.join(' ')} failed`);
    return performance.now() - start;
  };
  for (let round = 0; round <= rounds; round++) {
    const empty = time(['-e', '0']);
    const checked = time([CLI, 'check', 'scenarios/three-zones.yaml']);
    if (round === 0) continue;
    node.push(empty);
    check.push(checked);
  }
  return { check: median(check), node: median(node) };
}
