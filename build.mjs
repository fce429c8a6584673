/**
 * Bundles the command line into dist/cli, or the directory given: one file to start, and others for
 * what the commands add. A run that is going on finds the files of its own build until the build
 * after the next: new files take their places one by one, the one to start last.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const directory = process.argv[2] ?? 'dist/cli';
const aside = `${directory}.${process.pid}.tmp`;
const START = 'main.js';
/** Packages written as CommonJS call `require` for Node's own modules. */
const REQUIRE =
  "import { createRequire as createRequireHere } from 'node:module';" +
  'const require = createRequireHere(import.meta.url);';

try {
  await build({
    entryPoints: {
      main: `src/cli/${START.replace('.js', '.ts')}`,
      worker: 'src/execute/worker.ts',
    },
    // It starts threads from files of its own.
    external: ['piscina'],
    outdir: aside,
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
  takeOver();
} finally {
  rmSync(aside, { recursive: true, force: true });
}

/** All files of a build carry one time, by which those of the build before are known. */
function takeOver() {
  mkdirSync(directory, { recursive: true });
  const before = statSync(join(directory, START), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const chunks = readdirSync(aside).filter((name) => name !== START);
  const now = Math.floor(Date.now() / 1000);
  for (const name of [...chunks, START]) {
    utimesSync(join(aside, name), now, now);
    renameSync(join(aside, name), join(directory, name));
  }
  for (const name of readdirSync(directory)) {
    if (statSync(join(directory, name)).mtimeMs < before) rmSync(join(directory, name));
  }
}
