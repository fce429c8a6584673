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
import { outputFiles, writeWhole } from '../../src/cli/output.ts';

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

  it('takes the place of another at once, by a new file and a rename', () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, 'old');
    chmodSync(path, 0o640);
    const before = statSync(path);
    writeWhole(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).ino).not.toBe(before.ino);
    expect(statSync(path).mode).toBe(before.mode);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('leaves the old file and nothing else where it fails', () => {
    const path = join(folder, 'a.json');
    writeFileSync(path, 'old');
    const unwritable = { toString: () => 'new' } as unknown as string;
    expect(() => writeWhole(path, unwritable)).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  it('takes no temporary file away that is not its own', () => {
    const path = join(folder, 'a.json');
    const temporary = join(folder, `.quorate.${process.pid}.tmp`);
    writeFileSync(temporary, 'of somebody else');
    expect(() => writeWhole(path, 'new')).toThrow(/cannot write/);
    expect(readdirSync(folder)).toEqual([`.quorate.${process.pid}.tmp`]);
  });

  it('goes through a link to the file behind it', () => {
    const target = join(folder, 'target.json');
    const link = join(folder, 'link.json');
    writeFileSync(target, 'old');
    symlinkSync(target, link);
    writeWhole(link, 'new');
    expect(readFileSync(target, 'utf8')).toBe('new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });
});
