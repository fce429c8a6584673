/** Runs the bundled command line as a process of its own, as people do. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

export interface Finished {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Workbench {
  /** A folder of its own, removed afterwards; the process runs in it. */
  readonly folder: string;
  quorate(words: readonly string[], options?: ProcessOptions): Promise<Finished>;
  /** Interrupts later and later until the command had begun to print when the signal came. */
  interrupted(words: readonly string[], name: NodeJS.Signals): Promise<Finished>;
}

export interface ProcessOptions {
  readonly input?: string;
  /** Sent after so many milliseconds. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: number };
  /** Reads this many bytes of standard output and closes it. */
  readonly readOnly?: number;
}

/** Bundles the command line for one test file; `name` tells its folder from those of others. */
export function workbench(name: string): Workbench {
  const bundle = resolve('dist/test', name);
  const folder = mkdtempSync(join(tmpdir(), 'quorate-'));
  beforeAll(() => {
    execFileSync(process.execPath, ['build.mjs', bundle]);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(bundle, { recursive: true, force: true });
  });
  const quorate: Workbench['quorate'] = (words, options = {}) =>
    start(join(bundle, 'main.js'), folder, words, options);
  const interrupted: Workbench['interrupted'] = async (words, name) => {
    for (let after = 500; ; after *= 2) {
      const finished = await quorate(words, { signal: { name, after } });
      if (finished.out !== '' || after > 30_000) return finished;
    }
  };
  return { folder, quorate, interrupted };
}

function start(
  main: string,
  folder: string,
  words: readonly string[],
  { input = '', signal, readOnly }: ProcessOptions,
): Promise<Finished> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [main, ...words], { cwd: folder });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (readOnly !== undefined && out.length >= readOnly) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', failed);
    child.on('close', (code) => done({ code, out, err }));
    if (signal !== undefined) setTimeout(() => child.kill(signal.name), signal.after);
  });
}
