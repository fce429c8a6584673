/**
 * What is wrong with a scenario file and where, for people: the place, what was wrong, what is
 * allowed instead, and the nearest word that would have been right.
 */
import { nearest } from './nearest.ts';
import { wrap } from './wrap.ts';

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

/** Columns of a source line that are shown; with the indent they fit on 80. */
const SHOWN_COLUMNS = 76;
const INDENT = '    ';

/**
 * A problem as lines of text, without a final newline.
 * @param sourceLine the line of the file it stands in; shown with a caret where given
 */
export function formatProblem(problem: Problem, sourceLine?: string): string {
  const { file, line, column, message, allowed, suggestion } = problem;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const lines = [`${place}: ${message}`];
  const isShown = sourceLine !== undefined && sourceLine.trim() !== '';
  if (isShown && line > 0) lines.push(...pointedAt(sourceLine, column));
  if (allowed !== undefined) lines.push(...hanging('allowed: ', allowed));
  if (suggestion !== undefined) lines.push(`${INDENT}did you mean "${suggestion}"?`);
  return lines.join('\n');
}

/** Indented, and what does not fit on 80 columns below the text. */
function hanging(title: string, text: string): string[] {
  const lines = wrap(text, SHOWN_COLUMNS - title.length);
  return lines.map(
    (line, index) => INDENT + (index === 0 ? title : ' '.repeat(title.length)) + line,
  );
}

/** The part of a line around a column, and a caret below that column. */
function pointedAt(sourceLine: string, column: number): [string, string] {
  const whole = printable(sourceLine.replaceAll('\t', ' ')).trimEnd();
  const caret = Math.min(column - 1, whole.length);
  const last = Math.max(0, whole.length - SHOWN_COLUMNS);
  const start = Math.min(Math.max(0, caret - SHOWN_COLUMNS / 2), last);
  const shown = whole.slice(start, start + SHOWN_COLUMNS);
  const head = start > 0 ? `...${shown.slice(3)}` : shown;
  const text = start < last ? `${head.slice(0, SHOWN_COLUMNS - 3)}...` : head;
  return [INDENT + text, `${INDENT}${' '.repeat(caret - start)}^`];
}

/** Control characters, which could move a terminal's cursor, made visible. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}
