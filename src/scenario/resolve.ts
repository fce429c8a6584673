/**
 * One tree from all that says something of a scenario: options over the file over imports over
 * presets over the catalogue's defaults. Each path of the tree has a value, its text and its
 * origin; expansion, `explain`, studies and reports read the tree and nothing else.
 */
import type * as z from 'zod';
import { failuresSchema } from './catalogue/failure-schema.ts';
import { formOf, inFull, isMapping, unitOf } from './catalogue/forms.ts';
import {
  type Default,
  factsOf,
  type Layer,
  type Surroundings,
  type Written,
  type WrittenMapping,
} from './catalogue/key.ts';
import { presetLayers } from './catalogue/presets.ts';
import { type ScenarioFile, scenarioSchema } from './catalogue/scenario-schema.ts';
import type { Origin, Parameter, Source } from './origin.ts';
import { type LocatedFinding, schemaFindings, ZOD_MESSAGES } from './schema-findings.ts';
import { written } from './text/written.ts';
import type { Path } from './text/yaml-document.ts';

interface Sources {
  readonly file: Source;
  /** Values given from outside, such as on the command line. */
  readonly options?: Source;
  /** What other tools' files say; the first is the strongest. */
  readonly imports?: readonly Source[];
}

/** A parameter with where it stands, before its value is checked. */
export interface Leaf {
  readonly path: Path;
  readonly written: Written;
  readonly origin: Origin;
  readonly layer: Layer;
  readonly isRunSetting: boolean;
  readonly unit: string | undefined;
}

/** A scenario with all its defaults, as its file could have said it. */
interface Completed {
  readonly written: WrittenMapping;
  readonly leaves: readonly Leaf[];
  /** Whether file, options or imports have something at a path. */
  isGiven(path: Path): boolean;
}

/** Everything in force, checked. */
export interface Resolved extends Completed {
  readonly values: ScenarioFile;
}

/** Completed, and not as the schema asks. */
interface Refused extends Completed {
  readonly findings: LocatedFinding[];
}

/** Without defaults nobody could say what holds, so all of them are put in before the check. */
export function resolve(sources: Sources): Resolved | Refused {
  const completed = complete(sources);
  const parsed = scenarioSchema.safeParse(completed.written, {
    error: ZOD_MESSAGES,
    reportInput: true,
    // One scenario is read: to write code for it takes longer than to read it.
    jitless: true,
  });
  if (!parsed.success) {
    return {
      ...completed,
      findings: withoutEchoes(schemaFindings(parsed.error.issues), completed),
    };
  }
  return { ...completed, values: parsed.data };
}

/** A default that follows a value with a mistake has the same mistake, and nobody wrote it. */
function withoutEchoes(
  findings: readonly LocatedFinding[],
  { leaves }: Completed,
): LocatedFinding[] {
  const defaults = new Set(
    leaves.filter(({ origin }) => origin.kind === 'built-in').map(({ path }) => path.join('\0')),
  );
  const own = findings.filter(({ path, orElse }) => {
    return orElse !== undefined || !defaults.has(path.join('\0'));
  });
  return own.length > 0 ? own : [...findings];
}

/** The tree's entries: values as plain data, `null` where there is nothing to say. */
export function parametersOf({ leaves, values }: Resolved): Parameter[] {
  return leaves.map(({ path, written: value, unit, origin, isRunSetting }) => ({
    path: path.join('.'),
    text: written(value),
    value: isMapping(value) && Object.keys(value).length === 0 ? {} : valueAt(values, path),
    unit,
    origin,
    isRunSetting,
  }));
}

function valueAt(values: unknown, path: Path): unknown {
  let value = values;
  for (const step of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[step];
  return value ?? null;
}

function complete({ file, options, imports = [] }: Sources): Completed {
  const said = [...(options === undefined ? [] : [options]), file, ...imports];
  const isGiven = (path: Path) =>
    said.some(({ values, given = values }) => at(given, path) !== undefined);
  const given = said.map(({ values }) => at(values, ['failures', 'use'])).find((one) => one);
  const use = given ?? (isGiven(['failures']) ? [] : usualPreset());
  const tree = new Tree([...said, ...presetLayers(use)], isGiven);
  return { written: tree.root(), leaves: tree.leaves, isGiven };
}

/** Where nothing is said of failures. */
function usualPreset(): Written {
  return factsOf(failuresSchema.shape.use)!.defaults[0]!.value as Written;
}

function at(values: Written, path: Path): Written | undefined {
  let value: Written | undefined = values;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as WrittenMapping)[step];
  }
  return value;
}

/** What a source says at one place. */
interface Said {
  readonly value: Written;
  readonly source: Pick<Source, 'origin'>;
}

interface Inherited {
  readonly layer: Layer;
  readonly isRunSetting: boolean;
}

type Container = Record<string, Written>;

/** What needs no parameter: it says how the file is to be read. */
const NO_PARAMETERS = ['$schema', 'quorate'];

class Tree {
  readonly leaves: Leaf[] = [];
  private readonly sources: readonly Source[];
  private readonly isGiven: Completed['isGiven'];
  private readonly whole: Container = {};

  /** @param sources the strongest first */
  constructor(sources: readonly Source[], isGiven: Completed['isGiven']) {
    this.sources = sources;
    this.isGiven = isGiven;
  }

  root(): WrittenMapping {
    const said = this.sources.map((source) => ({ value: source.values, source }));
    const inherited: Inherited = { layer: 'structure', isRunSetting: false };
    this.fillMapping(this.whole, scenarioSchema, said, [], inherited);
    return this.whole;
  }

