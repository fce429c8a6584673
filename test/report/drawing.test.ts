import { describe, expect, it } from 'vitest';
import { csvText } from '../../src/report/csv.ts';
import { jsonText } from '../../src/report/json.ts';
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

  it('breaks no brackets that fit on a line, nor parts them from their name', () => {
    const lines = [
      'zone a: cp1 (API, etcd)  cp2 (API, etcd)',
      'x.repair: { lognormal: { median: 1 h } } by the crew',
      'y ( a set too long to stand on a line )',
    ];
    expect(renderTerminal([{ kind: 'lines', lines }], { width: 38 })).toBe(
      [
        '  zone a: cp1 (API, etcd)',
        '    cp2 (API, etcd)',
        '  x.repair:',
        '    { lognormal: { median: 1 h } } by',
        '    the crew',
        '  y ( a set too long to stand on a',
        '    line )',
        '',
      ].join('\n'),
    );
  });
});

describe('a page as Markdown', () => {
  it('escapes what would be markup', () => {
    const rows = [['a|b *c* <img src=x> [l](u)', '']];
    const page: Page = [{ kind: 'table', columns: columns('', ''), rows }];
    expect(renderMarkdown(page)).toContain('| a\\|b \\*c\\* &lt;img src=x&gt; \\[l\\](u) |  |');
  });
});

describe('unsafe text', () => {
  const text = 'a\u001b[2J\u009b\u202eb\u2066c\u2069';
  const shown = 'a\\u001b[2J\\u009b\\u202eb\\u2066c\\u2069';

  it('is shown escaped in every form', () => {
    const page: Page = [{ kind: 'title', text }];
    expect(renderTerminal(page)).toBe(`${shown}\n`);
    expect(renderMarkdown(page)).toBe(`# ${shown.replace(/[\\[]/g, '\\$&')}\n`);
    expect(csvText(['a'], [[text]])).toBe(`a\n${shown}\n`);
    expect(jsonText([text])).toBe(`[\n  "${shown}"\n]\n`);
    expect(JSON.parse(jsonText([text]))).toEqual([text]);
  });

  it('takes the room of what is shown', () => {
    const table = { kind: 'table', columns: columns('', ''), rows: [[text, 'x']] } as const;
    expect(renderTerminal([table])).toBe(`  ${shown}  x\n`);
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
