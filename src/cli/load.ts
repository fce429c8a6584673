/** From a file's name to a checked scenario, or to all that is wrong with it. */
import type { OptionOverrides } from '../scenario/option-overrides.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Problem } from '../scenario/text/problems.ts';
import { ScenarioRefusal } from './exit-codes.ts';
import { readScenarioFile } from './input.ts';
import { tell } from './messages.ts';

export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly file: string;
  readonly digest: string;
}

export interface LoadOptions {
  readonly overrides: OptionOverrides;
  /** Leaves warnings out. */
  readonly quiet: boolean;
}

/** @throws Refusal where the file cannot be read, ScenarioRefusal where it is no scenario */
export async function loadScenario(name: string, options: LoadOptions): Promise<LoadedScenario> {
  const [{ file, text, digest }, { parseScenario }, { formatProblem }] = await Promise.all([
    readScenarioFile(name),
    import('../scenario/parse-scenario.ts'),
    import('../scenario/text/problems.ts'),
  ]);
  const lines = text.split(/\r?\n/);
  const format = (problem: Problem) => formatProblem(problem, lines[problem.line - 1]);
  const parsed = parseScenario(text, { file, overrides: options.overrides });
  if (!parsed.ok)
    throw new ScenarioRefusal(parsed.problems.map(namedAsTyped).map(format).join('\n'));
  if (!options.quiet) for (const warning of parsed.warnings) tell(format(asWarning(warning)));
  return { scenario: parsed.scenario, file, digest };
}

export function asWarning(problem: Problem): Problem {
  return { ...problem, message: `warning: ${problem.message}` };
}

/** The horizon is given as `--years`, so what is wrong with it is told of that. */
function namedAsTyped(problem: Problem): Problem {
  return problem.file === '--horizon' ? { ...problem, file: '--years' } : problem;
}
