/** The library as the README shows it, built and run as there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 });

/** Inside the package, whose name leads to what it exports. */
const FOLDER = 'dist/test/library';

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

it('does what the README says', () => {
  const readme = readFileSync('README.md', 'utf8');
  const [, script] = /which `npm run ([\w:]+)` makes/.exec(readme)!;
  const [, example] = /```js\n([^`]*from 'quorate'[^`]*)```/.exec(readme)!;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/try.mjs`, example!);
  execFileSync('npm', ['run', '--silent', script!]);
  const printed = execFileSync(process.execPath, [`${FOLDER}/try.mjs`], { encoding: 'utf8' });
  expect(printed).toMatch(/estimate: 0\.99\d+/);
});
