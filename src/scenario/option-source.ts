/** Values given outside the file, such as on the command line, as a source of the scenario. */
import type { Written, WrittenMapping } from './catalogue/key.ts';
import { knownPaths, pathOf } from './catalogue/paths.ts';
import type { Source } from './origin.ts';
import type { Leaf } from './resolve.ts';
import { type Problem, unknownName } from './text/problems.ts';
import type { Path } from './text/yaml-document.ts';

/** From a path of the scenario, such as `topology.controlPlanes`, to a value as YAML gives it. */
export type Overrides = Readonly<Record<string, unknown>>;

/** Paths with an option of their own beside `--set`. */
const SHORT: readonly string[] = ['seed', 'replications', 'horizon', 'precision', 'confidence'];

/** How the option for a path is called where something is wrong with it. */
function optionName(path: string): string {
  return SHORT.includes(path) ? `--${path}` : `--set ${path}`;
}

export interface OptionSource extends Source {
  /** Of the option that gives what stands at a path or above it. */
  optionAt(path: Path): string | undefined;
  /** Paths that no scenario has, or not this one, and what to say of each. */
  strangers(leaves: readonly Leaf[]): ReadonlyMap<string, Problem>;
}

export function optionSource(overrides: Overrides): OptionSource {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const paths = given.map(([text, value]) => ({ text, value, keys: pathOf(text) }));
  const values: Record<string, Written> = {};
  for (const { keys, value } of paths) if (keys !== undefined) put(values, keys, value as Written);
  const within = (keys: Path, path: Path) => keys.every((key, at) => key === String(path[at]));
  return {
    values,
    origin: () => ({ kind: 'option' }),
    optionAt: (path) => {
      const found = paths.find(({ keys }) => keys !== undefined && within(keys, path));
      return found && optionName(found.text);
    },
    strangers: (leaves) => {
      const isThere = (keys: Path) => leaves.some(({ path }) => within(keys, path.map(String)));
      const strange = paths.filter(({ keys }) => keys === undefined || !isThere(keys));
      const known = [...knownPaths(), ...leaves.map(({ path }) => path.join('.'))];
      const allowed = 'a path that quorate explain shows, or docs/scenario-keys.md';
      const problemOf = (text: string): Problem => ({
        ...{ file: optionName(text), line: 0, column: 0 },
        ...unknownName('path', text, [...new Set(known)], allowed),
      });
      return new Map(strange.map(({ text }) => [text, problemOf(text)]));
    },
  };
}

function put(values: WrittenMapping, [first, ...rest]: Path, value: Written): void {
  const mapping = values as Record<string, Written>;
  const key = String(first);
  if (rest.length === 0) mapping[key] = value;
  else {
    mapping[key] ??= {};
    put(mapping[key] as WrittenMapping, rest, value);
  }
}
