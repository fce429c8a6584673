import { defineConfig } from 'vitest/config';
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/**/*.long.test.ts'],
    provide: { isLong: false },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: '100%',
    isolate: false,
    execArgv: [
      '--import',
      new URL('./test/loader.mjs', import.meta.url).href,
      '--enable-source-maps',
    ],
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
