/** Quantiles of samples and tables of them. Left out: intervals; the samples are kept raw. */
import type { Trial } from './rig.ts';

export interface Summary {
  readonly n: number;
  readonly missing: number;
  readonly quantiles: readonly number[];
  readonly mean: number;
}

export const COLUMNS = ['min', 'p10', 'p25', 'p50', 'p75', 'p90', 'max'] as const;
const SHARES = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1];

/** The quantile between the neighbouring samples; `sorted` must not be empty. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)]!;
  return below + (sorted[Math.ceil(place)]! - below) * (place - Math.floor(place));
}

export function sortedCopy(values: readonly number[]): number[] {
  return [...values].sort((one, other) => one - other);
}

export function summarize(values: readonly (number | null)[]): Summary {
  const found = sortedCopy(values.filter((value) => value !== null));
  const missing = values.length - found.length;
  if (found.length === 0) return { n: 0, missing, quantiles: [], mean: Number.NaN };
  const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
  return { n: found.length, missing, quantiles: SHARES.map((at) => quantile(found, at)), mean };
}

function row(label: string, name: string, { n, missing, quantiles, mean }: Summary): string {
  const count = missing === 0 ? `${n}` : `${n} of ${n + missing}`;
  const digits = (value: number) => (Math.abs(value) < 2 ? 2 : Math.abs(value) < 20 ? 1 : 0);
  const numbers = [...quantiles, mean].map((value) => value.toFixed(digits(value)));
  const cells = numbers.length === 1 ? COLUMNS.map(() => '').concat('') : numbers;
  return `| ${label} | ${name} | ${count} | ${cells.join(' | ')} |`;
}

/** A row of Markdown for each value that the trials have. */
export function table(label: string, trials: readonly Trial[]): string[] {
  const names = [...new Set(trials.flatMap(({ values }) => Object.keys(values)))];
  return names.map((name) => {
    const values = trials.map((trial) => trial.values[name] ?? null);
    return row(label, name, summarize(values));
  });
}

export const HEAD = [
  `| what | value | n | ${COLUMNS.join(' | ')} | mean |`,
  `|---|---|--:|${COLUMNS.map(() => '--:').join('|')}|--:|`,
];
