/**
 * Leaves out of a file what has structural mistakes, so that the rest can still be checked and all
 * mistakes of a file are told at once.
 */
import type { KeptElements } from './findings.ts';
import type { LocatedFinding } from './schema-findings.ts';

export interface Sound {
  readonly value: Readonly<Record<string, unknown>>;
  readonly kept: KeptElements;
  /** `section.entry` of each entry left out of a mapping. */
  readonly left: readonly (readonly [section: string, entry: string])[];
}

/** Sections whose entries stand for themselves. */
const MAPPINGS = [
  'failures',
  'overrides',
  'sharedRisks',
  'commonCauses',
  'partitions',
  'components',
  'levels',
];
const LISTS = ['events', 'objectives'];

/** The part of `value` that `findings` do not touch. */
export function withoutBroken(
  value: Readonly<Record<string, unknown>>,
  findings: readonly LocatedFinding[],
): Sound {
  const sound: Record<string, unknown> = { ...value };
  const kept: Record<string, readonly number[]> = {};
  const left: [string, string][] = [];
  const broken = new Map<string, Set<string | number>>();
  for (const { path } of findings) {
    const [section, entry] = path;
    if (section === undefined) continue;
    const name = String(section);
    const isEntry = entry !== undefined && [...MAPPINGS, ...LISTS].includes(name);
    if (!isEntry) delete sound[name];
    else broken.set(name, (broken.get(name) ?? new Set()).add(entry));
  }
  for (const [section, entries] of broken) {
    const whole = sound[section];
    if (Array.isArray(whole)) {
      kept[section] = [...whole.keys()].filter((index) => !entries.has(index));
      sound[section] = kept[section].map((index) => whole[index] as unknown);
    } else if (typeof whole === 'object' && whole !== null) {
      sound[section] = Object.fromEntries(
        Object.entries(whole).filter(([entry]) => !entries.has(entry)),
      );
      for (const entry of entries) left.push([section, String(entry)]);
    }
  }
  return { value: sound, kept, left };
}
