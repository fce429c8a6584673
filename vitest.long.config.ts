import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !name.startsWith('real/'))
  .map((name) => `test/${name}`);

/**
 * What takes too long for every change: files that only run here, named `.long.test.ts`, and those
 * that draw more here than in `npm test`, as test/support/draws.ts tells them to.
 */
export default defineConfig({
  test: {
    include: tests.filter(
      (file) =>
        file.endsWith('.long.test.ts') || readFileSync(file, 'utf8').includes('support/draws.ts'),
    ),
    provide: { isLong: true },
    testTimeout: 900_000,
    hookTimeout: 300_000,
    maxWorkers: '100%',
    isolate: false,
  },
});
