/**
 * Bundles the command line into dist/cli, or the directory given: one file to start, and others for
 * what the commands add.
 */
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const directory = process.argv[2] ?? 'dist/cli';
/** Packages written as CommonJS call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as createRequireHere } from 'node:module';" +
  'const require = createRequireHere(import.meta.url);';

rmSync(directory, { recursive: true, force: true });
await build({
  entryPoints: ['src/cli/main.ts'],
  outdir: directory,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  banner: { js: REQUIRE },
  logLevel: 'warning',
});
