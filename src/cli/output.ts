/** Where results go: standard output, and the files that `--out` names, each in its format. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, extname, resolve } from 'node:path';
import type { Options } from 'yargs';
import { Refusal } from './exit-codes.ts';
import { FORMATS, type Format, hint, listed, typed } from './options.ts';
import { behindLinks, cannotWrite } from './whole-file.ts';

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
  if (spec === '' || /^[a-z]+=$/.test(spec)) {
    throw new Refusal(
      `--out "${spec}" names no file; say which, such as --out ${spec || 'json='}a.json`,
    );
  }
  const format = FORMAT_OF_ENDING.get(extname(spec).toLowerCase());
  if (format !== undefined && formats.includes(format)) return { path: spec, format };
  throw new Refusal(
    `--out ${spec}: the ending names no format; say which, such as --out ${formats[0]}=${spec}`,
  );
}

/** `--out` of commands that write what they print to files too. */
export function outOption(formats: readonly Format[] = FORMATS): Options {
  return {
    requiresArg: true,
    describe: 'also write a file, such as a.json or table=b.log; may be repeated',
    coerce: (value: unknown) => outputFiles(value, formats),
  };
}

/** Refuses before any work what could not be written after it. */
export function checkOutputs(outputs: readonly OutputFile[], inputs: readonly string[]): void {
  const targets: string[] = [];
  for (const { path } of outputs) {
    const target = checkOutput(path);
    if (inputs.some((input) => input !== '-' && behindLinks(input) === target)) {
      throw new Refusal(`--out ${path} is the scenario itself`);
    }
    if (targets.includes(target)) throw new Refusal(`--out ${path} leads to a file named before`);
    targets.push(target);
  }
}

function checkOutput(path: string): string {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new Refusal(`cannot write ${path}: it is a directory`);
    const target = behindLinks(path);
    const isOrdinary = found === undefined || found.isFile();
    accessSync(isOrdinary ? dirname(target) : target, constants.W_OK);
    return target;
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** Bytes handed to standard output at a time; a pipe takes the first of them at once. */
const PIECE = 16_384;
let hasBegun = false;

/**
 * Prints, and waits until it is written. Returns false where the reader has left, such as `head`
 * that has seen enough.
 * @throws Refusal where it cannot be written, or the reader had left before it read anything
 */
export async function print(text: string): Promise<boolean> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += PIECE) {
    const error = await printPiece(bytes.subarray(from, from + PIECE));
    if (error != null) {
      if (hasBegun && isClosedPipe(error)) return false;
      throw cannotWrite('standard output', error);
    }
    hasBegun = true;
  }
  return true;
}

function printPiece(bytes: Buffer): Promise<Error | null | undefined> {
  return new Promise((done) => {
    process.stdout.write(bytes, done);
  });
}

/** To be called once: a closed pipe ends nothing, and `print` tells of all else. */
export function tolerateClosedPipes(): void {
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
}

function isClosedPipe(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE';
}
