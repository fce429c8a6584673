/** Every parameter in force and where it came from, in each form. */
import type { Origin, Scenario } from '../scenario/scenario.ts';
import { csvText } from './csv.ts';
import { count } from './numbers.ts';
import { type Cell, columns, type Page } from './page.ts';
import { countParameters, originText } from './parameters.ts';

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
  const { all, given, sourced, derived, assumed } = countParameters(scenario);
  const rows = scenario.parameters.map(({ path, value, origin }): Cell[] => [
    path,
    `${value}\n  ${originText(origin, file)}`,
  ]);
  return [
    { kind: 'title', text: scenario.name },
    {
      kind: 'paragraph',
      text:
        `${count(all)} parameters: ${given} given by the file or an option, ${sourced} sourced, ` +
        `${derived} derived from a source, ${assumed} assumed.`,
    },
    { kind: 'table', columns: columns('', ''), rows },
  ];
}

export function explainCsv({ parameters }: Scenario): string {
  return csvText(
    EXPLAIN_COLUMNS,
    parameters.map(({ path, value, origin }) => [path, value, origin.kind, ...cells(origin)]),
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
