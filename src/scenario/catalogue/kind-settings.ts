/** The settings that only some kinds of fault have, as keys of their sections. */
import { parse } from 'yaml';
import type * as z from 'zod';
import type { FaultKind, KindSetting, KindValues } from '../../faults/kinds/fault-kind.ts';
import { BESIDE_MISTAKES, factor, rate } from './quantity-schema.ts';

const NODES: Readonly<Record<KindSetting['type'], z.ZodType<number>>> = { factor, rate };

/** Keys of `settings`, none of which must be given. */
export function settingKeys(settings: readonly KindSetting[] = []) {
  const entries = settings.map(({ key, type, description, examples }) => [
    key,
    NODES[type].optional().meta({ description, examples: [...examples] }),
  ]);
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

/** What the settings of a fault say of those that only its kind has, defaults filled in. */
export function kindValues({ settings = [] }: FaultKind, given: object): KindValues {
  const own = given as Readonly<Record<string, number | undefined>>;
  const values = settings.map(({ key, type, default: usual }) => [
    key,
    own[key] ?? (usual === undefined ? undefined : NODES[type].parse(parse(usual))),
  ]);
  return Object.fromEntries(values);
}
