import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { runCsv } from '../../src/report/csv.ts';
import { type RunJson, runJson } from '../../src/report/json.ts';
import { resultJsonSchema, type runSchema } from '../../src/report/result-schema.ts';
import type { RunReport } from '../../src/report/run-report.ts';
import { goldenScenario, reportOf, scenarioFrom } from './reports.ts';

type Described = z.infer<typeof runSchema>;

const validate = new Ajv2020({ allErrors: true }).compile(resultJsonSchema());

function problemsOf(report: RunReport): unknown {
  validate(JSON.parse(JSON.stringify(runJson(report))));
  return validate.errors ?? [];
}

describe('the published schema of results', () => {
  it('is in step with the types of a run', () => {
    expectTypeOf<Described>().toExtend<RunJson>();
    expectTypeOf<RunJson>().toExtend<Described>();
  });

  it('accepts a run with outages, one without, and one that must be precise', async () => {
    expect(problemsOf(await reportOf(goldenScenario('three-zones')))).toEqual([]);
    const nothing = 'quorate: 1\nfailures: {}\nreplications: 3\n';
    expect(problemsOf(await reportOf(scenarioFrom(nothing), true))).toEqual([]);
    const precise = goldenScenario('three-zones', { precision: '50 %' });
    expect(problemsOf(await reportOf(precise))).toEqual([]);
  });

  it('refuses what is not a result', async () => {
    const json = runJson(await reportOf(goldenScenario('three-zones', { replications: 2 })));
    expect(validate({ ...json, format: 1 })).toBe(false);
    expect(validate({ ...json, levels: { x: {} } })).toBe(false);
    expect(validate({ ...json, surplus: 1 })).toBe(false);
  });

  it('describes every key', () => {
    const text = JSON.stringify(resultJsonSchema());
    expect(text).toContain('draft/2020-12');
    expect(text).toContain('null where nothing was seen to estimate it from');
  });
});

describe('JSON', () => {
  it('writes null for what cannot be said', async () => {
    const report = await reportOf(scenarioFrom('quorate: 1\nfailures: {}\nreplications: 2\n'));
    const level = runJson(report).levels['etcd.quorum']!;
    expect(level.timeToFirstOutage.estimate).toBeNull();
    expect(level.outageLength.mean.high).toBeNull();
    expect(level.seen.outages).toBe(0);
    expect(level.yearWithoutDowntime.estimate).toBeNull();
    expect(level.yearWithoutDowntime.low).toBeGreaterThan(0);
    expect(level.outageLength.longest).toBeNull();
    expect(new Set(Object.values(level.phases))).toEqual(new Set([null]));
    expect(level.downtimeOfAYear.worst).toBe(0);
  });

  it('gives no chance of a year where the level was never lost', async () => {
    const objectives = 'objectives: [downtimePerYear(etcd.quorum) <= 5 min]';
    const text = `quorate: 1\nfailures: {}\nreplications: 2\n${objectives}\n`;
    const report = await reportOf(scenarioFrom(text));
    expect(runJson(report).objectives[0]!.chanceOfAYear).toMatchObject({ estimate: null, high: 1 });
    const row = runCsv(report)
      .split('\n')
      .find((line) => line.includes('chanceOfAYear'));
    expect(row).toMatch(/,share,,0\.\d+,1,/);
  });

  it('tells wall time only when asked', async () => {
    const scenario = goldenScenario('three-zones', { replications: 2 });
    expect(runJson(await reportOf(scenario)).run).not.toHaveProperty('wallSeconds');
    expect(runJson(await reportOf(scenario, true)).run.wallSeconds).toBeGreaterThan(0);
  });
});
