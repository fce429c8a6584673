/**
 * A scenario that was resolved before, as `quorate explain --format json` writes it: every
 * parameter with its text and its origin. It runs to the same results as the file it came from,
 * whatever defaults a later version has.
 */
import * as z from 'zod';
import type { Written, WrittenMapping } from './catalogue/key.ts';
import { pathOf } from './catalogue/paths.ts';
import type { Origin, Source } from './origin.ts';
import type { Problem } from './text/problems.ts';
import { type Path, readYaml, type YamlDocument } from './text/yaml-document.ts';

const evidence = z.enum(['V', 'D', 'A']);

const origin = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), line: z.int(), column: z.int() }),
  z.object({ kind: z.literal('option') }),
  z.object({ kind: z.literal('preset'), preset: z.string(), source: z.string(), evidence }),
  z.object({ kind: z.literal('built-in'), source: z.string(), evidence }),
]);

const resolvedFile = z.object({
  quorate: z.literal(1),
  resolved: z.object({
    file: z.string(),
    digest: z.string(),
    question: z.string().nullable(),
  }),
  parameters: z.array(z.object({ path: z.string(), text: z.string(), origin })),
});

/** What a resolved scenario knows of the file it came from. */
export interface ResolvedFile {
  readonly file: string;
  readonly digest: string;
  readonly question: string | undefined;
}

interface Entry {
  readonly keys: Path;
  readonly written: Written;
  readonly origin: Origin;
}

/** The tree as a source of all its values, or what is wrong with it. */
export function readResolved(
  document: YamlDocument,
  file: string,
): { readonly resolved: ResolvedFile; readonly source: Source } | { readonly problems: Problem[] } {
  const parsed = resolvedFile.safeParse(document.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      ...{
        file,
        ...document.valueAt(path.map((step) => (typeof step === 'number' ? step : String(step)))),
      },
      message: `this is no resolved scenario: ${message}`,
      allowed: 'what quorate explain --format json writes',
    }));
    return { problems };
  }
  const { resolved, parameters } = parsed.data;
  const problems: Problem[] = [];
  const entries = parameters.flatMap((parameter, index): Entry[] => {
    const keys = pathOf(parameter.path);
    const read = readYaml(`text: ${parameter.text}`, file);
    if (keys !== undefined && 'document' in read) {
      const { text } = read.document.value as { readonly text: Written };
      return [{ keys, written: text, origin: parameter.origin }];
    }
    const message = `this is no parameter of a scenario: ${parameter.path}: ${parameter.text}`;
    problems.push({ file, ...document.valueAt(['parameters', index]), message });
    return [];
  });
  if (problems.length > 0) return { problems };
  const given = entries.filter(({ origin: { kind } }) => kind !== 'built-in' && kind !== 'preset');
  const byPath = new Map(entries.map((entry) => [entry.keys.join('\0'), entry.origin]));
  const source: Source = {
    values: { quorate: 1, ...nested(entries) },
    given: nested(given),
    origin: (path) => byPath.get(path.join('\0'))!,
  };
  const { question, ...from } = resolved;
  return { resolved: { ...from, question: question ?? undefined }, source };
}

/** Lists, whose entries have numbers for names, become lists again. */
function nested(entries: readonly Entry[]): WrittenMapping {
  const root: Record<string, unknown> = {};
  for (const { keys, written } of entries) {
    let mapping = root;
    keys.forEach((key, index) => {
      if (index === keys.length - 1) mapping[key] = structuredClone(written);
      else {
        mapping[key] ??= /^\d+$/.test(String(keys[index + 1])) ? [] : {};
        mapping = mapping[key] as Record<string, unknown>;
      }
    });
  }
  return root as WrittenMapping;
}
