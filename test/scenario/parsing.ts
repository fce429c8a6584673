/** Scenarios from texts, for the loader's tests. */
import type { Overrides } from '../../src/scenario/option-source.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export function parse(text: string, overrides?: Overrides): Scenario {
  const result = parseScenario(`quorate: 1\n${text}`, {
    file: 'scenarios/some.yaml',
    ...(overrides === undefined ? {} : { overrides }),
  });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

export function warnings(text: string): string[] {
  const result = parseScenario(`quorate: 1\n${text}`, { file: 'some.yaml' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.warnings.map(({ line, message }) => `${line}: ${message}`);
}

export const names = (some: readonly { readonly name: string }[]) => some.map(({ name }) => name);
export const partOf = ({ topology }: Scenario, name: string) =>
  topology.parts.find((part) => part.name === name);
export const modeOf = ({ modes }: Scenario, name: string) =>
  modes.find((mode) => mode.name === name);
