/** `quorate check FILE...`: whether scenarios can be run, and all that is wrong with the others. */

import type { Scenario } from '../scenario/scenario.ts';
import type { Problem } from '../scenario/text/problems.ts';
import type { Command } from './command.ts';
import { EXIT, type ExitCode, Refusal } from './exit-codes.ts';
import { readScenarioFile } from './input.ts';
import { asWarning } from './load.ts';
import { besideOrBelow, tell } from './messages.ts';
import { type Format, filePositional, flag, formatOption } from './options.ts';
import { checkOutputs, type OutputFile, outOption, print } from './output.ts';
import {
  type GivenOverrides,
  OVERRIDE_OPTIONS,
  type OverrideArguments,
  overridesOf,
} from './overrides.ts';
import { writeWhole } from './whole-file.ts';

const CHECK_FORMATS = ['table', 'json'] as const;

interface CheckArguments extends OverrideArguments {
  readonly files: readonly string[];
  readonly format?: Format;
  readonly out?: OutputFile[];
  readonly quiet?: boolean;
}

/** One file's answer; JSON output is a list of these. */
interface Checked {
  readonly file: string;
  readonly ok: boolean;
  readonly members?: number;
  readonly machines?: number;
  readonly failureModes?: number;
  readonly events?: number;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export const checkCommand: Command = {
  name: 'check',
  usage: 'check <files..>',
  describe: 'Checks scenarios and tells all that is wrong with them at once',
  positionals: {
    files: { ...filePositional('scenarios, or - for standard input'), default: undefined },
  },
  options: {
    ...OVERRIDE_OPTIONS,
    format: formatOption(CHECK_FORMATS),
    out: outOption(CHECK_FORMATS),
    quiet: flag('print problems only'),
  },
  examples: [
    ['check scenarios/*.yaml', 'all of them'],
    ['check cluster.yaml --format json', 'problems with line and column, for tools'],
  ],
  act: (argv) => act(argv as unknown as CheckArguments),
};

async function act(options: CheckArguments): Promise<ExitCode> {
  const { files, format, out = [], quiet = false } = options;
  const told = { onTerminal: format !== 'json', quiet };
  checkOutputs(out, files);
  const answers: Checked[] = [];
  for (const file of files) answers.push(await checkFile(file, overridesOf(options), told));
  for (const { path, format: written } of out) await writeWhole(path, render(answers, written));
  if (format === 'json' || !quiet) await print(render(answers, format));
  return answers.every(({ ok }) => ok) ? EXIT.met : EXIT.badInput;
}

/** As a table, of the good ones alone: the problems of others are told on standard error. */
function render(answers: readonly Checked[], format: Format = 'table'): string {
  if (format === 'json') return `${JSON.stringify(answers, null, 2)}\n`;
  const good = answers.filter(({ ok }) => ok);
  return good.map(okLine).join('');
}

async function checkFile(
  name: string,
  { values, settings }: GivenOverrides,
  { onTerminal: tells, quiet }: { readonly onTerminal: boolean; readonly quiet: boolean },
): Promise<Checked> {
  const [{ parseScenario, readSettings }, { formatProblem }] = await Promise.all([
    import('../scenario/parse-scenario.ts'),
    import('../scenario/text/problems.ts'),
  ]);
  try {
    const { file, text } = await readScenarioFile(name);
    const lines = text.split(/\r?\n/);
    const format = (problem: Problem) => formatProblem(problem, lines[problem.line - 1]);
    const overrides = { ...values, ...readSettings(settings) };
    const parsed = parseScenario(text, { file, overrides });
    const problems = parsed.ok ? [] : parsed.problems;
    const warnings = parsed.ok ? parsed.warnings : [];
    if (tells) {
      for (const problem of problems) tell(format(problem));
      if (!quiet) for (const warning of warnings) tell(format(asWarning(warning)));
    }
    return {
      file,
      ok: parsed.ok,
      ...(parsed.ok ? sizes(parsed.scenario) : {}),
      problems,
      warnings,
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (tells) tell(error.message);
    const problem = { file: name, line: 0, column: 0, message: error.message };
    return { file: name, ok: false, problems: [problem], warnings: [] };
  }
}

function sizes({ topology, modes, events }: Scenario) {
  return {
    members: topology.members.length,
    machines: topology.parts.filter(({ kind }) => kind === 'machine').length,
    failureModes: modes.length,
    events: events.length,
  };
}

function okLine({
  file,
  members = 0,
  machines = 0,
  failureModes = 0,
  events = 0,
  warnings,
}: Checked) {
  const fields = [
    counted(members, 'member'),
    counted(machines, 'machine'),
    counted(failureModes, 'failure mode'),
    ...(events > 0 ? [counted(events, 'event')] : []),
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
  ];
  return `${besideOrBelow(`ok  ${file}:`, fields.join(', '))}\n`;
}

function counted(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}
