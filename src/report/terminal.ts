/** Draws a page as text for a terminal: aligned columns, the last one wrapped to the width. */

import { wrap } from '../scenario/text/wrap.ts';
import { type Block, type Cell, type Column, cellText, type Page, type Tone } from './page.ts';
import { printable } from './printable.ts';

/** Colours a text, or leaves it as it is. */
export type Paint = (tone: Tone, text: string) => string;

export interface TerminalOptions {
  /** Characters a line; 80 unless given. */
  readonly width?: number;
  readonly paint?: Paint;
}

const INDENT = '  ';
const GAP = '  ';
/** A column whose text can be wrapped is never squeezed below this. */
const NARROWEST = 18;

export function renderTerminal(page: Page, options: TerminalOptions = {}): string {
  const { width = 80, paint = (_tone, text) => text } = options;
  const drawn = page.map((block) => drawBlock(block, width, paint));
  return drawn
    .map((lines, index) => (needsGap(page, index) ? ['', ...lines] : lines).join('\n'))
    .join('\n')
    .concat('\n');
}

/** An empty line stands before a block, but not between a heading and what it heads. */
function needsGap(page: Page, index: number): boolean {
  return index > 0 && page[index - 1]!.kind !== 'heading' && page[index - 1]!.kind !== 'title';
}

function drawBlock(block: Block, width: number, paint: Paint): string[] {
  switch (block.kind) {
    case 'title':
      return wrap(printable(block.text), width).map((line) => paint('strong', line));
    case 'heading':
      return wrap(printable(block.text), width).map((line) => paint('strong', line));
    case 'paragraph':
      return cellLines(block.text, width).map((line) => painted(block.text, line, paint));
    case 'lines':
      return block.lines.flatMap((line) => wrapHanging(line, width));
    case 'command':
      return [INDENT + printable(block.text)];
    case 'table':
      return drawTable(block.columns, block.rows, width, paint);
  }
}

function drawTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number,
  paint: Paint,
): string[] {
  const titles = columns.map((column): Cell => ({ text: column.title, tone: 'quiet' }));
  const titled = columns.some((column) => column.title !== '');
  const all = titled ? [titles, ...rows] : rows;
  const widths = columns.map((_, index) =>
    Math.max(0, ...all.map((row) => longestLine(cellText(row[index]!)))),
  );
  const room = width - INDENT.length - GAP.length * (columns.length - 1);
  squeeze(widths, columns, room);
  return all.flatMap((row) => drawRow(columns, widths, row, paint));
}

/** Columns of text give up what does not fit, the last one first; numbers stay on one line. */
function squeeze(widths: number[], columns: readonly Column[], room: number): void {
  for (let index = widths.length - 1; index >= 0; index--) {
    const excess = sum(widths) - room;
    if (excess <= 0) return;
    if (columns[index]!.align === 'right') continue;
    widths[index] = Math.min(widths[index]!, Math.max(NARROWEST, widths[index]! - excess));
  }
}

function drawRow(
  columns: readonly Column[],
  widths: readonly number[],
  row: readonly Cell[],
  paint: Paint,
): string[] {
  const cells = row.map((cell, index) => cellLines(cell, widths[index]!));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const drawn = cells.map((lines, index) => {
      const text = lines[line] ?? '';
      const space = ' '.repeat(Math.max(0, widths[index]! - text.length));
      const shown = text === '' ? '' : painted(row[index]!, text, paint);
      return columns[index]!.align === 'right' ? space + shown : shown + space;
    });
    return (INDENT + drawn.join(GAP)).trimEnd();
  });
}

function painted(cell: Cell, text: string, paint: Paint): string {
  return typeof cell === 'string' ? text : paint(cell.tone, text);
}

function cellLines(cell: Cell, width: number): string[] {
  return cellText(cell)
    .split('\n')
    .flatMap((line) => wrap(printable(line), width));
}

/** Indents a line, and by more what does not fit on it. */
function wrapHanging(line: string, width: number): string[] {
  const [first = '', ...rest] = wrap(printable(line), width - 2 * INDENT.length);
  return [INDENT + first.trimEnd(), ...rest.map((more) => INDENT + INDENT + more.trim())];
}

function longestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => printable(line).length));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
