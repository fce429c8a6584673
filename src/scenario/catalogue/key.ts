/**
 * How the catalogue states a key of a scenario, once: its schema, its default as a person would
 * write it, the source of that default and the evidence for it, and what the key is for. What is
 * in force, what `explain` shows, the JSON Schema and docs/scenario-keys.md all read this.
 */
import type * as z from 'zod';
import type { Evidence } from '../../faults/kinds/fault-kind.ts';

/** A value as YAML gives it. */
export type Written =
  | string
  | number
  | boolean
  | null
  | readonly Written[]
  | { readonly [key: string]: Written };

export type WrittenMapping = { readonly [key: string]: Written };

/** What a default may depend on: values written beside its key, or anywhere in the scenario. */
export interface Surroundings {
  /** Of the mapping that the key stands in; a default of its own if it comes earlier. */
  beside(key: string): Written | undefined;
  /** From the root of the scenario; defaults of earlier sections included. */
  at(...path: readonly string[]): Written | undefined;
  /** Whether the scenario, not a default or a preset, has something at a key of its root. */
  isGiven(section: string): boolean;
}

export interface Condition {
  /** In words, such as `kind: haproxy`. */
  readonly text: string;
  holds(around: Surroundings): boolean;
}

export interface Default {
  /** As a person would write it; an empty mapping: its keys have defaults of their own. */
  readonly value: Written | ((around: Surroundings) => Written | undefined);
  /** In words, of a default that is computed. */
  readonly text?: string;
  readonly source: string;
  readonly evidence: Evidence;
  /** Where it holds; of several defaults the first that holds counts. */
  readonly when?: Condition;
}

/** Which simulation a parameter is for; it is in force where that is simulated. */
export type Layer = 'structure' | 'etcd' | 'kubernetes';

interface KeyFacts {
  readonly defaults: readonly Default[];
  /** Of this key and all below it; that of the mapping around it if left out. */
  readonly layer?: Layer;
  /** It says how to simulate, not how the world is: no parameter of the model. */
  readonly isRunSetting?: true;
}

interface Said {
  readonly description: string;
  readonly examples: readonly Written[];
  readonly layer?: Layer;
  readonly isRunSetting?: true;
}

/** What is known of keys beside their schemas, by the schema of each. */
const KEY_FACTS = new WeakMap<z.ZodType, KeyFacts>();

export function factsOf(schema: z.ZodType): KeyFacts | undefined {
  return KEY_FACTS.get(schema);
}

function stated<Schema extends z.ZodType>(
  schema: Schema,
  { description, examples, ...facts }: Said,
  defaults: readonly Default[],
): Schema {
  const node = schema.meta({ description, examples: [...examples] }) as unknown as Schema;
  KEY_FACTS.set(node, { ...facts, defaults });
  return node;
}

/** A key that always has a value: what is written, or its default. */
export function key<Schema extends z.ZodType>(
  schema: Schema,
  { value, source, evidence = 'V', ...said }: Said & Constant,
): z.ZodPrefault<Schema> {
  const node = schema.prefault(value as z.core.util.NoUndefined<z.input<Schema>>);
  return stated(node, said, [{ value, source, evidence }]);
}

interface Constant {
  /** The default, as a person would write it. */
  readonly value: Written;
  readonly source: string;
  /** V unless said otherwise. */
  readonly evidence?: Evidence;
}

/** A key that must be written where the mapping around it is. */
export function requiredKey<Schema extends z.ZodType>(schema: Schema, said: Said): Schema {
  return stated(schema, said, []);
}

/** A key that may be absent, or whose default holds in some surroundings only. */
export function optionalKey<Schema extends z.ZodType>(
  schema: Schema,
  { defaults = [], ...said }: Said & { readonly defaults?: readonly Default[] },
): z.ZodOptional<Schema> {
  return stated(schema.optional(), said, defaults);
}

/** A mapping that is always there, as its keys have defaults. */
export function section<Schema extends z.ZodType>(
  schema: Schema,
  said: Said,
): z.ZodPrefault<Schema> {
  const node = schema.prefault({} as z.core.util.NoUndefined<z.input<Schema>>);
  return stated(node, said, [EMPTY]);
}

/** A mapping that is there where `when` holds, as its keys have defaults. */
export function sectionWhere<Schema extends z.ZodType>(
  when: Condition,
  schema: Schema,
  said: Said,
): z.ZodOptional<Schema> {
  return stated(schema.optional(), said, [{ ...EMPTY, when }]);
}

const EMPTY: Default = { value: {}, source: '', evidence: 'A' };

/** A default that follows another value: that of a key beside it. */
export function likeBeside(key: string, source: string, evidence: Evidence = 'V'): Default {
  return { value: (around) => around.beside(key), text: `as ${key}`, source, evidence };
}

/** A default that follows another value anywhere in the scenario. */
export function likeAt(path: readonly string[], source: string, evidence: Evidence = 'A'): Default {
  const text = `as ${path.join('.')}`;
  return { value: (around) => around.at(...path), text, source, evidence };
}

/** What is written as one word, such as a version; empty where there is none. */
function wordOf(written: Written | undefined): string {
  return typeof written === 'object' ? '' : String(written);
}

/** The key beside has one of these values. */
export function where(key: string, ...values: readonly string[]): Condition {
  return {
    text: `${key}: ${values.join(', ')}`,
    holds: (around) => values.includes(wordOf(around.beside(key))),
  };
}

/** What stands at a path from the root has one of these values. */
export function whereAt(path: readonly string[], ...values: readonly string[]): Condition {
  return {
    text: `${path.join('.')}: ${values.join(', ')}`,
    holds: (around) => values.includes(wordOf(around.at(...path))),
  };
}

/** One of the keys beside is written, or has a default. */
export function whereOneOf(...keys: readonly string[]): Condition {
  return {
    text: `with ${keys.join(' or ')}`,
    holds: (around) => keys.some((key) => around.beside(key) !== undefined),
  };
}

/** None of the keys beside is written. */
export function whereNoneOf(...keys: readonly string[]): Condition {
  return {
    text: `without ${keys.join(' and ')}`,
    holds: (around) => keys.every((key) => around.beside(key) === undefined),
  };
}

export function whereNotGiven(section: string): Condition {
  return { text: `without ${section}`, holds: (around) => !around.isGiven(section) };
}

export function both(one: Condition, other: Condition): Condition {
  return {
    text: `${one.text}, ${other.text}`,
    holds: (around) => one.holds(around) && other.holds(around),
  };
}
