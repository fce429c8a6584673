import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**'],
    // Properties and statistical tests simulate for seconds; only a hang takes this long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // All processors; files share their modules, which hold no state of a test's.
    maxWorkers: '100%',
    isolate: false,
  },
});
