import { defineConfig } from 'vitest/config';

/** What runs before every change: everything but test/real and the long laws (vitest.long.config.ts). */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/**/*.long.test.ts'],
    provide: { isLong: false },
    // Properties and statistical tests simulate for seconds; only a hang takes this long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // All processors; files share their modules, which hold no state of a test's.
    maxWorkers: '100%',
    isolate: false,
  },
});
