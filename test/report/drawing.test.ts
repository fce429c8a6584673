import { describe, expect, it } from 'vitest';
import { csvText } from '../../src/report/csv.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { columns, type Page } from '../../src/report/page.ts';
import { renderTerminal } from '../../src/report/terminal.ts';

describe('a page in a terminal', () => {
  it('aligns columns and wraps the last', () => {
    const page: Page = [
      { kind: 'heading', text: 'Head' },
      {
        kind: 'table',
        columns: columns('>n', 'what'),
        rows: [
          ['1', 'short'],
          ['200', 'a text that is longer than the line is wide\n  such as this'],
        ],
      },
      { kind: 'command', text: 'quorate run a/very/long/name/that/is/not/to/be/broken.yaml' },
    ];
    expect(renderTerminal(page, { width: 34 })).toBe(
      [
        'Head',
        '    n  what',
        '    1  short',
        '  200  a text that is longer than',
        '       the line is wide',
        '         such as this',
        '',
        '  quorate run a/very/long/name/that/is/not/to/be/broken.yaml',
        '',
      ].join('\n'),
    );
  });

  it('paints by tone, and colours take no room', () => {
    const table = { kind: 'table', columns: columns('', ''), rows: [] } as const;
    const page: Page = [{ ...table, rows: [[{ text: 'met', tone: 'good' }, 'x']] }];
    const painted = renderTerminal(page, { paint: (tone, text) => `<${tone}>${text}</>` });
    expect(painted).toBe('  <good>met</>  x\n');
  });

  it('lets no control character through', () => {
    const page: Page = [{ kind: 'title', text: 'a\u001b[2Jb\u0007\u009b' }];
    expect(renderTerminal(page)).toBe('a?[2Jb??\n');
    expect(renderMarkdown(page)).toBe('# a?\\[2Jb??\n');
  });
});

describe('a page as Markdown', () => {
  it('escapes what would be markup', () => {
    const rows = [['a|b *c* <img src=x> [l](u)', '']];
    const page: Page = [{ kind: 'table', columns: columns('', ''), rows }];
    expect(renderMarkdown(page)).toContain('| a\\|b \\*c\\* &lt;img src=x&gt; \\[l\\](u) |  |');
  });
});

describe('CSV', () => {
  it('defuses formulas and leaves numbers alone', () => {
    expect(csvText(['a', 'b'], [['=1+1', -1.5]])).toBe("a,b\n'=1+1,-1.5\n");
  });

  it('quotes what needs it', () => {
    expect(csvText(['a'], [['x, "y"']])).toBe('a\n"x, ""y"""\n');
  });
});
