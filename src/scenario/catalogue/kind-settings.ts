/** The settings that only some kinds of fault have, as keys of their sections. */
import type * as z from 'zod';
import type { FaultKind, KindSetting, KindValues } from '../../faults/kinds/fault-kind.ts';
import { type Default, optionalKey, whereOneOf } from './key.ts';
import { BESIDE_MISTAKES, factor, rate } from './quantity-schema.ts';

const NODES: Readonly<Record<KindSetting['type'], z.ZodType<number>>> = { factor, rate };

/**
 * Keys of `settings`, none of which must be given.
 * @param lives keys of which one says that the fault happens: then defaults hold; none: never
 */
export function settingKeys(settings: readonly KindSetting[] = [], lives: readonly string[] = []) {
  const entries = settings.map((setting) => {
    const { key, type, default: value, source, evidence, description, examples } = setting;
    const usual: Default[] =
      value === undefined || lives.length === 0
        ? []
        : [{ value, source, evidence, when: whereOneOf(...lives) }];
    return [key, optionalKey(NODES[type], { description, examples, defaults: usual })];
  });
  return Object.fromEntries(entries) as Record<string, z.ZodOptional<z.ZodType<number>>>;
}

/** `schema` where a kind needs no setting of its own; else it refuses those without any. */
export function withOneSetting<Schema extends z.ZodType>(
  schema: Schema,
  { settings = [], needsSetting }: FaultKind,
): Schema {
  if (needsSetting === undefined) return schema;
  const keys = settings.map(({ key }) => key);
  const isGiven = (given: unknown) =>
    keys.some((key) => (given as Readonly<Record<string, unknown>>)[key] !== undefined);
  return schema.refine(isGiven, {
    error: needsSetting,
    params: { allowed: `at least one of ${keys.join(', ')}` },
    ...BESIDE_MISTAKES,
  });
}

/**
 * What the settings of a fault, presets and overrides in them, say of those that only its kind has;
 * what an override alone brings about has no default from `failures`.
 */
export function kindValues({ settings = [] }: FaultKind, given: object): KindValues {
  const own = given as Readonly<Record<string, number | undefined>>;
  const values = settings.map(({ key, type, default: usual }) => [
    key,
    own[key] ?? (usual === undefined ? undefined : NODES[type].parse(usual)),
  ]);
  return Object.fromEntries(values);
}
