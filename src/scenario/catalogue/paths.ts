/** Paths of the catalogue: from a text such as `failures.machine.crash.mttf` to the keys on it. */
import type * as z from 'zod';
import type { Path } from '../text/yaml-document.ts';
import { keysOf, schemasBelow } from './forms.ts';
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

/** Every path that needs no name of the scenario's own, of values and of mappings above them. */
export function knownPaths(schema: z.ZodType = scenarioSchema, above = ''): string[] {
  return keysOf(schema).flatMap(([key, child]) => {
    const path = above === '' ? key : `${above}.${key}`;
    return [path, ...knownPaths(child, path)];
  });
}
