/** From a file's name to a checked scenario, or to all that is wrong with it. */
import type { Scenario } from '../scenario/scenario.ts';
import type { Problem } from '../scenario/text/problems.ts';
import { ScenarioRefusal } from './exit-codes.ts';
import { readScenarioFile } from './input.ts';
import { tell } from './messages.ts';
import type { GivenOverrides } from './overrides.ts';

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly file: string;
  readonly digest: string;
}

interface LoadOptions {
  readonly overrides: GivenOverrides;
  /** Leaves warnings out. */
  readonly quiet: boolean;
}

/** @throws Refusal where the file cannot be read, ScenarioRefusal where it is no scenario */
export async function loadScenario(name: string, options: LoadOptions): Promise<LoadedScenario> {
  const [{ file, text, digest }, { parseScenario, readSettings }, { formatProblem }] =
    await Promise.all([
      readScenarioFile(name),
      import('../scenario/parse-scenario.ts'),
      import('../scenario/text/problems.ts'),
    ]);
  const { values, settings } = options.overrides;
  const lines = text.split(/\r?\n/);
  const format = (problem: Problem) => formatProblem(problem, lines[problem.line - 1]);
  const overrides = { ...values, ...readSettings(settings) };
  const parsed = parseScenario(text, { file, overrides });
  if (!parsed.ok)
    throw new ScenarioRefusal(parsed.problems.map(namedAsTyped).map(format).join('\n'));
  if (!options.quiet) for (const warning of parsed.warnings) tell(format(asWarning(warning)));
  return { scenario: parsed.scenario, ...(parsed.resolvedFrom ?? { file, digest }) };
}

export function asWarning(problem: Problem): Problem {
  return { ...problem, message: `warning: ${problem.message}` };
}

/** The horizon is given as `--years`, so what is wrong with it is told of that. */
function namedAsTyped(problem: Problem): Problem {
  return problem.file === '--horizon' ? { ...problem, file: '--years' } : problem;
}
