/** A level that browns out, in every form of the report; `vitest run -u` writes them anew. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOUR, SECOND, YEAR } from '../../src/engine/clock.ts';
import { runJson } from '../../src/report/json.ts';
import { resultJsonSchema } from '../../src/report/result-schema.ts';
import { renderRun } from '../../src/report/run-forms.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import { type TraceFormat, TraceWriter } from '../../src/report/trace.ts';
import type { OutageListener } from '../../src/study/level-history.ts';
import { LevelSummary } from '../../src/study/level-summary.ts';
import { ScriptedLevel } from '../support/study/scripted-level.ts';
import { reportOf, scenarioFrom } from './reports.ts';

const REPLICATIONS = 40;
const SCENARIO = scenarioFrom(`quorate: 1\nname: Dimmed\nfailures: {}\nreplications: 40\n`);

function scripted(listener?: OutageListener): ScriptedLevel {
  const options = { canBrownOut: true, explain: 'disturbance' } as const;
  return new ScriptedLevel(0, YEAR, listener, options);
}

function dimmed(level: ScriptedLevel, replication: number): void {
  level.prepare(2 / 3, 'probeKill');
  level.toggle(100 * HOUR, level.one);
  level.dim(101 * HOUR, 1);
  level.toggle(102 * HOUR, level.one);
  if (replication % 2 === 0) return;
  level.prepare(0.5, 'lookingAround');
  level.toggle((200 + replication) * HOUR, level.other);
  level.dim((204 + replication) * HOUR, 1);
}

function lost(level: ScriptedLevel, replication: number): void {
  dimmed(level, replication);
  if (replication % 4 !== 0) return;
  level.prepare(0.4, 'structural');
  level.toggle(1000 * HOUR, level.both);
  level.notice(1001 * HOUR, level.both);
  level.toggle(1002 * HOUR, level.both);
  level.dim(1003 * HOUR, 1);
}

async function reportWith(script: (level: ScriptedLevel, replication: number) => void) {
  const report = await reportOf(SCENARIO);
  const level = scripted();
  const summary = new LevelSummary(YEAR, [], true);
  for (let replication = 0; replication < REPLICATIONS; replication++) {
    level.restart();
    script(level, replication);
    level.history.finish();
    summary.addReplication(level.history);
  }
  const { result } = report;
  const levels = { ...result.levels, 'api.write': summary.result(0.95) };
  return { ...report, result: { ...result, levels } };
}

/** Every figure of each level. */
const DETAILS = { details: true };

function levelPart(report: RunReport, format: 'table' | 'md'): string {
  const [, part = ''] = renderRun(report, format, DETAILS).split(/\n(?:## )?api\.write\n/);
  return part.split(/(?:## )?Assumptions/)[0]!;
}

describe('the report of a level that browns out', () => {
  let report: RunReport;
  beforeAll(async () => {
    report = await reportWith(lost);
  });

  it.each(['table', 'md'] as const)('as %s', async (format) => {
    const text = renderRun(report, format, DETAILS).split(/(?:## )?Assumptions/)[0];
    await expect(text).toMatchFileSnapshot(`../golden/brownouts.${format}.txt`);
  });

  it('as csv', async () => {
    const rows = renderRun(report, 'csv').split('\n');
    const told = rows.filter((row) => /brownouts|,phase,|,cause/.test(row));
    const text = told.filter((row) => row.includes('api.write')).join('\n');
    await expect(`${text}\n`).toMatchFileSnapshot('../golden/brownouts.csv.txt');
  });

  it('as JSON that its schema knows', () => {
    const validate = new Ajv2020({ allErrors: true }).compile(resultJsonSchema());
    const json = JSON.parse(JSON.stringify(runJson(report)));
    validate(json);
    expect(validate.errors ?? []).toEqual([]);
    const level = json.levels['api.write'];
    expect(level.brownouts.seen).toMatchObject({ brownouts: 70, openAtEnd: 0 });
    expect(level.phases.lookingAround).toBeGreaterThan(0);
    expect(level.causes[0].brownouts).toBeGreaterThan(0);
    expect(json.levels['etcd.quorum']).not.toHaveProperty('brownouts');
    expect(validate({ ...json, levels: { x: { ...level, brownouts: null } } })).toBe(false);
  });

  it('says where it was never lost altogether, and gives no length of an outage', async () => {
    const part = levelPart(await reportWith(dimmed), 'table');
    expect(part).toMatch(/^No outage was seen in 40 years\. 60 brownouts in 40 of 40 replications/);
    expect(part).toMatch(/outages a year +at most/);
    expect(part).not.toContain('outage length');
    expect(part).not.toContain('NaN');
    expect(part).not.toContain('outages by trigger');
  });

  it('says where nothing was seen of either', async () => {
    const whole = await reportWith(() => {});
    const part = levelPart(whole, 'table');
    expect(part).toMatch(/^No outage or brownout was seen in 40 years: the figures are bounds/);
    expect(part).toMatch(/brownouts a year +at most/);
    expect(renderRun(whole, 'table', DETAILS)).not.toContain('of it lost in brownouts at');
  });

  it('is as it was of a level that cannot', () => {
    const text = renderRun(report, 'table', DETAILS);
    const quorum = text.slice(text.indexOf('\netcd.quorum\n'), text.indexOf('\napi.write\n'));
    expect(quorum).not.toContain('brownout');
  });
});

describe('the trace of a brownout', () => {
  function traced(format: TraceFormat, value = 2 / 3): string {
    let text = '';
    const writer = new TraceWriter(SCENARIO, format, (more) => {
      text += more;
    });
    const level = scripted(writer);
    level.prepare(value, 'failover');
    level.toggle(10 * SECOND, level.one);
    level.dim(20 * SECOND, 0.5, 'failover');
    level.toggle(30 * SECOND, level.other);
    level.toggle(40 * SECOND, level.other);
    level.dim(50 * SECOND, 1);
    writer.finish();
    return text;
  }

  it('tells when it begins, to what and by what, and when all is well; not what changes', () => {
    const lines = traced('table').split('\n');
    expect(lines.map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
      '0d 00:00:10.000000 * served browned out to 0.67 by one',
      '0d 00:00:30.000000 * served lost begun by other, explained by one + other',
      '0d 00:00:40.000000 * served regained after 10 s',
      '0d 00:00:40.000000 * served browned out to 0.50 by kind of one',
      '0d 00:00:50.000000 * served restored after 10 s',
      '',
    ]);
  });

  it('is data too, and never rounded to whole or lost', () => {
    expect(JSON.parse(traced('json'))[0]).toEqual({
      ...{ seconds: 10, subject: 'served', state: 'browned out', detail: 'to 0.67 by one' },
      ...{ kind: 'levelBrownedOut', data: { value: 2 / 3, by: 'one' } },
    });
    expect(traced('csv')).toContain('50,served,restored,after 10 s');
    expect(traced('table', 0.9999)).toContain('browned out to 0.9999 by one');
    expect(traced('table', 1e-4)).toContain('browned out to 0.0001 by one');
  });
});
