/** Draws a page as Markdown, for a pull request or a review document. */
import { type Block, type Cell, type Column, cellText, type Page } from './page.ts';
import { printable } from './printable.ts';

export function renderMarkdown(page: Page): string {
  return page.map(drawBlock).join('\n\n').concat('\n');
}

function drawBlock(block: Block): string {
  switch (block.kind) {
    case 'title':
      return `# ${escaped(block.text)}`;
    case 'heading':
      return `## ${escaped(block.text)}`;
    case 'paragraph':
      return cellMarkdown(block.text);
    case 'lines':
      return ['```text', ...block.lines.map(printable), '```'].join('\n');
    case 'command':
      return ['```sh', printable(block.text), '```'].join('\n');
    case 'table':
      return drawTable(block.columns, block.rows);
  }
}

function drawTable(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : ':--'));
  const lines = [columns.map(({ title }) => escaped(title)), rule, ...rows.map(drawRow)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function drawRow(row: readonly Cell[]): string[] {
  return row.map(cellMarkdown);
}

function cellMarkdown(cell: Cell): string {
  const text = cellText(cell)
    .split('\n')
    .map((line) => escaped(line.trim()))
    .join('<br>');
  const isLoud = typeof cell !== 'string' && cell.tone !== 'quiet' && text !== '';
  return isLoud ? `**${text}**` : text;
}

/** What Markdown or HTML would read as markup, made plain. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\\`*_{}[\]|#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
