import { defineConfig } from 'vitest/config';

/** Tests that need real servers: see test/real. They take minutes and root. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
