/** Nothing is lost: interruptions, closed pipes, and files that cannot be written. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { workbench } from './quorate-process.ts';

const { folder, quorate, interrupted } = workbench('interruption');

beforeAll(() => {
  const failures = '{ machine.crash: { mttf: 1 month, repair: 2 h } }';
  const text = (stop: string) => `quorate: 1\n${stop}\nfailures: ${failures}\n`;
  writeFileSync(join(folder, 'long.yaml'), text('replications: 10000000'));
  writeFileSync(join(folder, 'short.yaml'), text('replications: 5'));
});

describe('an interruption', () => {
  it('prints and writes what was done until then, marked as incomplete', async () => {
    const words = ['run', 'long.yaml', '--out', 'a.json', '--out', 'a.csv'];
    const { code, out, err } = await interrupted(words, 'SIGINT');
    expect(code).toBe(130);
    expect(out).toMatch(/^INCOMPLETE: interrupted after [\d,]+ of 10,000,000 replications/m);
    expect(err).toMatch(/^INCOMPLETE: interrupted after [\d,]+ of 10,000,000/m);
    const { run, command } = JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'));
    expect(run.complete).toBe(false);
    expect(run.replications).toBeGreaterThan(0);
    expect(command).toContain(`--replications ${run.replications}`);
    expect(readFileSync(join(folder, 'a.csv'), 'utf8')).toContain(`,${run.replications},no,`);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('is told from termination', async () => {
    expect((await interrupted(['run', 'long.yaml'], 'SIGTERM')).code).toBe(143);
  });
});

describe('outputs', () => {
  it('does not mind a reader that has seen enough', async () => {
    const words = ['run', 'short.yaml', '--format', 'json', '--quiet'];
    const { code, err } = await quorate(words, { readOnly: 1 });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('writes to what is no ordinary file without replacing it', async () => {
    const pipe = join(folder, 'pipe.json');
    expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
    const reader = quorate(['check', 'pipe.json']);
    const writer = await quorate(['run', 'short.yaml', '--out', 'pipe.json', '--quiet']);
    expect(writer.code).toBe(0);
    expect((await reader).code).toBe(2);
    expect(spawnSync('test', ['-p', pipe]).status).toBe(0);
  });

  it('leaves nothing where a file cannot be written', async () => {
    const name = `${'n'.repeat(300)}.json`;
    const { code, err } = await quorate(['run', 'short.yaml', '--out', name]);
    expect(code).toBe(2);
    expect(err).toContain('the name is too long');
    expect(existsSync(join(folder, name))).toBe(false);
    expect(readdirSync(folder).filter((one) => one.includes('nnn'))).toEqual([]);
  });

  it('says so where standard output cannot be written', async () => {
    if (!existsSync('/dev/full')) return;
    const main = join(process.cwd(), 'dist/test/interruption/main.js');
    const command = `"${process.execPath}" "${main}" run short.yaml --quiet > /dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
    expect(stderr).toContain('cannot write standard output: no space left');
    expect(status).toBe(2);
  });
});