  /**
   * Puts into `parent` what holds at one of its places, the strongest of `said` first. Mappings are
   * in the tree before they are filled, so that defaults can read what comes before them.
   */
  private put(
    parent: Container,
    place: string,
    schema: z.ZodType,
    said: readonly Said[],
    path: Path,
    around: Inherited,
  ): void {
    const full = said.map(({ value, source }) => ({ value: inFull(schema, value), source }));
    const [{ value: top, source }] = full as [Said];
    const { layer = around.layer, isRunSetting = around.isRunSetting } = factsOf(schema) ?? {};
    const inherited = { layer, isRunSetting };
    // An option gives an entry of a list by its number.
    const list = isMapping(top) ? full.find(({ value }) => Array.isArray(value)) : undefined;
    const form = formOf(schema, list?.value ?? top);
    if (form.kind === 'value') {
      this.add(path, top, source, { ...inherited, unit: unitOf(schema) });
      parent[place] = top;
      return;
    }
    const made: Container = form.kind === 'list' ? ([] as unknown as Container) : {};
    parent[place] = made;
    if (form.kind === 'list') {
      for (let index = 0; index < lengthOf(full); index++) {
        const own = below(full, String(index));
        this.put(made, String(index), form.entry, own, [...path, index], inherited);
      }
      return;
    }
    // An empty mapping still says that something is there.
    if (this.isGivenEmpty(path)) this.add(path, {}, source, { ...inherited, unit: undefined });
    const until = full.findIndex(({ value }) => !isMapping(value));
    const mappings = until === -1 ? full : full.slice(0, until);
    if (form.kind === 'mapping') this.fillMapping(made, schema, mappings, path, inherited);
    else {
      for (const name of keysIn(mappings)) {
        const own = below(mappings, name);
        this.put(made, name, form.entry, own, [...path, name], inherited);
      }
    }
  }

  private fillMapping(
    made: Container,
    schema: z.ZodType,
    said: readonly Said[],
    path: Path,
    inherited: Inherited,
  ): void {
    const form = formOf(schema, said[0]!.value);
    if (form.kind !== 'mapping') throw new TypeError(`no mapping at ${path.join('.')}`);
    const sound = withoutReplaced(said, form.replaced);
    const around = this.surroundings(made, sound);
    for (const [key, child] of Object.entries(form.shape)) {
      const own = below(sound, key);
      // A mapping that is written in part has the rest of its default.
      const isPartial = own.every(({ value }) => isMapping(value));
      const usual = isPartial ? defaultOf(child, around) : undefined;
      if (usual !== undefined) own.push(usual);
      if (own.length > 0) this.put(made, key, child, own, [...path, key], inherited);
    }
    // Keys that nobody knows are left for the schema to refuse.
    for (const key of keysIn(said)) {
      if (!Object.hasOwn(form.shape, key)) made[key] = below(said, key)[0]!.value;
    }
  }

  private isGivenEmpty(path: Path): boolean {
    const given = this.sources.map((one) => at(one.given ?? one.values, path));
    const top = given.find((one) => one !== undefined);
    return isMapping(top) && Object.keys(top).length === 0;
  }

  private add(
    path: Path,
    value: Written,
    source: Said['source'],
    rest: Pick<Leaf, 'layer' | 'isRunSetting' | 'unit'>,
  ): void {
    if (NO_PARAMETERS.includes(String(path[0]))) return;
    this.leaves.push({ path, written: value, origin: source.origin(path), ...rest });
  }

  /** What a default may read: what is written beside it, and all that comes before it. */
  private surroundings(made: WrittenMapping, said: readonly Said[]): Surroundings {
    return {
      beside: (key) => made[key] ?? below(said, key)[0]?.value,
      at: (...path) => at(this.whole, path),
      isGiven: (section) => this.isGiven([section]),
    };
  }
}

function defaultOf(schema: z.ZodType, around: Surroundings): Said | undefined {
  const defaults = factsOf(schema)?.defaults ?? [];
  const found = defaults.find(({ when }) => when?.holds(around) ?? true);
  if (found === undefined) return undefined;
  const { value: usual } = found;
  const value = typeof usual === 'function' ? usual(around) : usual;
  return value === undefined ? undefined : { value, source: builtIn(found) };
}

function builtIn({ source, evidence, text }: Default): Said['source'] {
  const told = text === undefined ? source : `${text}: ${source}`;
  return { origin: () => ({ kind: 'built-in', source: told, evidence }) };
}

function lengthOf(said: readonly Said[]): number {
  return Math.max(...said.map(({ value }) => (Array.isArray(value) ? value.length : 0)));
}

function keysIn(said: readonly Said[]): string[] {
  return [...new Set(said.flatMap(({ value }) => Object.keys(value as WrittenMapping)))];
}

function below(said: readonly Said[], key: string): Said[] {
  return said.flatMap(({ value, source }) => {
    const own = isIndexed(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return own === undefined ? [] : [{ value: own, source }];
  });
}

function isIndexed(value: Written): value is WrittenMapping {
  return typeof value === 'object' && value !== null;
}

/** Keys of a mapping that a stronger one puts another in the place of do not hold. */
function withoutReplaced(
  said: readonly Said[],
  replaced: (key: string) => readonly string[],
): Said[] {
  const gone = new Set<string>();
  return said.map(({ value, source }) => {
    const kept = Object.entries(value as WrittenMapping).filter(([key]) => !gone.has(key));
    for (const [key] of kept) for (const other of replaced(key)) gone.add(other);
    return { value: Object.fromEntries(kept), source };
  });
}
