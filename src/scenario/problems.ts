/**
 * What is wrong with a scenario file and where, for people: the place, what was wrong, what is
 * allowed instead, and the nearest word that would have been right.
 */
import { nearest } from './nearest.ts';

export interface Problem {
  /** As the caller names it. */
  readonly file: string;
  /** From 1; 0 where the problem is not in the file, such as with an option. */
  readonly line: number;
  /** From 1; 0 where the problem is not in the file. */
  readonly column: number;
  /** What was wrong. */
  readonly message: string;
  /** What would have been right. */
  readonly allowed?: string;
  /** One word or value that was perhaps meant. */
  readonly suggestion?: string;
}

/** The part of a problem that does not depend on where it stands. */
export interface Finding {
  readonly message: string;
  readonly allowed?: string;
  readonly suggestion?: string;
}

/**
 * The finding that `name` is none of `known`, with the nearest of them.
 * @param allowed what to show as allowed; all of `known` if left out
 */
export function unknownName(
  what: string,
  name: string,
  known: readonly string[],
  allowed: string = known.join(', '),
): Finding {
  const suggestion = nearest(name, known);
  return {
    message: `unknown ${what} "${shorten(name, 60)}"`,
    ...(allowed === '' ? {} : { allowed }),
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** By place in the file, those outside it first. */
export function sortProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** At most `length` characters on one line. */
export function shorten(text: string, length: number): string {
  const line = printable(text.replace(/\s+/g, ' '));
  return line.length <= length ? line : `${line.slice(0, length - 3)}...`;
}

const WIDEST_SOURCE_LINE = 160;

/**
 * A problem as lines of text, without a final newline.
 * @param sourceLine the line of the file it stands in; shown with a caret where given
 */
export function formatProblem(problem: Problem, sourceLine?: string): string {
  const { file, line, column, message, allowed, suggestion } = problem;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const lines = [`${place}: ${message}`];
  const isShown = sourceLine !== undefined && sourceLine.trim() !== '';
  if (isShown && line > 0 && column <= WIDEST_SOURCE_LINE) {
    const shown = printable(sourceLine.slice(0, WIDEST_SOURCE_LINE).replaceAll('\t', ' '));
    lines.push(`    ${shown.trimEnd()}`, `    ${' '.repeat(column - 1)}^`);
  }
  if (allowed !== undefined) lines.push(`    allowed: ${allowed}`);
  if (suggestion !== undefined) lines.push(`    did you mean "${suggestion}"?`);
  return lines.join('\n');
}

/** Control characters, which could move a terminal's cursor, made visible. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
