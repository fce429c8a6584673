/** Values given outside the file, such as on the command line, in place of the file's own. */

import { scenarioSchema } from './catalogue/scenario-schema.ts';
import { type LocatedFinding, schemaFindings, ZOD_MESSAGES } from './schema-findings.ts';
import { type Problem, unknownName } from './text/problems.ts';

export interface OptionOverrides {
  readonly seed?: string | number;
  readonly replications?: number;
  /** With a unit, such as `10 years`. */
  readonly horizon?: string;
  /** A share, such as `5 %` or 0.05. */
  readonly precision?: string | number;
  readonly confidence?: string | number;
}

const KEYS = ['seed', 'replications', 'horizon', 'precision', 'confidence'] as const;

/** What is wrong with the options themselves, told of `--seed` and so on. */
export function optionFindings(overrides: OptionOverrides): Problem[] {
  const unknown = Object.keys(overrides).filter(
    (key) => !(KEYS as readonly string[]).includes(key),
  );
  const misspelt = unknown.map((key) => problem('options', unknownName('option', key, KEYS)));
  const parsed = scenarioSchema.safeParse(
    { quorate: 1, ...given(overrides) },
    { error: ZOD_MESSAGES, reportInput: true },
  );
  if (parsed.success) return misspelt;
  const findings = schemaFindings(parsed.error.issues).filter(({ path }) =>
    (KEYS as readonly unknown[]).includes(path[0]),
  );
  return [...misspelt, ...findings.map((finding) => problem(`--${finding.path[0]}`, finding))];
}

function problem(file: string, finding: Omit<LocatedFinding, 'path' | 'at'>): Problem {
  const { message, allowed, suggestion } = finding;
  return {
    file,
    line: 0,
    column: 0,
    message,
    ...(allowed === undefined ? {} : { allowed }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** The file's values with `overrides` in their place; one way to stop replaces the other. */
export function withOptions(
  raw: Readonly<Record<string, unknown>>,
  overrides: OptionOverrides,
): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...raw, ...given(overrides) };
  if (overrides.replications !== undefined && overrides.precision === undefined) {
    delete merged.precision;
    delete merged.maximumReplications;
  }
  if (overrides.precision !== undefined && overrides.replications === undefined) {
    delete merged.replications;
  }
  return merged;
}

/** The top-level keys that the options give a value to. */
export function optionKeys(overrides: OptionOverrides): string[] {
  return Object.keys(given(overrides));
}

function given(overrides: OptionOverrides): Record<string, unknown> {
  return Object.fromEntries(
    KEYS.flatMap((key) => (overrides[key] === undefined ? [] : [[key, overrides[key]]])),
  );
}
