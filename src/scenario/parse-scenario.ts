/**
 * From the text of a scenario file to a checked scenario, or to everything that is wrong with it.
 * Reads no file: the caller gives the text.
 */
import type { Layout } from '../model/control-plane/layout.ts';
import { mended, withoutBroken } from './broken-entries.ts';
import { type ScenarioFile, scenarioSchema } from './catalogue/scenario-schema.ts';
import { etcdSettings } from './etcd-defaults.ts';
import { checkLoad } from './expand/check-load.ts';
import { checkNetwork, expandEtcd } from './expand/expand-etcd.ts';
import { expandEvents } from './expand/expand-events.ts';
import { expandFailures } from './expand/expand-failures.ts';
import { expandKubernetes } from './expand/expand-kubernetes.ts';
import {
  expandLevels,
  expandObjectives,
  KNOWN_LEVELS,
  measuredLevels,
} from './expand/expand-levels.ts';
import { expandShared } from './expand/expand-shared.ts';
import { expandTopology } from './expand/expand-topology.ts';
import { isOfKubernetes, needsKubernetes } from './expand/kubernetes-level.ts';
import { needsMessageLevel } from './expand/message-level.ts';
import { type Declared, Names } from './expand/names.ts';
import { drawPlacement, placeMachines } from './expand/placement.ts';
import { warnOfLongRuns } from './expand/run-length.ts';
import {
  type OptionOverrides,
  optionFindings,
  optionKeys,
  withOptions,
} from './option-overrides.ts';
import { parametersInForce } from './parameters.ts';
import type { Scenario, StopRule } from './scenario.ts';
import { type LocatedFinding, schemaFindings, ZOD_MESSAGES } from './schema-findings.ts';
import { Findings } from './text/findings.ts';
import { type Problem, sortProblems } from './text/problems.ts';
import { written } from './text/written.ts';
import { readYaml, type YamlDocument } from './text/yaml-document.ts';

export interface ParseOptions {
  /** The file's name, for messages and for the scenario's name. */
  readonly file: string;
  /** Values that replace the file's, such as those of the command line. */
  readonly overrides?: OptionOverrides;
}

