/** Where a scenario's parameters come from: one by one, and counted. */
import type { Evidence, Origin, Scenario } from '../scenario/scenario.ts';

export const EVIDENCE_WORD: Readonly<Record<Evidence, string>> = {
  V: 'sourced',
  D: 'derived from a source',
  A: 'assumed',
};

/** Where a parameter comes from, as one line. */
export function originText(origin: Origin, file: string): string {
  switch (origin.kind) {
    case 'file':
      return `${file}:${origin.line}:${origin.column}`;
    case 'option':
      return 'option';
    case 'preset':
      return `${origin.preset}, ${EVIDENCE_WORD[origin.evidence]}: ${origin.source}`;
    case 'built-in':
      return `built-in, ${EVIDENCE_WORD[origin.evidence]}: ${origin.source}`;
  }
}

export interface ParameterCounts {
  readonly all: number;
  /** Given by the scenario file or an option: the user's own. */
  readonly given: number;
  readonly sourced: number;
  readonly derived: number;
  readonly assumed: number;
}

export function countParameters({ parameters }: Scenario): ParameterCounts {
  const counts = { all: parameters.length, given: 0, sourced: 0, derived: 0, assumed: 0 };
  for (const { origin } of parameters) {
    if (origin.kind === 'file' || origin.kind === 'option') counts.given++;
    else if (origin.evidence === 'V') counts.sourced++;
    else if (origin.evidence === 'D') counts.derived++;
    else counts.assumed++;
  }
  return counts;
}
