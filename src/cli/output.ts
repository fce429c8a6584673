/**
 * Where results go. Files are written whole or not at all: under a temporary name beside their own,
 * then renamed. A reader of standard output that stops early, such as `head`, is no error.
 */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { Refusal } from './exit-codes.ts';
import { FORMATS, type Format, hint, listed, typed } from './options.ts';

export interface OutputFile {
  readonly path: string;
  readonly format: Format;
}

const FORMAT_OF_ENDING: ReadonlyMap<string, Format> = new Map([
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.md', 'md'],
  ['.txt', 'table'],
]);

/** Reads `json=a.json` or `a.json`, as often as given. */
export function outputFiles(value: unknown, formats: readonly Format[] = FORMATS): OutputFile[] {
  if (value === undefined) return [];
  const files = (Array.isArray(value) ? value : [value]).map((spec) =>
    outputFile(typed(spec), formats),
  );
  const paths = files.map(({ path }) => resolve(path));
  const twice = files.find((_, index) => paths.indexOf(paths[index]!) !== index);
  if (twice !== undefined) throw new Refusal(`--out names ${twice.path} twice`);
  return files;
}

function outputFile(spec: string, formats: readonly Format[]): OutputFile {
  const [, name, path] = /^([a-z]+)=(.+)$/.exec(spec) ?? [];
  if (name !== undefined && path !== undefined) {
    const format = formats.find((one) => one === name);
    if (format !== undefined) return { path, format };
    throw new Refusal(`--out can write ${listed(formats)}, not "${name}"${hint(name, formats)}`);
  }
  const format = FORMAT_OF_ENDING.get(extname(spec).toLowerCase());
  if (format !== undefined && formats.includes(format)) return { path: spec, format };
  throw new Refusal(
    `--out ${spec}: the ending names no format; say which, such as --out ${formats[0]}=${spec}`,
  );
}

/** Refuses before any work what could not be written after it. */
export function checkOutputs(outputs: readonly OutputFile[], input: string): void {
  for (const { path } of outputs) {
    if (input !== '-' && resolve(path) === resolve(input)) {
      throw new Refusal(`--out ${path} is the scenario itself`);
    }
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        throw new Refusal(`cannot write ${path}: it is a directory`);
      }
      accessSync(dirname(resolve(path)), constants.W_OK);
    } catch (error) {
      throw cannotWrite(path, error);
    }
  }
}

/** Writes a file whole or not at all; what is no ordinary file, such as a pipe, is written to. */
export function writeWhole(path: string, text: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) replace(resolve(path), text, 0o666);
    else if (found.isFile()) replace(realpathSync(path), text, found.mode);
    else writeFileSync(path, text);
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

function replace(path: string, text: string, mode: number): void {
  const temporary = join(dirname(path), `.quorate.${process.pid}.tmp`);
  const file = openSync(temporary, 'wx', mode);
  try {
    try {
      writeFileSync(file, text);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** Prints, and waits until it is written. */
export function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => {
      if (error == null || isClosedPipe(error)) done();
      else failed(cannotWrite('standard output', error));
    });
  });
}

/** To be called once: a closed pipe ends nothing, and `print` tells of all else. */
export function tolerateClosedPipes(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory',
  EISDIR: 'it is a directory',
  ENOTDIR: 'its path leads through a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left',
  ENAMETOOLONG: 'the name is too long',
};

function cannotWrite(path: string, error: unknown): Error {
  if (error instanceof Refusal || !(error instanceof Error)) return error as Error;
  const { code } = error as NodeJS.ErrnoException;
  return new Refusal(`cannot write ${path}: ${REASONS[code ?? ''] ?? error.message}`);
}

function isClosedPipe(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}
