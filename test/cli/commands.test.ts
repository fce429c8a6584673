/** What each command prints and how it ends, as a process of its own. */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { workbench } from './quorate-process.ts';

const { folder, quorate } = workbench('commands');

const SCENARIO = `# Is it available?
quorate: 1
name: A small one
replications: 40
failures: { machine.crash: { mttf: 10 days, repair: { exponential: { mean: 2 h } } } }
`;
const crash = (objective: string) => `${SCENARIO}objectives: ["${objective}"]\n`;

beforeAll(() => {
  const file = (name: string, text: string | Buffer) => writeFileSync(join(folder, name), text);
  file('small.yaml', SCENARIO);
  file('met.yaml', crash('availability(etcd.quorum) >= 50 %'));
  file('missed.yaml', crash('outagesPerYear(etcd.quorum) <= 0.01'));
  file('undecided.yaml', crash('outagesPerYear(etcd.quorum) <= 1.5'));
  file('broken.yaml', 'quorate: 1\nreplicatons: 3\nseeed: 1\n');
  file('large.yaml', Buffer.alloc(1024 * 1024 + 1, '#'));
  mkdirSync(join(folder, 'folder.yaml'));
});

describe('exit codes', () => {
  it.each([
    [0, 'run small.yaml'],
    [0, 'run met.yaml'],
    [1, 'run missed.yaml'],
    [4, 'run undecided.yaml --confidence 99.9'],
    [2, 'run broken.yaml'],
    [0, 'check small.yaml met.yaml'],
    [2, 'check small.yaml broken.yaml'],
    [0, 'explain small.yaml'],
    [0, 'schema'],
    [0, '--help'],
    [0, '--version'],
    [0, ''],
  ])('%d of: quorate %s', async (code, words) => {
    const finished = await quorate(words.split(' ').filter((word) => word !== ''));
    expect(finished).toMatchObject({ code });
  });

  it.each([
    ['missed', /^missed: outagesPerYear\(etcd.quorum\) <= 0.01, found [\d.]+ .*\(.* to .*\)\n$/],
    ['undecided', /^undecided: outagesPerYear\(etcd.quorum\) <= 1.5, found .*\)\n$/],
  ])('have their reason told, also where it is quiet: %s', async (name, reason) => {
    const words = ['--format', 'json', '--quiet', '--confidence', '99.9'];
    expect((await quorate(['run', `${name}.yaml`, ...words])).err).toMatch(reason);
  });

  it('is 4 where a precision is not reached', async () => {
    const text = `${SCENARIO}precision: 0.01 %\nmaximumReplications: 30\n`;
    const finished = await quorate(['run', '-'], { input: text.replace(/replications: 40\n/, '') });
    expect(finished.code).toBe(4);
    expect(finished.out).toContain('The precision asked for was not reached in 30 of 30');
    expect(finished.err).toMatch(/undecided: precision 0.01 % .* not reached, found .* 30 of 30/);
  });

  it('is 3 of an internal fault, which asks for a report', async () => {
    const poisoned = '--import=data:text/javascript,JSON.stringify=()=>{throw new Error("x")}';
    const { execFile } = await import('node:child_process');
    const main = join(process.cwd(), 'dist/test/commands/main.js');
    const code = await new Promise((done) => {
      execFile(
        process.execPath,
        [poisoned, main, 'check', 'small.yaml', '--format', 'json'],
        { cwd: folder },
        (error) => done(error?.code),
      );
    });
    expect(code).toBe(3);
  });
});

