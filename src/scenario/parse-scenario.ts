/**
 * From the text of a scenario file to a checked scenario, or to everything that is wrong with it.
 * Reads no file: the caller gives the text.
 */
import { mended, withoutBroken } from './broken-entries.ts';
import type { WrittenMapping } from './catalogue/key.ts';
import { type Expanded, expand } from './expand/expand.ts';
import { type OptionSource, type Overrides, optionSource } from './option-source.ts';
import type { Source } from './origin.ts';
import { type Resolved, resolve } from './resolve.ts';
import { type ResolvedFile, readResolved } from './resolved-file.ts';
import type { Scenario } from './scenario.ts';
import type { LocatedFinding } from './schema-findings.ts';
import { type Doubts, Findings, type Places } from './text/findings.ts';
import { type Problem, sortProblems } from './text/problems.ts';
import { written } from './text/written.ts';
import { type Path, readYaml, type YamlDocument } from './text/yaml-document.ts';

export interface ParseOptions {
  /** The file's name, for messages and for the scenario's name. */
  readonly file: string;
  /** Values by path that replace the file's, such as those of the command line. */
  readonly overrides?: Overrides;
}

export type ParseResult =
  | {
      readonly ok: true;
      readonly scenario: Scenario;
      readonly warnings: readonly Problem[];
      /** Of a scenario that was resolved before: the file it was resolved from. */
      readonly resolvedFrom?: Pick<ResolvedFile, 'file' | 'digest'>;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Never throws, whatever the text. */
export function parseScenario(text: string, { file, overrides = {} }: ParseOptions): ParseResult {
  const read = readYaml(text, file);
  if ('problems' in read) return { ok: false, problems: unique(read.problems) };
  const { document } = read;
  if (document.value.resolved === undefined) {
    const values = document.value as WrittenMapping;
    const origin = (path: Path) => ({ kind: 'file', ...document.valueAt(path) }) as const;
    return checked({ values, origin }, { file, document, overrides, question: questionOf(text) });
  }
  const tree = readResolved(document, file);
  if ('problems' in tree) return { ok: false, problems: unique(tree.problems) };
  const { resolved, source } = tree;
  const result = checked(source, { ...resolved, document, overrides });
  return result.ok ? { ...result, resolvedFrom: resolved } : result;
}

/** Values by path from texts as YAML writes them. */
export function readSettings(
  settings: readonly { readonly path: string; readonly text: string }[],
): Overrides {
  return Object.fromEntries(settings.map(({ path, text }) => [path, readText(text)]));
}

/** What is no YAML is taken as the text that it is: the check says what would be allowed. */
function readText(text: string): unknown {
  const read = readYaml(`text: ${text}`, '');
  return 'document' in read ? read.document.value.text : text;
}

interface Context {
  readonly file: string;
  readonly document: YamlDocument;
  readonly overrides: Overrides;
  readonly question: string | undefined;
}

function checked(source: Source, context: Context): ParseResult {
  const options = optionSource(context.overrides);
  const found = resolve({ file: source, options });
  const strange = options.strangers(found.leaves);
  if (strange.size > 0) {
    const sound = Object.entries(context.overrides).filter(([path]) => !strange.has(path));
    const rest = checked(source, { ...context, overrides: Object.fromEntries(sound) });
    return { ok: false, problems: [...strange.values(), ...(rest.ok ? [] : rest.problems)] };
  }
  const places = placesOf(source, options, context);
  if ('findings' in found) {
    const structural = new Findings(places(found.isGiven));
    for (const { path, at, missing, isUnknown, orElse, ...finding } of found.findings) {
      const isElsewhere = orElse !== undefined && !found.isGiven(path);
      structural.problem(isElsewhere ? [...path.slice(0, -1), orElse] : path, finding, at);
    }
    const others = problemsBesides(found.findings, source, options, context, places);
    return { ok: false, problems: unique([...structural.problems, ...others]) };
  }
  const findings = new Findings(places(found.isGiven));
  const expanded = expand(found, { findings, left: [], doubtful: '' });
  if (findings.problems.length > 0) return { ok: false, problems: unique(findings.problems) };
  const scenario = named(expanded, context);
  return { ok: true, scenario, warnings: unique(findings.warnings) };
}

function named(expanded: Expanded, { file, question }: Context): Scenario {
  const { name = nameOf(file), ...rest } = expanded;
  return { name, question, ...rest };
}

type PlacesFor = (isGiven: Places['isGiven']) => Places;

/** What an option gives stands there, all else in the file. */
function placesOf(source: Source, options: OptionSource, { file, document }: Context): PlacesFor {
  return (isGiven) => ({
    isGiven,
    at: (path, which) => {
      const option = options.optionAt(path);
      if (option !== undefined) return { file: option, line: 0, column: 0 };
      return { file, ...(which === 'key' ? document.keyAt(path) : document.valueAt(path)) };
    },
    characterAt: (path, offset) => {
      const option = options.optionAt(path);
      if (option !== undefined) return { file: option, line: 0, column: 0 };
      return { file, ...document.characterAt(path, offset) };
    },
    isList: (path) => {
      let value: unknown = source.values;
      for (const step of path) value = (value as WrittenMapping | null)?.[step];
      return Array.isArray(value);
    },
  });
}

/** What is wrong beside the structural mistakes. */
function problemsBesides(
  structural: readonly LocatedFinding[],
  source: Source,
  options: OptionSource,
  context: Context,
  places: PlacesFor,
): readonly Problem[] {
  const { value: whole, entries, values } = mended(source.values, structural);
  const resolved = (mapping: unknown) =>
    resolve({ file: { ...source, values: mapping as WrittenMapping }, options });
  const again = resolved(whole);
  const { value, kept, left } = withoutBroken(whole, 'findings' in again ? again.findings : []);
  const found: Resolved | { findings: unknown } = 'findings' in again ? resolved(value) : again;
  if ('findings' in found) return [];
  const doubts: Doubts = { kept, entries, values };
  const findings = new Findings(places(found.isGiven), doubts);
  const isDoubtful = structural.some(({ path }) => path[0] === 'topology');
  expand(found, {
    findings,
    left,
    doubtful: isDoubtful ? written(context.document.value.topology) : '',
  });
  return findings.problems;
}

/** The file's name without folders and ending. */
function nameOf(file: string): string {
  const base = file.split(/[\\/]/).at(-1) ?? file;
  return base.replace(/\.ya?ml$/i, '');
}

/** The first line, where it is a comment and not an instruction to an editor. */
function questionOf(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '' && !/^# *yaml-language-server/.test(line));
  const question = /^#+\s*(.*?)\s*$/.exec(first ?? '')?.[1];
  return question === '' ? undefined : question;
}

/** Problems told of one file; whoever made more has a systematic one. */
const MOST_TOLD = 200;

/** In the file's order, each problem once. */
function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>();
  const once = sortProblems(problems).filter(({ line, column, message }) => {
    const key = `${line}:${column}:${message}`;
    return !seen.has(key) && seen.add(key);
  });
  const rest = once.length - MOST_TOLD;
  const last = once[MOST_TOLD];
  if (last === undefined) return once;
  const message = `${rest} more problems from here on`;
  return [...once.slice(0, MOST_TOLD), { ...place(last), message }];
}

function place({ file, line, column }: Problem): Problem {
  return { file, line, column, message: '' };
}
