/** The published JSON Schema of scenario files, made from the zod schema that checks them. */
import * as z from 'zod';
import { scenarioSchema } from './schema/scenario-schema.ts';

export type JsonSchema = { readonly [key: string]: unknown };

/** Draft 2020-12: what may be written, with a description and examples of each key. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-2020-12',
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (examples !== undefined) jsonSchema.examples = examples as unknown[];
    },
  }) as JsonSchema;
}

/** The first example that the schema gives of what stands at `path`, if it gives one. */
export function exampleAt(root: JsonSchema, path: readonly PropertyKey[]): unknown {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const found = schemasAt(root, path.slice(0, -1)).flatMap((schema) => below(schema, last));
  const examples = [...found, ...unfold(root, found)].map((schema) => schema.examples);
  return (examples.find((some) => some !== undefined) as readonly unknown[] | undefined)?.[0];
}

/** The keys that a mapping at `path` of a scenario may have, and their schemas. */
export function keysAt(root: JsonSchema, path: readonly PropertyKey[]): string[] {
  const keys = schemasAt(root, path).flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [...new Set(keys)];
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
    const { $ref, anyOf } = schema as { $ref?: string; anyOf?: readonly JsonSchema[] };
    if ($ref !== undefined) {
      const defs = root.$defs as Readonly<Record<string, JsonSchema>>;
      return unfold(root, [defs[$ref.replace('#/$defs/', '')]!]);
    }
    return anyOf === undefined ? [schema] : unfold(root, anyOf);
  });
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
