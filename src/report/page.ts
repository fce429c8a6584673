/**
 * A page before it is drawn: titles, paragraphs and tables of cells with a tone. The same page is
 * drawn for a terminal and as Markdown.
 */

/** What a text means to the reader; a terminal turns it into colour. */
export type Tone = 'strong' | 'quiet' | 'good' | 'bad' | 'unsure';

/** Text, with lines parted by `\n`. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

export interface Column {
  /** Empty where the column needs none. */
  readonly title: string;
  readonly align: 'left' | 'right';
}

export type Block =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: Cell }
  /** A drawing whose lines stand as they are while there is room. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** Something to be copied, on one line whatever its length. */
  | { readonly kind: 'command'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    };

export type Page = readonly Block[];

export function cellText(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Columns with these titles, flush left except where a title begins with `>`. */
export function columns(...titles: readonly string[]): Column[] {
  return titles.map((title) =>
    title.startsWith('>') ? { title: title.slice(1), align: 'right' } : { title, align: 'left' },
  );
}
