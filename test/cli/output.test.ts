import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from '../../src/cli/exit-codes.ts';
import { checkOutputs, outputFiles } from '../../src/cli/output.ts';
import { writeWhole } from '../../src/cli/whole-file.ts';

describe('names of output files', () => {
  it('takes the format from before the sign or from the ending', () => {
    expect(outputFiles(['json=a.txt', 'b.CSV', 'e.txt'])).toEqual([
      { path: 'a.txt', format: 'json' },
      { path: 'b.CSV', format: 'csv' },
      { path: 'e.txt', format: 'table' },
    ]);
  });

  it('takes none or one', () => {
    expect(outputFiles(undefined)).toEqual([]);
    expect(outputFiles('md=x=y/a')).toEqual([{ path: 'x=y/a', format: 'md' }]);
  });

  it('refuses what it cannot tell', () => {
    expect(() => outputFiles('a')).toThrow(Refusal);
    expect(() => outputFiles('svg=a.svg')).toThrow(/not "svg"/);
    expect(() => outputFiles('json=')).toThrow(/"json=" names no file; .*--out json=a.json/);
  });
});

describe('a file written whole', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes the place of another at once, by a new file and a rename', async () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    const before = statSync(path);
    await writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).ino).not.toBe(before.ino);
    expect(statSync(path).mode).toBe(before.mode);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('leaves the old file and nothing else where it fails', async () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, 'old');
    const unwritable = { toString: () => 'new' } as unknown as string;
    await expect(writeWhole(path, unwritable)).rejects.toThrow();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('takes no temporary file away that is not its own', async () => {
    const taken = `.quorate.${process.pid}.0.tmp`;
    writeFileSync(join(folder, taken), 'of somebody else');
    await writeWhole(join(folder, 'a.json'), 'new');
    expect(readdirSync(folder)).toEqual([taken, 'a.json']);
    expect(readFileSync(join(folder, taken), 'utf8')).toBe('of somebody else');
  });

  it('goes through a link to the file behind it', async () => {
    const target = join(folder, 'target.json');
    const link = join(folder, 'link.json');
    writeFileSync(target, 'old');
    symlinkSync(target, link);
    await writeWhole(link, 'new');
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it('goes through a link to a file that is not there yet', async () => {
    const link = join(folder, 'link.json');
    symlinkSync('between.json', link);
    symlinkSync('target.json', join(folder, 'between.json'));
    await writeWhole(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(folder, 'target.json')).isFile()).toBe(true);
    expect(readFileSync(link, 'utf8')).toBe('new');
  });

  it('is refused where links lead to the scenario, or twice to one file', () => {
    const scenario = join(folder, 'a.yaml');
    writeFileSync(scenario, 'quorate: 1');
    const link = join(folder, 'link.json');
    symlinkSync('a.yaml', link);
    const output = { path: link, format: 'json' } as const;
    expect(() => checkOutputs([output], [scenario])).toThrow(/the scenario itself/);
    const again = { path: scenario, format: 'json' } as const;
    expect(() => checkOutputs([output, again], ['-'])).toThrow(/leads to a file named before/);
  });
});
