/** The scenarios that docs/model.md names beside a kind of failure really hold that kind. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../src/faults/kinds/fault-kinds.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';

const ROOT = new URL('../../../', import.meta.url);
const text = readFileSync(new URL('docs/model.md', ROOT), 'utf8');
const [, table = ''] = /\| kind \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(text) ?? [];

const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word!);
const claims = table
  .trim()
  .split('\n')
  .flatMap((row) => {
    const cells = row.split('|');
    return quoted(cells[1]).flatMap((kind) =>
      quoted(cells[4]).map((file) => [kind, file] as const),
    );
  });

/** How the modes of what the table calls by its section are told. */
const SECTIONS: Readonly<Record<string, RegExp>> = {
  sharedRisks: /^risk\.outage$/,
  partitions: /^partition\./,
  commonCauses: /^commonCause\./,
  components: /^component\.failure$/,
  beta: /\.common$/,
};

function holds({ modes }: Scenario, kind: string): boolean {
  return modes.some((mode) => SECTIONS[kind]?.test(mode.kind) ?? mode.kind === kind);
}

describe('docs/model.md', () => {
  it('tells of every kind of failure', () => {
    const told = claims.map(([kind]) => kind).sort();
    expect(told).toEqual([...FAULT_KINDS.map(({ key }) => key), ...Object.keys(SECTIONS)].sort());
  });

  it.each(claims)('names beside %s a scenario that holds it: %s', (kind, file) => {
    const found = parseScenario(readFileSync(new URL(`scenarios/${file}`, ROOT), 'utf8'), { file });
    if (!found.ok) throw new Error(JSON.stringify(found.problems));
    expect(holds(found.scenario, kind)).toBe(true);
  });
});
