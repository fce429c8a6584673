/** Bundles the benchmarks, so that they time what users run: compiled code, not a test runner's. */
import { build } from 'esbuild';

const REQUIRE =
  "import { createRequire as createRequireHere } from 'node:module';" +
  'const require = createRequireHere(import.meta.url);';

await build({
  entryPoints: ['main', 'oracles', 'measured', 'shared-fate', 'pairing'].map((name) => `bench/${name}.ts`),
  outdir: 'dist/bench',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  banner: { js: REQUIRE },
  logLevel: 'warning',
});
