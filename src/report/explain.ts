/** Every parameter in force and where it came from, in each form. */
import type { Origin, Parameter } from '../scenario/origin.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { csvText } from './csv.ts';
import { jsonText } from './json.ts';
import { renderMarkdown } from './markdown.ts';
import { count } from './numbers.ts';
import { type Block, type Cell, columns, type Page } from './page.ts';
import { countParameters, EVIDENCE_WORD } from './parameters.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

export const EXPLAIN_COLUMNS = [
  'path',
  'value',
  'origin',
  'line',
  'column',
  'preset',
  'source',
  'evidence',
] as const;

export function explainPage(scenario: Scenario, file: string): Page {
  const { parameters } = scenario;
  const { all, given, sourced, derived, assumed } = countParameters(scenario);
  const presets = parameters.flatMap(({ origin }) =>
    origin.kind === 'preset' ? [origin.preset] : [],
  );
  const ofPreset = (preset: string) =>
    parameters.filter(({ origin }) => origin.kind === 'preset' && origin.preset === preset);
  const counts =
    `${count(all)} parameters: ${given} given, ${sourced} sourced, ${derived} derived, ` +
    `${assumed} assumed.`;
  return [
    { kind: 'title', text: scenario.name },
    { kind: 'paragraph', text: counts },
    ...givenBlocks(parameters, file),
    ...[...new Set(presets)].flatMap((preset) =>
      sourceBlocks(`From the preset ${preset}`, ofPreset(preset)),
    ),
    ...sourceBlocks(
      'Built in',
      parameters.filter(({ origin }) => origin.kind === 'built-in'),
    ),
  ];
}

function givenBlocks(parameters: readonly Parameter[], file: string): Block[] {
  const options = parameters.filter(({ origin }) => origin.kind === 'option');
  const rows = [
    ...inOrder(parameters).map(({ path, text, line, column }) => [`${line}:${column}`, path, text]),
    ...options.map(({ path, text }) => ['option', path, text]),
  ];
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: `Given by ${file} (line:column) or an option` },
    { kind: 'table', columns: columns('>', '', ''), rows },
  ];
}

/** Those that the file gives, as it gives them. */
function inOrder(parameters: readonly Parameter[]) {
  const given = parameters.flatMap(({ path, text, origin }) =>
    origin.kind === 'file' ? [{ path, text, line: origin.line, column: origin.column }] : [],
  );
  return given.sort((one, other) => one.line - other.line || one.column - other.column);
}

function sourceBlocks(heading: string, parameters: readonly Parameter[]): Block[] {
  const rows = parameters.flatMap(({ path, text, origin, isRunSetting }): Cell[][] => {
    if (!('source' in origin) || isRunSetting) return [];
    return [[EVIDENCE_WORD[origin.evidence], `${path}: ${text}\n  ${origin.source}`]];
  });
  if (rows.length === 0) return [];
  return [
    { kind: 'heading', text: heading },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

export function explainCsv({ parameters }: Scenario): string {
  return csvText(
    EXPLAIN_COLUMNS,
    parameters.map(({ path, text, origin }) => [path, text, origin.kind, ...cells(origin)]),
  );
}

function cells(origin: Origin): (string | number)[] {
  switch (origin.kind) {
    case 'file':
      return [origin.line, origin.column, '', '', ''];
    case 'option':
      return ['', '', '', '', ''];
    case 'preset':
      return ['', '', origin.preset, origin.source, origin.evidence];
    case 'built-in':
      return ['', '', '', origin.source, origin.evidence];
  }
}

/** What is explained: a scenario, and the file it was read from. */
export interface Explained {
  readonly scenario: Scenario;
  readonly file: string;
  readonly digest: string;
}

/** The whole tree: `quorate run` takes it in place of the file it came from. */
function resolvedJson({ scenario, file, digest }: Explained) {
  const { question = null, parameters } = scenario;
  return { quorate: 1, resolved: { file, digest, question }, parameters };
}

export function renderExplanation(
  { scenario, file, digest }: Explained,
  format: 'table' | 'json' | 'csv' | 'md',
  terminal: TerminalOptions = {},
): string {
  switch (format) {
    case 'table':
      return renderTerminal(explainPage(scenario, file), terminal);
    case 'json':
      return jsonText(resolvedJson({ scenario, file, digest }));
    case 'csv':
      return explainCsv(scenario);
    case 'md':
      return renderMarkdown(explainPage(scenario, file));
  }
}
