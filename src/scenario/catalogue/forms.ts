/**
 * The catalogue's schemas as a tree that can be walked beside what is written: which keys a mapping
 * may have, what stands for a list or a record, and what is one value however it is written.
 */
import type * as z from 'zod';
import type { Written, WrittenMapping } from './key.ts';

/** Which keys of a mapping a key puts out of force when it is written above them. */
type Replaced = (key: string) => readonly string[];

type Form =
  /** One value, such as a length of time, a distribution or a list of names. */
  | { readonly kind: 'value' }
  | {
      readonly kind: 'mapping';
      readonly shape: Readonly<Record<string, z.ZodType>>;
      readonly replaced: Replaced;
    }
  /** Entries by names that the scenario gives. */
  | { readonly kind: 'record'; readonly entry: z.ZodType }
  /** Entries by number. */
  | { readonly kind: 'list'; readonly entry: z.ZodType };

interface Facts {
  readonly isValue?: true;
  readonly isList?: true;
  readonly replaced?: Replaced;
  readonly shorthand?: (written: Written) => WrittenMapping;
}

const FACTS = new WeakMap<z.ZodType, Facts>();
const UNITS = new WeakMap<z.ZodType, string>();

/** A schema whose values, as the simulation takes them, have this unit. */
export function inUnit<Schema extends z.ZodType>(unit: string, schema: Schema): Schema {
  UNITS.set(schema, unit);
  return schema;
}

/** The unit of what a schema gives; undefined where it is a name, a number or a choice. */
export function unitOf(schema: z.ZodType): string | undefined {
  const known = UNITS.get(schema);
  if (known !== undefined) return known;
  const {
    innerType,
    in: input,
    options,
  } = schema._zod.def as unknown as {
    innerType?: z.ZodType;
    in?: z.ZodType;
    options?: readonly z.ZodType[];
  };
  const below = innerType ?? input;
  if (below !== undefined) return unitOf(below);
  return options?.map(unitOf).find((unit) => unit !== undefined);
}

function marked<Schema extends z.ZodType>(schema: Schema, facts: Facts): Schema {
  FACTS.set(schema, facts);
  return schema;
}

/** A schema of mappings or lists that are one value: a parameter as a whole. */
export function wholeValue<Schema extends z.ZodType>(schema: Schema): Schema {
  return marked(schema, { isValue: true });
}

/** A schema of a list whose entries are parameters of their own, or hold some. */
export function entries<Schema extends z.ZodType>(schema: Schema): Schema {
  return marked(schema, { isList: true });
}

/** A mapping in which a key, where it is written, takes others of a layer below out of force. */
export function replacing<Schema extends z.ZodType>(schema: Schema, replaced: Replaced): Schema {
  return marked(schema, { replaced });
}

/** A mapping that may be written as one value. */
export function shorthandOf<Schema extends z.ZodType>(
  schema: Schema,
  shorthand: (written: Written) => WrittenMapping,
): Schema {
  return marked(schema, { shorthand });
}

export function isMapping(written: unknown): written is WrittenMapping {
  return typeof written === 'object' && written !== null && !Array.isArray(written);
}

/** Without what is around a schema: optional, default, transform. */
function inner(schema: z.ZodType): z.ZodType {
  let found = schema;
  for (;;) {
    if (FACTS.get(found) !== undefined) return found;
    const { innerType, in: input } = found._zod.def as unknown as Record<string, z.ZodType>;
    const next = innerType ?? (found._zod.def.type === 'pipe' ? input : undefined);
    if (next === undefined) return found;
    found = next;
  }
}

/** The mapping that a value may stand for, where the schema knows a shorthand. */
export function inFull(schema: z.ZodType, written: Written): Written {
  const shorthand = FACTS.get(inner(schema))?.shorthand;
  return shorthand === undefined || isMapping(written) || written === null
    ? written
    : shorthand(written);
}

const VALUE: Form = { kind: 'value' };
const NOTHING: Replaced = () => [];

