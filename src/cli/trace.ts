/**
 * What `quorate run --trace` does: one replication's state changes, printed and written as they
 * come. The simulation waits for whoever reads slowly, and ends where nobody reads any more.
 */
import { setImmediate as pause } from 'node:timers/promises';
import { formatTime } from '../engine/clock.ts';
import { count, counted } from '../report/numbers.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { World } from '../study/world.ts';
import { EXIT, type ExitCode, Refusal } from './exit-codes.ts';
import { type Interruption, listenForInterruption } from './interruption.ts';
import { tell } from './messages.ts';
import type { Format } from './options.ts';
import { type OutputFile, print } from './output.ts';
import { TraceOutput, TraceRecorder } from './trace-output.ts';
import { WholeFile } from './whole-file.ts';

export interface TraceOptions {
  /** From 1. */
  readonly replication: number;
  readonly format: Format;
  readonly awake: boolean;
  readonly quiet: boolean;
  readonly outputs: readonly OutputFile[];
}

/** Events between looks at the outputs: what they gather until then stays in memory. */
const EVENT_BUDGET = 1000;
/** Milliseconds of work between looks at interruptions. */
const PAUSE_EVERY = 100;

export async function traceReplication(
  scenario: Scenario,
  options: TraceOptions,
): Promise<ExitCode> {
  const { replication, outputs, quiet } = options;
  const formats = [options.format, ...outputs.map(({ format }) => format)].map(traceFormat);
  const asked = replicationsOf(scenario);
  if (replication > asked) {
    const most = counted(asked, 'replication');
    throw new Refusal(`--trace ${replication}: the scenario has ${most}`);
  }
  if (!quiet) tell(`replication ${count(replication)} of ${count(asked)}, seed ${scenario.seed}`);
  const interruption = listenForInterruption();
  const files: WholeFile[] = [];
  try {
    for (const { path } of outputs) files.push(await WholeFile.open(path));
    const targets = [print, ...files.map((file) => writerTo(file))].map(
      (write, index) => new TraceOutput(scenario, formats[index]!, write),
    );
    const recorder = new TraceRecorder(scenario, targets);
    await simulate(scenario, options, recorder, interruption);
    for (const file of files) await file.finish();
    return told(recorder, scenario, options, interruption);
  } finally {
    for (const file of files) await file.abandon();
    interruption.stopListening();
  }
}

async function simulate(
  scenario: Scenario,
  { replication, awake }: TraceOptions,
  recorder: TraceRecorder,
  { signal }: Interruption,
): Promise<void> {
  const world = new World(scenario, { neverSleep: awake, trace: recorder });
  world.begin(replication - 1);
  let lastPause = performance.now();
  while (!signal.aborted && recorder.hasReaders) {
    if (world.advance(EVENT_BUDGET)) {
      recorder.isComplete = true;
      break;
    }
    await recorder.handOn();
    if (performance.now() - lastPause < PAUSE_EVERY) continue;
    await pause();
    lastPause = performance.now();
  }
  await recorder.finish();
}

function told(
  { isComplete, hasReaders, lines, latest }: TraceRecorder,
  { warmUp, horizon }: Scenario,
  { quiet }: TraceOptions,
  interruption: Interruption,
): ExitCode {
  const end = formatTime(warmUp + horizon).trim();
  if (!isComplete && hasReaders) {
    tell(`INCOMPLETE: interrupted after ${formatTime(latest).trim()} of ${end}`);
    return interruption.exitCode ?? EXIT.interrupted;
  }
  if (isComplete && lines === 0 && !quiet) tell(`nothing changed in this replication, in ${end}`);
  return EXIT.met;
}

function replicationsOf({ stop }: Scenario): number {
  return stop.kind === 'replications' ? stop.count : stop.maximumReplications;
}

function writerTo(file: WholeFile) {
  return async (text: string) => {
    await file.write(text);
    return true;
  };
}

function traceFormat(format: Format) {
  if (format === 'md') throw new Refusal('a trace can be table, json or csv, not md');
  return format;
}
