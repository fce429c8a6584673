/**
 * Sizes and bandwidths as people write them: `200 MB`, `2 GiB`, `1 Gbit/s`. One number and one
 * unit; k, M and G are powers of 1000, Ki, Mi and Gi of 1024.
 */
import { nearest } from './nearest.ts';
import { type Finding, shorten } from './problems.ts';

export type ByteQuantity = 'size' | 'bandwidth';

const PREFIXES = { '': 1, k: 1e3, M: 1e6, G: 1e9, Ki: 1024, Mi: 1024 ** 2, Gi: 1024 ** 3 };

function unitsOf(ending: string, bytes: number): [string, number][] {
  return Object.entries(PREFIXES).map(([prefix, factor]) => [prefix + ending, factor * bytes]);
}

/** Bytes in each unit. */
const BYTES: ReadonlyMap<string, number> = new Map(unitsOf('B', 1));
const BITS: ReadonlyMap<string, number> = new Map(unitsOf('bit', 1 / 8));

/** What each kind may look like, for messages. */
export const ALLOWED_BYTES: Readonly<Record<ByteQuantity, string>> = {
  size: 'a number with a unit of bytes, such as "200 MB" (B, kB, MB, GB, KiB, MiB, GiB)',
  bandwidth:
    'a number with a unit per second, such as "1 Gbit/s" ' +
    '(kbit/s, Mbit/s, Gbit/s, kB/s, MB/s, GB/s, MiB/s)',
};

export const BYTE_NOUNS: Readonly<Record<ByteQuantity, string>> = {
  size: 'a size',
  bandwidth: 'a bandwidth',
};

const FORM =
  /^\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*([A-Za-z]*)\s*(?:(?:\/|per\b)\s*([A-Za-z]+))?\s*$/;
const SECOND_NAMES = ['s', 'sec', 'second'];

/** `text` in bytes, or bytes a second, or why it is neither. */
export function readBytes(text: string, kind: ByteQuantity): number | Finding {
  const refused = (reason: string, suggestion?: string): Finding => ({
    message: `"${shorten(text, 60)}" is not ${BYTE_NOUNS[kind]}: ${reason}`,
    allowed: ALLOWED_BYTES[kind],
    ...(suggestion === undefined ? {} : { suggestion }),
  });
  const match = FORM.exec(text.slice(0, 100));
  if (match === null) return refused('it is not a number with a unit');
  const [, number = '', unit = '', per] = match;
  if (unit === '') return refused('the unit is missing');
  const units = kind === 'size' ? BYTES : new Map([...BITS, ...BYTES]);
  const bytes = units.get(unit);
  if (bytes === undefined) {
    if (BITS.has(unit)) return refused('it is in bits');
    return refused(`there is no unit "${shorten(unit, 30)}"`, meant(unit, [...units.keys()]));
  }
  if (kind === 'size' && per !== undefined) return refused('it is a size per time');
  if (kind === 'bandwidth' && !SECOND_NAMES.includes(per ?? '')) {
    return refused('it is not per second', per === undefined ? `${text.trim()}/s` : undefined);
  }
  const value = Number(number) * bytes;
  return Number.isFinite(value) ? value : refused('it is not a finite number');
}

/** The unit that was perhaps meant: of another case, `Mbps`, or a slip in a longer name. */
function meant(unit: string, known: readonly string[]): string | undefined {
  const word = unit.toLowerCase().replace(/bps$/, 'bit');
  const same = known.find((one) => one.toLowerCase() === word);
  return same ?? (unit.length > 2 ? nearest(unit, known) : undefined);
}
