/** The published JSON Schema of scenario files, made from the zod schema that checks them. */
import * as z from 'zod';
import { written } from '../text/written.ts';
import { BALANCER_KEYS, type BalancerKind, balancerMapping } from './balancer-schema.ts';
import { factsOf } from './key.ts';
import { scenarioSchema } from './scenario-schema.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** Draft 2020-12: what may be written, with a description and examples of each key. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (examples !== undefined) jsonSchema.examples = examples as unknown[];
      addDefault(jsonSchema, zodSchema as unknown as z.ZodType);
      if (zodSchema === balancerMapping) toldApart(jsonSchema);
    },
  }) as JsonSchema;
}

/** As such where it always holds and is not computed; else in the words of the description. */
function addDefault(jsonSchema: Record<string, unknown>, schema: z.ZodType): void {
  delete jsonSchema.default;
  const defaults = (factsOf(schema)?.defaults ?? []).filter(({ source }) => source !== '');
  const [first] = defaults;
  if (first === undefined) return;
  if (first.when === undefined && typeof first.value !== 'function') {
    jsonSchema.default = first.value;
    return;
  }
  const told = defaults.map(({ value, text, when }) => {
    const usual = text ?? written(value);
    return when === undefined ? usual : `${usual} (${when.text})`;
  });
  jsonSchema.description = `${jsonSchema.description} If left out: ${told.join('; ')}.`;
}

/** One form for each kind of balancer, with the settings of its own alone. */
function toldApart(balancer: Record<string, unknown>): void {
  const { kind, machines, ...all } = balancer.properties as Readonly<Record<string, JsonSchema>>;
  const { description } = kind!;
  balancer.oneOf = Object.entries(BALANCER_KEYS).map(([word, own]) => {
    const settings = own.map((key) => [key, ofKind(word as BalancerKind, key, all[key]!)]);
    const properties = {
      kind: { description, const: word, examples: [word] },
      machines,
      ...Object.fromEntries(settings),
    };
    return { type: 'object', properties, required: ['kind'], additionalProperties: false };
  });
  for (const key of ['type', 'properties', 'required', 'additionalProperties']) {
    delete balancer[key];
  }
}

/** HAProxy's time-outs are several, and that of a cloud is one. */
function ofKind(kind: BalancerKind, key: string, schema: JsonSchema): JsonSchema {
  if (key !== 'timeout') return schema;
  const { anyOf, examples, ...rest } = schema;
  const type = kind === 'cloud' ? 'string' : 'object';
  const form = (anyOf as readonly JsonSchema[]).find((one) => one.type === type);
  const fitting = (examples as readonly unknown[]).filter((one) => typeof one === type);
  return { ...form, ...rest, examples: fitting };
}

/** The first example that the schema gives of what stands at `path`, if it gives one. */
export function exampleAt(root: JsonSchema, path: readonly PropertyKey[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const found = schemasAt(root, path.slice(0, -1)).flatMap((schema) => below(schema, last));
  const examples = [...found, ...unfold(root, found)].map((schema) => schema.examples);
  return (examples.find((some) => some !== undefined) as readonly unknown[] | undefined)?.[0];
}

/** The keys that a mapping at `path` of a scenario may have; of several forms, of those it fits. */
export function keysAt(root: JsonSchema, path: readonly PropertyKey[], given?: unknown): string[] {
  const forms = schemasAt(root, path);
  const fitting = forms.filter((form) => isOfKind(form, given));
  const keys = (fitting.length > 0 ? fitting : forms).flatMap(({ properties }) => {
    return Object.keys(properties ?? {});
  });
  return [...new Set(keys)];
}

/** Whether a mapping has what tells a form from others, such as the kind of a balancer. */
function isOfKind({ properties = {} }: JsonSchema, given: unknown): boolean {
  const fixed = Object.entries(properties as Readonly<Record<string, JsonSchema>>).filter(
    ([, { const: word }]) => word !== undefined,
  );
  const values = (given ?? {}) as Readonly<Record<string, unknown>>;
  return fixed.length > 0 && fixed.every(([key, { const: word }]) => values[key] === word);
}

function schemasAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  let schemas = unfold(root, [root]);
  for (const step of path) {
    schemas = unfold(
      root,
      schemas.flatMap((schema) => below(schema, step)),
    );
  }
  return schemas;
}

function below(schema: JsonSchema, step: PropertyKey): JsonSchema[] {
  if (typeof step === 'number') {
    const prefix = schema.prefixItems as readonly JsonSchema[] | undefined;
    return [prefix?.[step] ?? schema.items].filter(isSchema);
  }
  const properties = (schema.properties ?? {}) as Readonly<Record<string, unknown>>;
  const own = Object.hasOwn(properties, String(step)) ? properties[String(step)] : undefined;
  return [own ?? schema.additionalProperties].filter(isSchema);
}

/** The schemas themselves in place of references and of choices between several. */
function unfold(root: JsonSchema, schemas: readonly JsonSchema[]): JsonSchema[] {
  return schemas.flatMap((schema) => {
    const { $ref, anyOf, oneOf } = schema as {
      $ref?: string;
      anyOf?: readonly JsonSchema[];
      oneOf?: readonly JsonSchema[];
    };
    if ($ref !== undefined) {
      const defs = root.$defs as Readonly<Record<string, JsonSchema>>;
      return unfold(root, [defs[$ref.replace('#/$defs/', '')]!]);
    }
    // Beside properties it says which of them exclude each other.
    const forms = anyOf ?? (schema.properties === undefined ? oneOf : undefined);
    return forms === undefined ? [schema] : unfold(root, forms);
  });
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
