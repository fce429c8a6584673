/** What `explain` writes as JSON is the scenario: it means the same as the file it came from. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderExplanation } from '../../src/report/explain.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const SHIPPED = new URL('../../scenarios/', import.meta.url);
const files = readdirSync(SHIPPED).filter((file) => file.endsWith('.yaml'));

function scenarioOf(text: string, file: string, overrides = {}): Scenario {
  const parsed = parseScenario(text, { file, overrides });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const treeOf = (scenario: Scenario, file: string) =>
  renderExplanation({ scenario, file, digest: 'abc' }, 'json');

describe('a resolved scenario', () => {
  it.each(files)('of %s is the same scenario', (file) => {
    const scenario = scenarioOf(readFileSync(new URL(file, SHIPPED), 'utf8'), file);
    const again = scenarioOf(treeOf(scenario, file), 'tree.json');
    expect(again).toEqual(scenario);
    expect(treeOf(again, file)).toBe(treeOf(scenario, file));
  });

  it('keeps what options gave, and takes more', () => {
    const text = 'quorate: 1\ntopology: { zones: [a, b] }\nload: {}\n';
    const scenario = scenarioOf(text, 'a.yaml', { 'topology.controlPlanes': 5, seed: 'x: y' });
    const again = scenarioOf(treeOf(scenario, 'a.yaml'), 'tree.json', { horizon: '2 years' });
    expect(again.seed).toBe('x: y');
    expect(again.topology.members).toHaveLength(5);
    expect(again.horizon).toBe(2 * scenario.horizon);
  });

  it('keeps its values though defaults change', () => {
    const scenario = scenarioOf('quorate: 1\netcd: {}\n', 'a.yaml');
    const tree = treeOf(scenario, 'a.yaml').replaceAll('"1000 ms"', '"1234 ms"');
    expect(scenarioOf(tree, 'tree.json').topology.etcd!.electionTimeout).toBe(1_234_000);
  });

  it.each([
    ['{ "quorate": 1, "resolved": {}, "parameters": [] }', 'this is no resolved scenario'],
    [
      '{"quorate":1,"resolved":{"file":"a","digest":"b","question":null},"parameters":' +
        '[{"path":"topology.cows","text":"3","origin":{"kind":"option"}}]}',
      'no parameter of a scenario: topology.cows',
    ],
  ])('%s is refused', (text, message) => {
    const parsed = parseScenario(text, { file: 'tree.json' });
    expect(parsed.ok ? [] : parsed.problems.map((problem) => problem.message).join()).toContain(
      message,
    );
  });
});
