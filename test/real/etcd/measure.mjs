/** Bundles the harness and runs it at raised priority; see main.ts for the arguments. */
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const outfile = join(tmpdir(), 'quorate-real-etcd', `main-${process.pid}.mjs`);

await build({
  entryPoints: ['test/real/etcd/main.ts'],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
});
const command = ['-n', '-15', process.execPath, '--enable-source-maps', outfile];
const { status } = spawnSync('nice', [...command, ...process.argv.slice(2)], { stdio: 'inherit' });
process.exitCode = status ?? 1;
