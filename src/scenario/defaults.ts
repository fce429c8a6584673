/** Defaults with their sources, as sections of a file that lie under what the file says itself. */
import type { Evidence } from './scenario.ts';

export interface SourcedDefault {
  readonly path: readonly [section: string, ...keys: string[]];
  /** As a scenario file would write it. */
  readonly value: unknown;
  readonly source: string;
  readonly evidence: Evidence;
}

/** A section with a value for each of its keys. */
export type Complete<Section> = {
  readonly [Key in keyof Section]-?: Exclude<Section[Key], undefined>;
};

export type Mapping = Record<string, unknown>;

/** The defaults as the sections of a file. */
export function sectionsOf(defaults: readonly SourcedDefault[]): Record<string, Mapping> {
  const sections: Record<string, Mapping> = {};
  for (const { path, value } of defaults) {
    let mapping: Mapping = sections;
    for (const step of path.slice(0, -1)) {
      mapping[step] ??= {};
      mapping = mapping[step] as Mapping;
    }
    mapping[path.at(-1)!] = value;
  }
  return sections;
}

/** `upper` on top of `lower`, key by key. */
export function over<Section extends object>(lower: Section, upper: Section | undefined): Section {
  const given = Object.entries(upper ?? {}).filter(([, value]) => value !== undefined);
  return { ...lower, ...Object.fromEntries(given) };
}