describe('refusals', () => {
  it.each([
    ['rnu small.yaml', /unknown command "rnu"; there are run, check, .*\n.*did you mean "run"\?/],
    ['run', /no file is given/],
    ['run nowhere.yaml', /cannot read nowhere.yaml: there is no such file/],
    ['run folder.yaml', /cannot read folder.yaml: it is a directory/],
    ['run large.yaml', /larger than 1 MiB/],
    ['run small.yaml met.yaml', /"met.yaml" is one argument too many/],
    ['run small.yaml --replication 3', /unknown option --replication\n.*"replications"/],
    ['run --awke small.yaml', /unknown option --awke\n.*"awake"/],
    ['run small.yaml --years abc', /--years must be a number above 0, not "abc"/],
    ['run small.yaml --years -1', /--years must be a number above 0, not "-1"/],
    ['run small.yaml --years NaN', /--years must be a number above 0/],
    ['run small.yaml --years 1000', /--years: horizon and warm-up together are too long/],
    ['run small.yaml --years', /--years needs a value/],
    ['run small.yaml --replications 0', /a whole number from 1, not "0"/],
    ['run small.yaml --replications 1.5', /a whole number from 1, not "1.5"/],
    ['run small.yaml --seed 1 --seed 2', /--seed is given 2 times/],
    ['run small.yaml --confidence 20', /from 50 to 99.99, such as "95 %" or 95, not "20"/],
    ['run small.yaml --precision 5 --replications 9', /cannot both say when to stop/],
    ['run small.yaml --format jsn', /not "jsn"\n.*did you mean "json"/],
    ['run small.yaml --out a.pdf', /the ending names no format/],
    ['run small.yaml --out pdf=a', /--out can write table, json, csv or md, not "pdf"/],
    ['run small.yaml --out a.csv --out ./a.csv', /--out names .*a.csv twice/],
    ['run small.yaml --out table=small.yaml', /is the scenario itself/],
    ['run small.yaml --out nowhere/a.json', /there is no such directory/],
    ['run small.yaml --out json=folder.yaml', /it is a directory/],
    ['run small.yaml --trace 41', /--trace 41: the scenario has 40 replications/],
    ['run small.yaml --trace 0', /--trace must be a whole number from 1/],
    ['run small.yaml --trace --format md', /a trace can be table, json or csv/],
    ['schema scenaro', /did you mean "scenario"/],
    ['init stakced', /a layout is stacked or external/],
  ])('quorate %s', async (words, message) => {
    const { code, out, err } = await quorate(words.split(' '));
    expect(err).toMatch(message);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  it('tells all problems of a scenario with their places', async () => {
    const { err } = await quorate(['run', 'broken.yaml']);
    expect(err).toContain('broken.yaml:2:1: unknown key "replicatons"');
    expect(err).toContain('broken.yaml:3:1: unknown key "seeed"');
  });
});

describe('run', () => {
  it('prints the same bytes for the same seed, and others for another', async () => {
    const words = ['run', 'small.yaml', '--format', 'json', '--seed'];
    const [one, same, other] = await Promise.all(
      ['1', '1', '2'].map((seed) => quorate([...words, seed])),
    );
    expect(one!.out).toBe(same!.out);
    expect(one!.out.replaceAll('"1"', '"2"')).not.toBe(other!.out);
  });

  it('gives the same figures awake', async () => {
    const [asleep, awake] = await Promise.all([
      quorate(['run', 'small.yaml']),
      quorate(['run', 'small.yaml', '--awake']),
    ]);
    expect(awake.out).toBe(asleep.out);
  });

  it('repeats itself by the command it prints', async () => {
    const first = await quorate(['run', 'small.yaml', '--years', '0.5', '--replications', '7']);
    const command = /quorate (run .*)\n$/.exec(first.out)![1]!;
    expect(command).toBe('run small.yaml --seed 1 --replications 7 --years 0.5');
    const again = await quorate(command.split(' '));
    const withoutOrigins = (text: string) => text.replace(/^.* given, .*$/m, '');
    expect(withoutOrigins(again.out)).toBe(withoutOrigins(first.out));
  });

  it('reads standard input', async () => {
    const { code, out } = await quorate(['run', '-'], { input: SCENARIO });
    expect(code).toBe(0);
    expect(out).toContain('A small one');
  });

  it('writes JSON that its own schema accepts', async () => {
    const schema = JSON.parse((await quorate(['schema', 'result'])).out);
    const result = JSON.parse((await quorate(['run', 'missed.yaml', '--format', 'json'])).out);
    const validate = new Ajv2020().compile(schema);
    validate(result);
    expect(validate.errors).toBeNull();
  });

  it('tells nothing but the result where it is quiet', async () => {
    expect((await quorate(['run', 'small.yaml', '--quiet'])).err).toBe('');
    const { err } = await quorate(['run', 'small.yaml']);
    expect(err).toMatch(/^simulated 40 years in .* \(.* events, 0 ticks skipped\)\n$/);
  });
});

describe('check and explain', () => {
  it('write files as well', async () => {
    const checked = await quorate(['check', 'small.yaml', 'broken.yaml', '--out', 'checked.json']);
    expect(checked.code).toBe(2);
    const answers = JSON.parse(readFileSync(join(folder, 'checked.json'), 'utf8'));
    expect(answers.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false]);
    const { out } = await quorate(['explain', 'small.yaml', '--out', 'explained.txt']);
    expect(readFileSync(join(folder, 'explained.txt'), 'utf8')).toBe(out);
  });
});

describe('init and explain', () => {
  it('writes a scenario that can be checked, and overwrites none', async () => {
    expect((await quorate(['init', 'external', '--out', 'new.yaml'])).code).toBe(0);
    expect((await quorate(['check', 'new.yaml'])).out).toMatch(/^ok {2}new.yaml: 3 members, /);
    const again = await quorate(['init', '--out', 'new.yaml']);
    expect(again).toMatchObject({ code: 2 });
    expect(again.err).toContain('new.yaml exists; --force overwrites it');
    expect((await quorate(['init', '--out', 'new.yaml', '--force'])).code).toBe(0);
    expect(readFileSync(join(folder, 'new.yaml'), 'utf8')).toBe((await quorate(['init'])).out);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('tells options from the file', async () => {
    const { out } = await quorate(['explain', 'small.yaml', '--seed', '9']);
    expect(out).toMatch(/option {2}seed +9\n/);
    expect(out).toMatch(/4:15 {2}replications +40\n/);
  });
});

describe('help', () => {
  it.each(['', 'run', 'check', 'explain', 'schema', 'init'])('of %s', async (command) => {
    const { out } = await quorate([...(command === '' ? [] : [command]), '--help']);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await quorate([...(command === '' ? [] : [command]), '-h'])).out).toBe(out);
    await expect(out).toMatchFileSnapshot(`../golden/help.${command || 'quorate'}.txt`);
  });
});
