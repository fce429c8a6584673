/** Every broken file tells all its mistakes, word for word as in the golden text beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { formatProblem } from '../../src/scenario/text/problems.ts';

const FOLDER = new URL('./broken/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

function problemsOf(file: string): string {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const result = parseScenario(text, { file });
  if (result.ok) return 'no problem\n';
  const lines = text.split(/\r?\n/);
  const told = result.problems.map((problem) => formatProblem(problem, lines[problem.line - 1]));
  return `${told.join('\n')}\n`;
}

describe('broken scenario files', () => {
  it('are many', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(100);
  });

  it.each(FILES)('%s tells what is wrong', async (file) => {
    const told = problemsOf(file);
    expect(told).not.toBe('no problem\n');
    await expect(told).toMatchFileSnapshot(`./broken/${file.replace('.yaml', '.txt')}`);
  });
});
