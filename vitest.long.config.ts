import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.startsWith('real/'))
  .map((name) => ({ name: `test/${name}`, text: readFileSync(`test/${name}`, 'utf8') }));

/** What asks how much to draw: test/support/draws.ts, and support that asks it. */
const asked = files
  .filter(({ name, text }) => name.startsWith('test/support/') && text.includes('/draws.ts'))
  .map(({ name }) => basename(name))
  .concat('draws.ts');

/**
 * What takes too long for every change: files that only run here, named `.long.test.ts`, and those
 * that draw more here than in `npm test`, as test/support/draws.ts tells them to.
 */
export default defineConfig({
  test: {
    include: files
      .filter(({ name }) => name.endsWith('.test.ts'))
      .filter(
        ({ name, text }) =>
          name.endsWith('.long.test.ts') || asked.some((one) => text.includes(`/${one}'`)),
      )
      .map(({ name }) => name),
    provide: { isLong: true },
    testTimeout: 900_000,
    hookTimeout: 300_000,
    maxWorkers: '100%',
    isolate: false,
  },
});
