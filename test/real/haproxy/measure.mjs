/** Bundles the harness and runs it; see measure.ts for the arguments. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const outfile = join(tmpdir(), `quorate-real-haproxy-${process.pid}.mjs`);

await build({
  entryPoints: ['test/real/haproxy/measure.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
});
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
