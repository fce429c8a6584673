/** The library as the README shows it, built and run as there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Inside the package, whose name leads to what it exports. */
const FOLDER = 'dist/test/library';

const SCRIPT = 'build:library';

beforeAll(() => {
  mkdirSync(FOLDER, { recursive: true });
  execFileSync('npm', ['run', '--silent', SCRIPT]);
});

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Threads that start as soon as they may, so that they do work in a run of a second. */
const WITH_WORKERS = `
import { readFileSync } from 'node:fs';
import { chunkLength, mergeRuns, parseScenario, run } from 'quorate';

const file = 'scenarios/one-crew.yaml';
const asked = (replications) => {
  const parsed = parseScenario(readFileSync(file, 'utf8'), { file, overrides: { replications } });
  return parsed.scenario;
};
const told = ({ levels, objectives, run: { wallSeconds, ...rest } }) =>
  JSON.stringify([levels, objectives, rest]);
const whole = asked(3000);
const threads = new Set();
const onProgress = ({ workers }) => threads.add(workers);
const here = await run(whole);
const there = await run(whole, { workers: 2, alone: 0, onProgress });
const half = asked(1500);
const halves = [await run(half), await run(half, { first: 1500, workers: 2, alone: 0 })];
console.log(chunkLength(whole), Math.max(...threads));
console.log(told(here) === told(there), told(here) === told(mergeRuns(whole, halves)));
`;

it('runs with worker threads, and merges halves, to the same bytes', () => {
  writeFileSync(`${FOLDER}/workers.mjs`, WITH_WORKERS);
  const printed = execFileSync(process.execPath, [`${FOLDER}/workers.mjs`], { encoding: 'utf8' });
  expect(printed).toBe('100 2\ntrue true\n');
});

it('does what the README says', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, script] = /which `npm run ([\w:]+)` makes/.exec(readme)!;
  const [, example] = /```js\n([^`]*from 'quorate'[^`]*)```/.exec(readme)!;
  expect(script).toBe(SCRIPT);
  writeFileSync(`${FOLDER}/try.mjs`, example!);
  const printed = execFileSync(process.execPath, [`${FOLDER}/try.mjs`], { encoding: 'utf8' });
  expect(printed).toMatch(/estimate: 0\.99\d+/);
});
