/**
 * Options as they are typed: each value is checked here, because yargs turns `--years abc` into NaN
 * and a repeated flag into a list without a word.
 */
import type { Options, PositionalOptions } from 'yargs';
import { nearest } from '../scenario/text/nearest.ts';
import { Refusal } from './exit-codes.ts';

export const FORMATS = ['table', 'json', 'csv', 'md'] as const;
export type Format = (typeof FORMATS)[number];

/** Stands for `-` while yargs reads the words, which makes nothing of a bare dash. */
const DASH = '\0dash';

export function withDashes(words: readonly string[]): string[] {
  return words.map((word) => (word === '-' ? DASH : word));
}

/** A word as it was typed. */
export function typed(word: unknown): string {
  return word === DASH ? '-' : String(word);
}

/** A positional argument, or several, that name files. */
export function filePositional(describe: string): PositionalOptions {
  return {
    type: 'string',
    describe,
    coerce: (value: unknown) => (Array.isArray(value) ? value.map(fileName) : fileName(value)),
  };
}

function fileName(value: unknown): string {
  const name = typed(value);
  if (name === '') throw new Refusal("the file's name is empty");
  return name;
}

/** A text that may be given once. */
export function once(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) {
    throw new Refusal(`--${name} is given ${value.length} times; give it once`);
  }
  return typed(value);
}

/** An option with one value, which `read` checks and turns into what the command needs. */
export function single<Value>(
  name: string,
  describe: string,
  read: (text: string, name: string) => Value,
): Options {
  return {
    requiresArg: true,
    describe,
    coerce: (value: unknown) => {
      const text = once(name, value);
      return text === undefined ? undefined : read(text, name);
    },
  };
}

export function flag(describe: string): Options {
  return { type: 'boolean', describe };
}

export function text(value: string, name: string): string {
  if (value.trim() === '') throw new Refusal(`--${name} must not be empty`);
  return value;
}

export function positiveWhole(value: string, name: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value.trim()) || number < 1 || !Number.isSafeInteger(number)) {
    throw new Refusal(`--${name} must be a whole number from 1, not "${value}"`);
  }
  return number;
}

export function parsePositiveNumber(value: string, name: string): number {
  const number = decimal(value);
  if (!(number > 0)) throw new Refusal(`--${name} must be a number above 0, not "${value}"`);
  return number;
}

/** A percentage, with or without its sign, as a share; `example` lies within the range. */
export function percentage(least: number, most: number, example: number) {
  return (value: string, name: string): number => {
    const number = decimal(value.trim().replace(/\s*%$/, ''));
    if (!(number >= least && number <= most)) {
      const range = `a percentage from ${least} to ${most}`;
      throw new Refusal(
        `--${name} must be ${range}, such as "${example} %" or ${example}, not "${value}"`,
      );
    }
    return number / 100;
  };
}

function oneOf<Value extends string>(allowed: readonly Value[]) {
  return (value: string, name: string): Value => {
    const found = allowed.find((one) => one === value);
    if (found !== undefined) return found;
    throw new Refusal(
      `--${name} must be ${listed(allowed)}, not "${value}"${hint(value, allowed)}`,
    );
  };
}

export function formatOption(formats: readonly Format[] = FORMATS): Options {
  return single('format', `of what is printed: ${formats.join(', ')} [table]`, oneOf(formats));
}

/** `a, b or c`. */
export function listed(words: readonly string[], joint: 'and' | 'or' = 'or'): string {
  if (words.length < 2) return words.join();
  return `${words.slice(0, -1).join(', ')} ${joint} ${words.at(-1)}`;
}

/** A line that names the nearest of `known`, where one is near. */
export function hint(word: string, known: readonly string[]): string {
  const suggestion = nearest(word, known);
  return suggestion === undefined ? '' : `\n    did you mean "${suggestion}"?`;
}

/** Plain decimals only: no hexadecimal, no Infinity. */
function decimal(value: string): number {
  return /^\+?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(value.trim()) ? Number(value) : Number.NaN;
}
