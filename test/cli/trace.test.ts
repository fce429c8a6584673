/** Traces of any length: in step with their readers, whole or marked as incomplete. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { workbench } from './quorate-process.ts';

const { folder, interrupted, quorate } = workbench('trace');

beforeAll(() => {
  const file = (name: string, text: string) =>
    writeFileSync(join(folder, name), `quorate: 1\nreplications: 3\n${text}`);
  file('small.yaml', 'failures: { machine.crash: { mttf: 10 days, repair: 2 h } }\n');
  file(
    'warm.yaml',
    'warmUp: 0.5 years\nfailures: { machine.crash: { mttf: 9 days, repair: 2 h } }',
  );
  file('calm.yaml', 'failures: { machine.crash: { mttf: 9000 years, repair: 2 h } }\n');
  file(
    'endless.yaml',
    'horizon: 280 years\nfailures: { machine.crash: { mttf: 2 min, repair: 1 min } }\n',
  );
});

const temporaries = () => readdirSync(folder).filter((name) => name.endsWith('.tmp'));

describe('a trace', () => {
  it('is of the first replication, or another', async () => {
    const first = await quorate(['run', '--trace', 'small.yaml']);
    const same = await quorate(['run', 'small.yaml', '--trace', '1', '--quiet']);
    const other = await quorate(['run', 'small.yaml', '--trace=2']);
    expect(first.out).toMatch(/^ +\d+d \d\d:\d\d:\d\d\.\d{6} {3}cp\d\/machine.crash +begins\n/);
    expect(first.err).toBe('replication 1 of 3, seed 1\n');
    expect(same).toEqual({ ...first, err: '' });
    expect(other.out).not.toBe(first.out);
    expect(other.err).toBe('replication 2 of 3, seed 1\n');
  });

  it('is written in several formats as it is printed', async () => {
    const files = ['--out', 'a.json', '--out', 'a.csv', '--out', 'a.txt'];
    const { out } = await quorate(['run', 'small.yaml', '--trace', ...files]);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(read('a.txt')).toBe(out);
    const lines = out.split('\n').length - 1;
    expect(JSON.parse(read('a.json'))).toHaveLength(lines);
    expect(read('a.csv').trimEnd().split('\n')).toHaveLength(lines + 1);
    expect(temporaries()).toEqual([]);
  });

  it('marks where measuring begins', async () => {
    const { out } = await quorate(['run', 'warm.yaml', '--trace', '--format', 'json']);
    const seconds = (line: { seconds: number }) => line.seconds;
    const lines: { seconds: number; subject: string }[] = JSON.parse(out);
    const marks = lines.filter(({ subject }) => subject === 'measuring');
    expect(marks).toEqual([
      {
        seconds: 0.5 * 8760 * 3600,
        subject: 'measuring',
        state: 'begins',
        detail: '',
        kind: 'measuringBegins',
        data: {},
      },
    ]);
    expect(lines.map(seconds)).toEqual(lines.map(seconds).sort((one, other) => one - other));
    expect(lines.at(0)!.subject).not.toBe('measuring');
  });

  it('says so where nothing changes', async () => {
    const { code, out, err } = await quorate(['run', 'calm.yaml', '--trace']);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('nothing changed in this replication, in 365d 00:00:00');
  });

  it('ends when its reader has seen enough', async () => {
    const { code, err } = await quorate(['run', 'endless.yaml', '--trace', '--quiet'], {
      readOnly: 1,
    });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('is valid and marked as incomplete when it is interrupted', async () => {
    const words = ['run', 'endless.yaml', '--trace', '--format', 'json', '--out', 'cut.csv'];
    const { code, out, err } = await interrupted(words, 'SIGINT');
    expect(code).toBe(130);
    expect(err).toMatch(/^INCOMPLETE: interrupted after \d+d .* of 102200d /m);
    const last = JSON.parse(out).at(-1);
    expect(last).toMatchObject({ subject: 'trace', state: 'INCOMPLETE' });
    const written = readFileSync(join(folder, 'cut.csv'), 'utf8');
    expect(written.endsWith(`${last.seconds},trace,INCOMPLETE,,traceIncomplete,{}\n`)).toBe(true);
    expect(temporaries()).toEqual([]);
  });
});
