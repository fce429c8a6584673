/** What a scenario's parameters stand on, in words and counted. */
import type { Evidence } from '../faults/kinds/fault-kind.ts';
import type { Scenario } from '../scenario/scenario.ts';

export const EVIDENCE_WORD: Readonly<Record<Evidence, string>> = {
  V: 'sourced',
  D: 'derived',
  A: 'assumed',
};

interface ParameterCounts {
  readonly all: number;
  /** Given by the scenario file or an option: the user's own. */
  readonly given: number;
  readonly sourced: number;
  readonly derived: number;
  readonly assumed: number;
}

export function countParameters({ parameters }: Scenario): ParameterCounts {
  const ofModel = parameters.filter(({ isRunSetting }) => !isRunSetting);
  const counts = { all: ofModel.length, given: 0, sourced: 0, derived: 0, assumed: 0 };
  for (const { origin } of ofModel) {
    if (origin.kind === 'file' || origin.kind === 'option') counts.given++;
    else if (origin.evidence === 'V') counts.sourced++;
    else if (origin.evidence === 'D') counts.derived++;
    else counts.assumed++;
  }
  return counts;
}
