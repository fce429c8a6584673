/** What goes to standard error, and colours for a terminal. */
import { styleText } from 'node:util';
import type { Tone } from '../report/page.ts';
import type { Paint } from '../report/terminal.ts';

type Style = Parameters<typeof styleText>[0];

const STYLE: Readonly<Record<Tone, Style>> = {
  strong: 'bold',
  quiet: 'dim',
  good: 'green',
  bad: 'red',
  unsure: 'yellow',
};

const plain: Paint = (_tone, text) => text;

/** Colours where standard output is a terminal and nobody has asked for none. */
export function paintFor(noColor: boolean): Paint {
  const wanted = process.stdout.isTTY && !noColor && !process.env.NO_COLOR;
  return wanted ? (tone, text) => styleText(STYLE[tone], text) : plain;
}

const USUAL_WIDTH = 80;
/** Narrower than this no table can be read, wider no line. */
const WIDTHS = { least: 60, most: 160 } as const;

/** Columns that output may take: those of its terminal, else of COLUMNS, else 80. */
export function widthOf(stream: { readonly columns?: number } = process.stdout): number {
  const asked = stream.columns || Number(process.env.COLUMNS) || USUAL_WIDTH;
  return Math.min(WIDTHS.most, Math.max(WIDTHS.least, Math.floor(asked)));
}

/** `first` and `rest` on one line of a terminal or, where that is too short, on two. */
export function besideOrBelow(first: string, rest: string): string {
  const line = `${first} ${rest}`;
  return line.length <= USUAL_WIDTH ? line : `${first}\n    ${rest}`;
}

export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
