/** Reports of real runs of small scenarios, for tests that look at how they are told. */
import { readFileSync } from 'node:fs';
import { run } from '../../src/execute/run.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import type { Overrides } from '../../src/scenario/option-source.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const GOLDEN = 'test/golden';

export function scenarioFrom(text: string, overrides: Overrides = {}): Scenario {
  const parsed = parseScenario(text, { file: 'test.yaml', overrides });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.scenario;
}

export function goldenScenario(name: string, overrides: Overrides = {}): Scenario {
  return scenarioFrom(readFileSync(`${GOLDEN}/${name}.yaml`, 'utf8'), overrides);
}

export async function reportOf(scenario: Scenario, timing = false): Promise<RunReport> {
  return {
    scenario,
    result: await run(scenario),
    file: 'test.yaml',
    digest: '0123456789abcdef'.repeat(4),
    version: '0.0.0',
    command: 'quorate run test.yaml --seed 42',
    timing,
  };
}
