/**
 * Results as JSON: the same plain data, with `null` for what cannot be said (a number that is not
 * finite) and for what does not apply.
 */
import type { Estimate } from '../statistics/intervals.ts';
import type { RunResult } from '../study/result.ts';
import { type FaultClassContent, faultClasses } from './fault-classes.ts';
import { dataNumber } from './numbers.ts';
import { printableLines } from './printable.ts';
import { type PublishedLevel, publishedLevel, publishedObjectives } from './published.ts';
import type { RunReport } from './run-report.ts';

/** Of the JSON's form: raised when a key changes its meaning or goes away. */
export const RESULT_FORMAT = 2;

/** An estimate in JSON: bounds of which nothing can be said are null. */
interface JsonEstimate {
  estimate: number | null;
  low: number | null;
  high: number | null;
  confidence: number;
}

/** A type as it stands in JSON. */
type AsJson<T> = T extends Estimate
  ? JsonEstimate
  : T extends undefined
    ? null
    : T extends readonly (infer Item)[]
      ? AsJson<Item>[]
      : T extends object
        ? { -readonly [Key in keyof T]: AsJsonAt<T, Key> }
        : T;

/** A key that may be absent is left out of the JSON where it is. */
type AsJsonAt<T, Key extends keyof T> = string extends Key
  ? AsJson<T[Key]>
  : Partial<Pick<T, Key>> extends Pick<T, Key>
    ? AsJson<Exclude<T[Key], undefined>> | undefined
    : AsJson<T[Key]>;

export interface RunJson {
  /** Version of quorate. */
  quorate: string;
  format: typeof RESULT_FORMAT;
  command: string;
  scenario: {
    name: string;
    question: string | null;
    file: string;
    digest: string;
    placement: string[];
    faultClasses: AsJson<FaultClassContent>[];
    parameters: AsJson<RunReport['scenario']['parameters']>;
  };
  run: AsJson<Omit<RunResult['run'], 'wallSeconds'>> & { wallSeconds?: number | undefined };
  levels: Record<string, AsJson<PublishedLevel>>;
  etcd: AsJson<RunResult['etcd']>;
  objectives: AsJson<RunResult['objectives']>;
}

export function runJson(report: RunReport): RunJson {
  const { scenario, result, file, digest, version, command, timing } = report;
  const { wallSeconds, ...run } = result.run;
  return {
    quorate: version,
    format: RESULT_FORMAT,
    command,
    scenario: {
      name: scenario.name,
      question: scenario.question ?? null,
      file,
      digest,
      placement: [...scenario.placement],
      faultClasses: asJson(faultClasses(scenario)),
      parameters: asJson(scenario.parameters),
    },
    run: { ...asJson(run), ...(timing ? { wallSeconds } : {}) },
    levels: asJson(publishedLevels(result)),
    etcd: asJson(result.etcd),
    objectives: asJson(publishedObjectives(result)),
  };
}

function publishedLevels({ levels }: RunResult): Record<string, PublishedLevel> {
  return Object.fromEntries(
    Object.entries(levels).map(([name, level]) => [name, publishedLevel(level)]),
  );
}

/** JSON text, indented, with a final newline. */
export function jsonText(value: unknown): string {
  return printableLines(`${JSON.stringify(value, null, 2)}\n`);
}

function asJson<T>(value: T): AsJson<T> {
  return plain(value) as AsJson<T>;
}

function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value === 'number') return Number.isFinite(value) ? dataNumber(value) : null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]));
}