export type ParseResult =
  | { readonly ok: true; readonly scenario: Scenario; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Never throws, whatever the text. */
export function parseScenario(text: string, options: ParseOptions): ParseResult {
  const { file, overrides = {} } = options;
  const read = readYaml(text, file);
  if ('problems' in read) return { ok: false, problems: unique(read.problems) };
  const { document } = read;
  const outside = optionFindings(overrides);
  const raw = outside.length > 0 ? document.value : withOptions(document.value, overrides);
  const parsed = parse(raw);
  if ('file' in parsed) {
    const findings = new Findings(file, document);
    const scenario = expand(parsed.file, raw, { text, options, findings, left: [], doubtful: '' });
    if (findings.problems.length + outside.length === 0) {
      return { ok: true, scenario, warnings: unique(findings.warnings) };
    }
    return { ok: false, problems: unique([...outside, ...findings.problems]) };
  }
  const structural = new Findings(file, document);
  for (const { path, at, missing, isUnknown, ...finding } of parsed.findings) {
    structural.problem(path, finding, at);
  }
  const others = problemsBesides(parsed.findings, raw, document, text, options);
  return { ok: false, problems: unique([...outside, ...structural.problems, ...others]) };
}

function parse(raw: unknown): { file: ScenarioFile } | { findings: LocatedFinding[] } {
  const parsed = scenarioSchema.safeParse(raw, { error: ZOD_MESSAGES, reportInput: true });
  if (parsed.success) return { file: parsed.data };
  return { findings: schemaFindings(parsed.error.issues) };
}

/** What is wrong beside the structural mistakes. */
function problemsBesides(
  structural: readonly LocatedFinding[],
  raw: Readonly<Record<string, unknown>>,
  document: YamlDocument,
  text: string,
  options: ParseOptions,
): readonly Problem[] {
  const { value: whole, entries, values } = mended(raw, structural);
  const again = parse(whole);
  const { value, kept, left } = withoutBroken(whole, 'findings' in again ? again.findings : []);
  const parsed = 'file' in again ? again : parse(value);
  if ('findings' in parsed) return [];
  const findings = new Findings(options.file, document, { kept, entries, values });
  const isDoubtful = structural.some(({ path }) => path[0] === 'topology');
  const doubtful = isDoubtful ? written(raw.topology) : '';
  expand(parsed.file, value, { text, options, findings, left, doubtful });
  return findings.problems;
}

interface Context {
  readonly text: string;
  readonly options: ParseOptions;
  readonly findings: Findings;
  /** Entries that were left out for structural mistakes; their names still stand. */
  readonly left: readonly (readonly [section: string, entry: string])[];
  /** The topology as written, where it has structural mistakes; else empty. */
  readonly doubtful: string;
}

function expand(
  file: ScenarioFile,
  raw: Readonly<Record<string, unknown>>,
  { text, options, findings, left, doubtful }: Context,
): Scenario {
  const layout = placeMachines(file.topology, findings);
  const names = new Names(layout, declared(file, left), findings, doubtful);
  const shared = expandShared(file, names, findings);
  const possible = [...expandFailures(file, names, findings), ...shared.modes];
  const { replacement } = etcdSettings(file).etcd;
  const events = expandEvents(file, replacement, names, findings);
  const isOverloaded = checkLoad(file, layout, findings);
  const own = expandLevels(file.levels ?? {}, names, findings);
  const sound = [...KNOWN_LEVELS, ...own].map(({ name }) => name);
  const all = [...Object.keys(file.levels ?? {}), ...leftOf(left, 'levels')];
  const broken = all.filter((name) => !sound.includes(name));
  const objectives = expandObjectives(file.objectives ?? [], sound, broken, findings);
  checkNetwork(file, layout, names.isDoubtful, findings);
  const asked = { modes: possible, events, levels: own, objectives };
  const hasKubernetes = needsKubernetes(file, asked, names);
  const modes = hasKubernetes ? possible : possible.filter((mode) => !isOfKubernetes(mode));
  if (modes.length + events.length === 0 && !isOverloaded) warnOfNothing(findings);
  const isSimulated = hasKubernetes || needsMessageLevel(file, { ...asked, modes });
  const kubernetes = hasKubernetes ? expandKubernetes(file, layout, findings) : undefined;
  const etcd = isSimulated ? expandEtcd(file, layout) : undefined;
  if (etcd !== undefined) {
    warnOfLongRuns(file, { etcd, machines: membersOf(layout), modes }, findings);
  }
  const levels = [...measuredLevels(isSimulated, hasKubernetes), ...own];
  const { risks } = shared;
  const given = optionKeys(options.overrides ?? {});
  const components = Object.keys(file.components ?? {});
  return {
    name: file.name ?? nameOf(options.file),
    question: questionOf(text),
    seed: String(file.seed),
    horizon: file.horizon,
    warmUp: file.warmUp,
    stop: stopRule(file),
    confidence: file.confidence,
    layout: layout.kind,
    topology: expandTopology({
      ...{ names, risks, components, levels, modes, events },
      ...{ etcd, kubernetes },
    }),
    modes,
    events,
    repair: {
      crews: file.repair.crews === 'unlimited' ? Number.POSITIVE_INFINITY : file.repair.crews,
      dispatch: file.repair.dispatch,
      hours: file.repair.hours,
    },
    objectives,
    parameters: parametersInForce(
      raw,
      file,
      { layout, modes, isSimulated, hasKubernetes, options: given },
      findings,
    ),
    placement: drawPlacement(layout),
  };
}

function membersOf({ machines }: Layout): string[] {
  return machines.filter(({ hasMember }) => hasMember).map(({ name }) => name);
}

function leftOf(left: Context['left'], section: string): string[] {
  return left.filter(([own]) => own === section).map(([, entry]) => entry);
}

function declared(file: ScenarioFile, left: Context['left']): Declared {
  return {
    sharedRisks: [...Object.keys(file.sharedRisks ?? {}), ...leftOf(left, 'sharedRisks')],
    components: [...Object.keys(file.components ?? {}), ...leftOf(left, 'components')],
  };
}

function warnOfNothing(findings: Findings): void {
  const message = 'nothing can fail in this scenario';
  findings.warning(['failures'], { message, allowed: 'failures, events or both' }, 'key');
}

function stopRule({ precision, replications, maximumReplications }: ScenarioFile): StopRule {
  if (precision === undefined) return { kind: 'replications', count: replications ?? 1000 };
  return {
    kind: 'precision',
    relativeHalfWidth: precision,
    maximumReplications: maximumReplications ?? 10_000_000,
  };
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
