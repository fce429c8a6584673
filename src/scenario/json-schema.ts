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

/** The keys that a mapping at `path` of a scenario may have, and their schemas. */
export function keysAt(root: JsonSchema, path: readonly PropertyKey[]): string[] {
  let schemas = unfold(root, [root]);
  for (const step of path) {
    schemas = unfold(
      root,
      schemas.flatMap((schema) => below(schema, step)),
    );
  }
  const keys = schemas.flatMap((schema) => Object.keys((schema.properties as object) ?? {}));
  return [...new Set(keys)];
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
