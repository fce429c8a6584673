/** Who does the work: one thread or several, the same bytes; and what a thread that dies leaves. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { workbench } from './quorate-process.ts';

vi.setConfig({ testTimeout: 60_000 });

const { folder, quorate } = workbench('workers');
const BUNDLE = 'dist/test/workers';

beforeAll(() => {
  const text = (stop: string) => `quorate: 1
horizon: 100 years
${stop}
failures: { machine.crash: { mttf: 2 days, repair: 2 h } }
`;
  writeFileSync(join(folder, 'some.yaml'), text('replications: 40'));
  writeFileSync(join(folder, 'long.yaml'), text('replications: 10000000'));
});

describe('workers', () => {
  it('change no byte of a result', async () => {
    const outputs = ['1', '2', '3'].map(async (workers) => {
      const rows = `rows-${workers}.csv`;
      const words = ['run', 'some.yaml', '--format', 'json', '--workers', workers];
      const { code, out, err } = await quorate([...words, '--replications-out', rows]);
      expect(code).toBe(0);
      expect(err).toContain('simulated 4,000 years');
      return [out, readFileSync(join(folder, rows), 'utf8')];
    });
    const [one, ...others] = await Promise.all(outputs);
    expect(JSON.parse(one![0]!).run.replications).toBe(40);
    for (const other of others) expect(other).toEqual(one);
    const lines = one![1]!.trimEnd().split('\n');
    expect(lines[0]).toContain('replication,etcd.quorum.downtimeMinutes,etcd.quorum.outages');
    expect(lines.slice(1).map((line) => Number.parseInt(line, 10))).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  it('keep what is whole when interrupted, as a shorter run would give it', async () => {
    const words = ['run', 'long.yaml', '--workers', '2', '--out', 'a.json'];
    const { code, out, err } = await quorate([...words, '--replications-out', 'a.csv'], {
      signal: { name: 'SIGINT', after: 4000 },
    });
    expect(code).toBe(130);
    expect(out).toContain('INCOMPLETE');
    expect(err).toContain('INCOMPLETE');
    const cut = JSON.parse(readFileSync(join(folder, 'a.json'), 'utf8'));
    const count = cut.run.replications;
    const rows = readFileSync(join(folder, 'a.csv'), 'utf8').trimEnd().split('\n');
    expect(rows.length).toBe(count + 1);
    const shorter = ['run', 'long.yaml', '--replications', `${count}`, '--format', 'json'];
    const whole = JSON.parse((await quorate(shorter)).out);
    expect(whole.levels).toEqual(cut.levels);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('that die end the run with their error, and what was done before is told', async () => {
    const worker = join(BUNDLE, 'worker.js');
    const text = readFileSync(worker, 'utf8');
    try {
      for (const [last, error] of [
        ['process.exit(7)', 'worker exited with code: 7'],
        ['throw new Error("no such luck")', 'no such luck'],
      ] as const) {
        const dying = `import { workerData } from 'node:worker_threads';
          export default function simulate() { if (workerData.scenario.seed) ${last}; }\n`;
        writeFileSync(worker, dying);
        const { code, out, err } = await quorate(['run', 'long.yaml', '--workers', '2']);
        expect(code).toBe(3);
        expect(out).toContain('INCOMPLETE');
        expect(err).toContain(error);
      }
    } finally {
      writeFileSync(worker, text);
    }
  });

  it('load no more than they need', () => {
    const seen = new Set<string>();
    const look = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      const text = readFileSync(join(BUNDLE, name), 'utf8');
      for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)) look(other!);
    };
    look('worker.js');
    expect(seen.size).toBeGreaterThan(1);
    const code = [...seen].map((name) => readFileSync(join(BUNDLE, name), 'utf8')).join('');
    for (const word of ['strictObject', 'parseDocument', 'yargs', 'INCOMPLETE']) {
      expect(code.includes(word), word).toBe(false);
    }
  });

  it('are a whole number', async () => {
    const { code, err } = await quorate(['run', 'some.yaml', '--workers', '0']);
    expect(code).toBe(2);
    expect(err).toContain('--workers must be a whole number from 1, not "0"');
  });
});
