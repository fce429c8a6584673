/** `quorate run FILE`: simulates a scenario and reports how available it is, and why not more. */

import type { RunFailure } from '../execute/run.ts';
import { count } from '../report/numbers.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunResult } from '../study/result.ts';
import type { Command } from './command.ts';
import { EXIT, type ExitCode, outcomeOf } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { type LoadedScenario, loadScenario } from './load.ts';
import { paintFor, tell, widthOf } from './messages.ts';
import {
  type Format,
  filePositional,
  flag,
  formatOption,
  once,
  positiveWhole,
  single,
  text,
} from './options.ts';
import { checkOutputs, type OutputFile, outOption, print } from './output.ts';
import { OVERRIDE_OPTIONS, type OverrideArguments, overridesOf } from './overrides.ts';
import { doneText, ProgressLine } from './progress.ts';
import { repeatCommand } from './repeat-command.ts';
import type { RowsFile } from './rows-file.ts';
import { VERSION } from './version.ts';
import { writeWhole } from './whole-file.ts';

interface RunArguments extends OverrideArguments {
  readonly file: string;
  readonly format?: Format;
  readonly out?: OutputFile[];
  /** A replication, from 1. */
  readonly trace?: number;
  readonly awake?: boolean;
  readonly workers?: number;
  readonly 'replications-out'?: string;
  readonly details?: boolean;
  readonly timing?: boolean;
  readonly quiet?: boolean;
  readonly 'no-color'?: boolean;
}

export const runCommand: Command = {
  name: 'run',
  usage: 'run <file>',
  describe: 'Simulates a scenario and reports how available it is, and why not more',
  positionals: {
    file: filePositional('the scenario, or - for standard input'),
  },
  options: {
    ...OVERRIDE_OPTIONS,
    format: formatOption(),
    out: outOption(),
    trace: {
      type: 'string',
      describe: 'print the state changes of one replication (the first, or that number) instead',
      coerce: (value: unknown) => {
        const number = once('trace', value);
        return number === undefined ? undefined : positiveWhole(number, 'trace');
      },
    },
    awake: flag(
      'simulate every tick instead of skipping idle time: the same results (leases: same ' +
        'distribution), slower',
    ),
    workers: single('workers', 'threads that simulate [as many as may run]', positiveWhole),
    'replications-out': single(
      'replications-out',
      'also write a CSV file with a row for each replication',
      text,
    ),
    details: flag('print every figure of each level, not one screen'),
    timing: flag('add wall time to JSON, which then differs from run to run'),
    quiet: flag('print results and errors only'),
    'no-color': flag('no colours on a terminal; NO_COLOR does the same'),
  },
  examples: [
    ['run cluster.yaml', 'the answer, on one screen'],
    ['run cluster.yaml --details', 'every figure of each level'],
    ['run cluster.yaml --precision 5', 'until the answer is that sure'],
    ['run cluster.yaml --out a.json', 'the answer, and the whole result as JSON too'],
    ['run cluster.yaml --set topology.controlPlanes=5', 'with another value of a parameter'],
    ['run cluster.yaml --trace 7', 'what happens in the seventh history'],
  ],
  act: (argv) => act(argv as unknown as RunArguments),
};

async function act(options: RunArguments): Promise<ExitCode> {
  const outputs = options.out ?? [];
  const rows = options['replications-out'];
  const named = rows === undefined ? [] : [{ path: rows, format: 'csv' as const }];
  checkOutputs([...outputs, ...named], [options.file]);
  const loaded = await loadScenario(options.file, {
    quiet: options.quiet ?? false,
    overrides: overridesOf(options),
  });
  if (options.trace === undefined) return simulate(loaded, outputs, options);
  const { traceReplication } = await import('./trace.ts');
  const { trace: replication, format = 'table', awake = false, quiet = false } = options;
  return traceReplication(loaded.scenario, { replication, format, awake, quiet, outputs });
}

async function simulate(
  loaded: LoadedScenario,
  outputs: readonly OutputFile[],
  options: RunArguments,
): Promise<ExitCode> {
  const { scenario } = loaded;
  const interruption = listenForInterruption();
  const rows = await openRows(options['replications-out'], scenario);
  try {
    const { result, failure } = await execute(scenario, options, rows, interruption.signal);
    interruption.stopListening();
    await rows?.finish(result);
    if (result.run.replications === 0 && failure === undefined) {
      tell('quorate run: interrupted before the first replication was done: nothing to report');
      return interruption.exitCode ?? EXIT.interrupted;
    }
    if (result.run.replications > 0) await report(loaded, result, outputs, options);
    if (failure !== undefined) throw failure.cause;
    if (!result.run.complete) return interruption.exitCode ?? EXIT.interrupted;
    const { shortfalls } = await import('./shortfalls.ts');
    for (const line of shortfalls(scenario, result)) tell(line);
    return outcomeOf(result);
  } finally {
    await rows?.abandon();
  }
}

async function openRows(
  path: string | undefined,
  scenario: Scenario,
): Promise<RowsFile | undefined> {
  if (path === undefined) return undefined;
  const { RowsFile } = await import('./rows-file.ts');
  return RowsFile.open(path, scenario);
}

/** The result, of what was done before it where the run failed. */
async function execute(
  scenario: Scenario,
  options: RunArguments,
  rows: RowsFile | undefined,
  signal: AbortSignal,
): Promise<{ readonly result: RunResult; readonly failure?: RunFailure }> {
  const [{ run, RunFailure }, { availableWorkers }] = await Promise.all([
    import('../execute/run.ts'),
    import('../execute/available-workers.ts'),
  ]);
  const progress = new ProgressLine(scenario.stop, process.stderr.isTTY);
  try {
    const result = await run(scenario, {
      awake: options.awake ?? false,
      workers: options.workers ?? availableWorkers(),
      signal,
      ...(rows === undefined ? {} : { onRows: (some, first) => rows.write(some, first) }),
      ...(options.quiet ? {} : { onProgress: (state) => progress.show(state) }),
    });
    return { result };
  } catch (error) {
    if (!(error instanceof RunFailure)) throw error;
    return { result: error.result, failure: error };
  } finally {
    progress.clear();
  }
}

async function report(
  { scenario, file, digest }: LoadedScenario,
  result: RunResult,
  outputs: readonly OutputFile[],
  options: RunArguments,
): Promise<void> {
  const { renderRun } = await import('../report/run-forms.ts');
  const command = repeatCommand(file, result.run, scenario.parameters);
  const timing = options.timing ?? false;
  const told = { scenario, result, file, digest, version: VERSION, command, timing };
  for (const { path, format } of outputs) await writeWhole(path, renderRun(told, format));
  const paint = paintFor(options['no-color'] ?? false);
  const table = { paint, width: widthOf(), details: options.details ?? false };
  await print(renderRun(told, options.format ?? 'table', table));
  if (!options.quiet) tell(doneText(result));
  if (result.run.complete) return;
  const { replications, replicationsAsked } = result.run;
  const done = `${count(replications)} of ${count(replicationsAsked)} replications`;
  tell(`INCOMPLETE: interrupted after ${done}`);
}
