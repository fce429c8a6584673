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
