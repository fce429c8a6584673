/** Paths of the catalogue: from a text such as `failures.machine.crash.mttf` to the keys on it. */
import type * as z from 'zod';
import type { Path } from '../text/yaml-document.ts';
import { BALANCER_KEYS, type BalancerKind } from './balancer-schema.ts';
import { keysOf, schemasBelow } from './forms.ts';
import type { Written } from './key.ts';
import { scenarioSchema } from './scenario-schema.ts';

/** Keys may hold dots themselves; undefined where no such path can be. */
export function pathOf(text: string): Path | undefined {
  return keysOn([scenarioSchema], text.split('.'));
}

function keysOn(schemas: readonly z.ZodType[], words: readonly string[]): Path | undefined {
  if (words.length === 0) return [];
  for (let length = words.length; length > 0; length--) {
    const step = words.slice(0, length).join('.');
    const found = schemas.flatMap((schema) => schemasBelow(schema, step));
    const rest = found.length === 0 ? undefined : keysOn(found, words.slice(length));
    if (rest !== undefined) return [step, ...rest];
  }
  return undefined;
}

function schemasAt(path: readonly PropertyKey[]): readonly z.ZodType[] {
  let schemas: readonly z.ZodType[] = [scenarioSchema];
  for (const step of path) {
    const place = typeof step === 'number' ? step : String(step);
    schemas = schemas.flatMap((schema) => schemasBelow(schema, place, true));
  }
  return schemas;
}

/** The first example that the catalogue gives of what stands at `path`, if it gives one. */
export function exampleAt(path: readonly PropertyKey[]): Written | undefined {
  for (const schema of schemasAt(path).flatMap(andInside)) {
    const [example] = (schema.meta()?.examples ?? []) as readonly Written[];
    if (example !== undefined) return example;
  }
  return undefined;
}

/** A schema, and those that it is made of where it gives no example itself. */
function andInside(schema: z.ZodType): readonly z.ZodType[] {
  const { innerType, options = [] } = schema._zod.def as unknown as {
    innerType?: z.ZodType;
    options?: readonly z.ZodType[];
  };
  const inside = [...(innerType === undefined ? [] : [innerType]), ...options];
  return [schema, ...inside.flatMap(andInside)];
}

/** The keys that a mapping at `path` may have; of a balancer of a known kind, its own. */
export function keysAt(path: readonly PropertyKey[], given?: unknown): string[] {
  const keys = schemasAt(path).flatMap((schema) => keysOf(schema, true).map(([key]) => key));
  const all = [...new Set(keys)];
  if (path.join('.') !== 'topology.loadBalancer') return all;
  const { kind } = (given ?? {}) as { readonly kind?: BalancerKind };
  const own = BALANCER_KEYS[kind!];
  return own === undefined ? all : ['kind', 'machines', ...own];
}

/** Every path that needs no name of the scenario's own, of values and of mappings above them. */
export function knownPaths(schema: z.ZodType = scenarioSchema, above = ''): string[] {
  return keysOf(schema).flatMap(([key, child]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [path, ...knownPaths(child, path)];
  });
}
