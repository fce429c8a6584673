/**
 * Mends or leaves out what has structural mistakes in a file, so that the rest can still be checked
 * and all mistakes of a file are told at once. What is put in place of a mistake is never told of.
 */

import { PRESET_NAMES } from './catalogue/failure-schema.ts';
import { exampleAt } from './catalogue/paths.ts';
import type { LocatedFinding } from './schema-findings.ts';
import type { Doubts } from './text/findings.ts';
import type { Path } from './text/yaml-document.ts';

type Mapping = Record<string | number, unknown>;

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
/** Sections whose keys all have a default. */
const SETTINGS = [
  ...['topology', 'repair', 'etcd', 'network', 'disk'],
  ...['kubernetes', 'apiServer', 'controllers', 'clients', 'load'],
];

interface Mended {
  readonly value: Readonly<Record<string, unknown>>;
  readonly entries: readonly Path[];
  readonly values: readonly Path[];
}

/** `value` with an example of the schema for each mistake inside an entry, defaults for others. */
export function mended(
  value: Readonly<Record<string, unknown>>,
  findings: readonly LocatedFinding[],
): Mended {
  const sound = structuredClone({ ...value, quorate: 1 }) as Mapping;
  const entries: Path[] = [];
  const values: Path[] = [];
  for (const { path, missing, isUnknown } of findings) {
    const [section, entry] = path;
    if (section === undefined) continue;
    const place = missing === undefined ? path : [...path, missing];
    if (SETTINGS.includes(String(section)) && place.length >= 2) {
      delete mappingAt(sound, [section])?.[place[1]!];
      entries.push([section]);
    } else if (path.length >= 2 && [...MAPPINGS, ...LISTS].includes(String(section))) {
      entries.push([section, entry!]);
      if (isUnknown) delete mappingAt(sound, path.slice(0, -1))?.[path.at(-1)!];
      else values.push(...replaced(sound, place));
    } else if (section !== 'quorate') delete sound[section];
  }
  return { value: sound as Record<string, unknown>, entries, values };
}

/** Puts an example at `path`, or at the nearest mapping above that has one; returns where. */
function replaced(sound: Mapping, path: Path): Path[] {
  const isUse = path[0] === 'failures' && path[1] === 'use';
  for (let length = isUse ? 2 : path.length; length >= 2; length--) {
    const place = path.slice(0, length);
    const example = isUse ? PRESET_NAMES : exampleAt(place);
    const parent = mappingAt(sound, place.slice(0, -1));
    if (example === undefined || parent === undefined || Array.isArray(parent)) continue;
    parent[place.at(-1)!] = structuredClone(example);
    return [place];
  }
  return [];
}

function mappingAt(root: Mapping, path: Path): Mapping | undefined {
  let value: unknown = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Mapping)[step];
  }
  return typeof value === 'object' && value !== null ? (value as Mapping) : undefined;
}

interface Sound {
  readonly value: Readonly<Record<string, unknown>>;
  readonly kept: Doubts['kept'];
  /** `section.entry` of each entry left out of a mapping. */
  readonly left: readonly (readonly [section: string, entry: string])[];
}

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
