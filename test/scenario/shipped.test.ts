/** Every shipped scenario parses, opens with its question, and tells its sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';

const FOLDER = new URL('../../scenarios/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

const EVEN = ['two-members.yaml', 'four-members.yaml'];

describe('shipped scenarios', () => {
  it.each(FILES)('%s parses and asks a question', (file) => {
    const text = readFileSync(new URL(file, FOLDER), 'utf8');
    const result = parseScenario(text, { file });
    if (!result.ok) throw new Error(JSON.stringify(result.problems));
    expect(result.warnings.length).toBe(EVEN.includes(file) ? 1 : 0);
    expect(result.scenario.question).toMatch(/\?$/);
    for (const { value, origin } of result.scenario.parameters) {
      expect(value).not.toBe('');
      if (origin.kind !== 'file' && origin.kind !== 'option') expect(origin.source).not.toBe('');
    }
  });

  it('are all there', () => {
    expect(FILES.length).toBe(82);
  });
});
