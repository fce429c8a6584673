/** Every form of the report at a fixed seed, word for word; `vitest run -u` writes them anew. */
import { beforeAll, describe, expect, it } from 'vitest';
import { renderExplanation } from '../../src/report/explain.ts';
import { renderRun } from '../../src/report/run-forms.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import { type TraceFormat, TraceWriter } from '../../src/report/trace.ts';
import { trace } from '../../src/study/run.ts';
import { goldenScenario, reportOf } from './reports.ts';

const FORMATS = ['table', 'md', 'csv', 'json'] as const;

/** Every figure of each level. */
const DETAILS = { details: true };

describe('the report of a run with etcd at message level', () => {
  let report: RunReport;
  beforeAll(async () => {
    report = await reportOf(goldenScenario('etcd'));
  });

  it.each(FORMATS)('as %s', async (format) => {
    const text = renderRun(report, format, DETAILS);
    await expect(text).toMatchFileSnapshot(`../golden/etcd.${format}.txt`);
  });

  it('and the trace of one', async () => {
    const scenario = goldenScenario('etcd');
    let text = '';
    const writer = new TraceWriter(scenario, 'table', (more) => {
      text += more;
    });
    trace(scenario, 3, writer);
    writer.finish();
    await expect(text).toMatchFileSnapshot('../golden/etcd-trace.table.txt');
  });
});

describe('the report of a run', () => {
  let report: RunReport;
  beforeAll(async () => {
    report = await reportOf(goldenScenario('three-zones'));
  });

  it.each(FORMATS)('as %s', async (format) => {
    const text = renderRun(report, format, DETAILS);
    await expect(text).toMatchFileSnapshot(`../golden/run.${format}.txt`);
  });

  it('answers on one screen of a terminal', async () => {
    const text = renderRun(report, 'table');
    expect(text.split('\n').length).toBeLessThan(60);
    await expect(text).toMatchFileSnapshot('../golden/run.summary.txt');
  });

  it.each([60, 80, 160])('keeps to a width of %i columns', (width) => {
    const { command } = report;
    for (const details of [false, true]) {
      const lines = renderRun(report, 'table', { width, details }).split('\n');
      expect(lines.filter((line) => line.length > width && !line.includes(command))).toEqual([]);
    }
  });

  it('never promises 100 %, and writes no exponent', () => {
    const table = renderRun(report, 'table') + renderRun(report, 'table', DETAILS);
    expect(table).not.toMatch(/\b100 %/);
    expect(table).not.toMatch(/\d[eE][-+]\d/);
    expect(table).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('tells the same in Markdown as in a terminal', () => {
    const numbers = (text: string) => new Set(text.match(/\d[\d.,]*/g));
    const markdown = numbers(renderRun(report, 'md').replace(/\\|&gt;|&lt;/g, ''));
    const missing = [...numbers(renderRun(report, 'table', DETAILS))].filter(
      (one) => !markdown.has(one),
    );
    expect(missing).toEqual([]);
  });
});

describe('an interrupted run', () => {
  it('is marked in every form', async () => {
    const whole = await reportOf(goldenScenario('three-zones', { replications: 50 }));
    const run = { ...whole.result.run, complete: false, replicationsAsked: 300 };
    const report = { ...whole, result: { ...whole.result, run } };
    expect(renderRun(report, 'table')).toContain('INCOMPLETE: interrupted after 50 of 300');
    expect(renderRun(report, 'md')).toContain('**INCOMPLETE: interrupted after 50 of 300');
    expect(JSON.parse(renderRun(report, 'json')).run.complete).toBe(false);
    expect(renderRun(report, 'csv').split('\n')[1]).toContain(',50,no,');
  });
});

describe('a trace', () => {
  it.each<TraceFormat>(['table', 'csv', 'json'])('as %s', async (format) => {
    const scenario = goldenScenario('three-zones', { horizon: '0.2 years' });
    let text = '';
    const writer = new TraceWriter(scenario, format, (more) => {
      text += more;
    });
    trace(scenario, 6, writer);
    writer.finish();
    if (format === 'json') expect(JSON.parse(text).length).toBeGreaterThan(10);
    await expect(text).toMatchFileSnapshot(`../golden/trace.${format}.txt`);
  });
});

describe('an explanation', () => {
  it.each(FORMATS)('as %s', async (format) => {
    const scenario = goldenScenario('presets', { seed: 7 });
    const digest = '0123456789abcdef'.repeat(4);
    const text = renderExplanation({ scenario, file: 'test.yaml', digest }, format);
    await expect(text).toMatchFileSnapshot(`../golden/explain.${format}.txt`);
  });
});
