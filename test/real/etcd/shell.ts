/** Runs programs, tells the time, builds the helpers. Left out: anything about etcd. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/** Everything the harness leaves behind: data, logs, binaries, results. */
export const SCRATCH = process.env.REAL_ETCD_SCRATCH ?? join(tmpdir(), 'quorate-real-etcd');

/** Wall-clock milliseconds, as in etcd's log, but with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

export function run(command: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { encoding: 'utf8' }, (error, output, complaint) => {
      if (error === null) resolve(output);
      else reject(new Error(`${command} ${args.join(' ')}: ${complaint || error.message}`));
    });
    // Most of them end without having read a word.
    child.stdin?.on('error', () => {}).end(input);
  });
}

/** What is missing on this machine, or undefined. */
export function missing(): string | undefined {
  const needed = { etcd: 'etcd-server', ip: 'iproute2', iptables: 'iptables', gcc: 'gcc' };
  for (const [program, parcel] of Object.entries(needed)) {
    if (spawnSync('which', [program]).status !== 0) {
      return `${program} is not installed (Debian: apt-get install -y ${parcel})`;
    }
  }
  const root = process.getuid?.() === 0;
  return root ? undefined : 'network namespaces need root';
}

/** The path of a compiled helper, built when its source is newer. */
export async function helper(name: string): Promise<string> {
  const source = join('test/real/etcd/helpers', `${name}.c`);
  const binary = join(SCRATCH, name);
  mkdirSync(SCRATCH, { recursive: true });
  if (!existsSync(binary) || statSync(binary).mtimeMs < statSync(source).mtimeMs) {
    await run('gcc', ['-O2', '-Wall', '-o', binary, source]);
  }
  return binary;
}

/** Polls until `holds` does. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patience = 60_000,
): Promise<void> {
  const end = now() + patience;
  while (!(await holds())) {
    if (now() > end) throw new Error(`waited ${patience} ms in vain until ${what}`);
    await sleep(10);
  }
}