/** How the schema takes what is written; of several forms the one that knows most of its keys. */
export function formOf(schema: z.ZodType, written: Written): Form {
  const found = inner(schema);
  const facts = FACTS.get(found);
  if (facts?.isValue) return VALUE;
  const { def } = found._zod as unknown as { def: Record<string, unknown> };
  const core = found._zod.def.type === 'pipe' ? (def.in as z.ZodType) : found;
  switch (core._zod.def.type) {
    case 'object': {
      if (!isMapping(written)) return VALUE;
      const { shape } = core._zod.def as unknown as { shape: Record<string, z.ZodType> };
      return { kind: 'mapping', shape, replaced: facts?.replaced ?? NOTHING };
    }
    case 'record': {
      const { valueType } = core._zod.def as unknown as { valueType: z.ZodType };
      return isMapping(written) ? { kind: 'record', entry: valueType } : VALUE;
    }
    case 'array': {
      const { element } = core._zod.def as unknown as { element: z.ZodType };
      return facts?.isList && Array.isArray(written) ? { kind: 'list', entry: element } : VALUE;
    }
    case 'union':
      return ofUnion(core, written);
    default:
      return core === found ? VALUE : formOf(core, written);
  }
}

function ofUnion(union: z.ZodType, written: Written): Form {
  const { options } = union._zod.def as unknown as { options: readonly z.ZodType[] };
  if (!isMapping(written)) return VALUE;
  let best = VALUE;
  let unknown = Number.POSITIVE_INFINITY;
  for (const option of options) {
    const form = formOf(option, written);
    if (form.kind === 'value') continue;
    const { kind } = form;
    const own = kind === 'mapping' ? (key: string) => Object.hasOwn(form.shape, key) : () => true;
    const strange = Object.keys(written).filter((key) => !own(key)).length;
    if (strange >= unknown) continue;
    best = form;
    unknown = strange;
  }
  const mayBeValue = options.some((option) => FACTS.get(inner(option))?.isValue);
  return mayBeValue && unknown > 0 ? VALUE : best;
}

interface Def {
  readonly shape: Readonly<Record<string, z.ZodType>>;
  readonly valueType: z.ZodType;
  readonly keyType: z.ZodType;
  readonly element: z.ZodType;
  readonly items: readonly z.ZodType[];
  readonly options: readonly z.ZodType[];
  readonly in: z.ZodType;
}

/**
 * The schemas that may stand at a key of a mapping, a name of a record or a place of a list.
 * @param isWithin whether to look into what is one value, such as a distribution
 */
export function schemasBelow(
  schema: z.ZodType,
  step: string | number,
  isWithin = false,
): readonly z.ZodType[] {
  const found = inner(schema);
  const facts = FACTS.get(found);
  if (facts?.isValue && !isWithin) return [];
  const def = found._zod.def as unknown as Def;
  const below = (other: z.ZodType) => schemasBelow(other, step, isWithin);
  const isPlace = /^\d{1,4}$/.test(String(step));
  switch (found._zod.def.type) {
    case 'object':
      return Object.hasOwn(def.shape, step) ? [def.shape[step]!] : [];
    case 'record':
      return def.keyType.safeParse(step).success ? [def.valueType] : [];
    case 'array':
      return isPlace && (isWithin || facts?.isList) ? [def.element] : [];
    case 'tuple':
      return def.items.slice(Number(step), Number(step) + 1);
    case 'union':
      return def.options.flatMap(below);
    case 'pipe':
      return below(def.in);
    default:
      return [];
  }
}

/** The keys of every mapping that the schema may take. */
export function keysOf(
  schema: z.ZodType,
  isWithin = false,
): readonly (readonly [key: string, z.ZodType])[] {
  const found = inner(schema);
  if (FACTS.get(found)?.isValue && !isWithin) return [];
  const def = found._zod.def as unknown as Def;
  switch (found._zod.def.type) {
    case 'object':
      return Object.entries(def.shape);
    case 'union':
      return def.options.flatMap((option) => keysOf(option, isWithin));
    case 'pipe':
      return keysOf(def.in, isWithin);
    default:
      return [];
  }
}
