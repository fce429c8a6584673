/** `quorate run FILE`: simulates a scenario and reports how available it is, and why not more. */

import { count } from '../report/numbers.ts';
import type { Command } from './command.ts';
import { EXIT, type ExitCode, outcomeOf } from './exit-codes.ts';
import { listenForInterruption } from './interruption.ts';
import { type LoadedScenario, loadScenario } from './load.ts';
import { paintFor, tell } from './messages.ts';
import { type Format, filePositional, flag, formatOption, once, positiveWhole } from './options.ts';
import { checkOutputs, type OutputFile, outOption, print } from './output.ts';
import { OVERRIDE_OPTIONS, type OverrideArguments, overridesOf } from './overrides.ts';
import { doneText, ProgressLine } from './progress.ts';
import { repeatCommand } from './repeat-command.ts';
import { shortfalls } from './shortfalls.ts';
import { VERSION } from './version.ts';
import { writeWhole } from './whole-file.ts';

interface RunArguments extends OverrideArguments {
  readonly file: string;
  readonly format?: Format;
  readonly out?: OutputFile[];
  /** A replication, from 1. */
  readonly trace?: number;
  readonly awake?: boolean;
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
    awake: flag('simulate every tick of every timer: the same figures (of leases: in law), slower'),
    timing: flag('add wall time to JSON, which then differs from run to run'),
    quiet: flag('print results and errors only'),
    'no-color': flag('no colours on a terminal; NO_COLOR does the same'),
  },
  examples: [
    ['run cluster.yaml', 'the report'],
    ['run cluster.yaml --precision 5', 'until the answer is that sure'],
    ['run cluster.yaml --out a.json', 'the report, and all of it as JSON too'],
    ['run cluster.yaml --trace 7', 'what happens in the seventh history'],
  ],
  act: (argv) => act(argv as unknown as RunArguments),
};

async function act(options: RunArguments): Promise<ExitCode> {
  const outputs = options.out ?? [];
  checkOutputs(outputs, [options.file]);
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
  const { scenario, file, digest } = loaded;
  const [{ run }, { renderRun }] = await Promise.all([
    import('../study/run.ts'),
    import('../report/run-forms.ts'),
  ]);
  const isQuiet = options.quiet ?? false;
  const progress = new ProgressLine(scenario.stop);
  const showsProgress = process.stderr.isTTY && !isQuiet;
  const interruption = listenForInterruption();
  const result = await run(scenario, {
    awake: options.awake ?? false,
    signal: interruption.signal,
    ...(showsProgress ? { onProgress: (state) => progress.show(state) } : {}),
  });
  interruption.stopListening();
  progress.clear();
  if (result.run.replications === 0) {
    tell('quorate run: interrupted before the first replication was done: nothing to report');
    return interruption.exitCode ?? EXIT.interrupted;
  }
  const command = repeatCommand(file, result.run, scenario.parameters);
  const timing = options.timing ?? false;
  const report = { scenario, result, file, digest, version: VERSION, command, timing };
  for (const { path, format } of outputs) await writeWhole(path, renderRun(report, format));
  const paint = paintFor(options['no-color'] ?? false);
  await print(renderRun(report, options.format ?? 'table', paint));
  if (!isQuiet) tell(doneText(result));
  if (!result.run.complete) {
    const { replications, replicationsAsked } = result.run;
    const done = `${count(replications)} of ${count(replicationsAsked)} replications`;
    tell(`INCOMPLETE: interrupted after ${done}`);
    return interruption.exitCode ?? EXIT.interrupted;
  }
  for (const line of shortfalls(scenario, result)) tell(line);
  return outcomeOf(result);
}
