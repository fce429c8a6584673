/** Figures of one level over many replications. */
import { describe, expect, it } from 'vitest';
import { type Duration, HOUR, SECOND, YEAR } from '../../src/engine/clock.ts';
import { Exponential } from '../../src/engine/laws/exponential.ts';
import { run } from '../../src/execute/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { LevelSummary } from '../../src/study/level-summary.ts';
import { majorityScenario, majorityTopology, mode, scenario } from '../support/plans.ts';
import { ScriptedLevel } from '../support/study/scripted-level.ts';

/** One machine that fails and is repaired after exponential times. */
function machine(mttf: Duration, mttr: Duration, count: number, changes: Partial<Scenario>) {
  const options = { law: new Exponential(mttf), repair: new Exponential(mttr) };
  const stop = { kind: 'replications', count } as const;
  const asked = { confidence: 0.95, stop, ...changes };
  return scenario(majorityTopology(1), [mode('cp1', options)], asked);
}

async function figuresOf(asked: Scenario) {
  const { levels } = await run(asked);
  return levels['etcd.quorum']!;
}

describe('outage lengths', () => {
  it('are not taken as ended where they outlive the horizon', async () => {
    const objective = {
      text: '',
      figure: 'meanOutage',
      level: 'etcd.quorum',
      comparison: '<=',
      value: YEAR / 2,
      line: 1,
    } as const;
    const asked = machine(YEAR, YEAR, 2000, { objectives: [objective] });
    const result = await run(asked);
    const { outageLength, seen } = result.levels['etcd.quorum']!;
    expect(seen.openAtEnd).toBeGreaterThan(seen.outages / 2);
    const year = YEAR / SECOND;
    expect(Math.abs(outageLength.mean.estimate / year - 1)).toBeLessThan(0.1);
    expect(outageLength.mean.low).toBeLessThan(year);
    expect(outageLength.mean.high).toBe(Number.POSITIVE_INFINITY);
    expect(outageLength.p50.low).toBeLessThan(Math.LN2 * year);
    expect(outageLength.p50.high).toBe(Number.POSITIVE_INFINITY);
    expect(outageLength.p90.estimate).toBe(Number.POSITIVE_INFINITY);
    expect(outageLength.longest).toBeLessThanOrEqual(year);
    expect(result.objectives[0]!.verdict).toBe('undecided');
  });

  it('of the ended and the open are told apart, open ones of the warm-up left out', () => {
    const level = new ScriptedLevel(10 * HOUR, YEAR);
    const summary = new LevelSummary(YEAR, []);
    for (let replication = 0; replication < 3; replication++) {
      level.restart();
      if (replication === 2) level.toggle(HOUR, level.both);
      if (replication < 2) level.toggle(20 * HOUR, level.both);
      if (replication === 0) level.toggle(26 * HOUR, level.both);
      level.history.finish();
      summary.addReplication(level.history);
    }
    const { seen, outageLength, causes } = summary.result(0.95);
    expect(seen).toMatchObject({ outages: 2, openAtEnd: 2, replicationsWithOutage: 3 });
    expect(outageLength.mean.estimate).toBeCloseTo((6 + 8760 - 10) * 3600, 6);
    expect(outageLength.longest).toBe((8760 - 10) * 3600);
    expect(causes).toMatchObject([{ cause: 'kind of both', outages: 2, downtimeShare: 1 }]);
  });
});

describe('time to the first outage', () => {
  it('is time at risk over first outages, even where every replication saw one', () => {
    const level = new ScriptedLevel(0, YEAR);
    const summary = new LevelSummary(YEAR, []);
    for (const hour of [100, 200, 600]) {
      level.restart();
      level.toggle(hour * HOUR, level.both);
      level.toggle((hour + 1) * HOUR, level.both);
      level.history.finish();
      summary.addReplication(level.history);
    }
    const { timeToFirstOutage } = summary.result(0.95);
    expect(timeToFirstOutage.estimate).toBeCloseTo(300, 9);
    // Garwood: 900 h over half the 97.5 % chi-square quantile of 8 and the 2.5 % one of 6 degrees.
    expect(timeToFirstOutage.low).toBeCloseTo(900 / 8.767273, 3);
    expect(timeToFirstOutage.high).toBeCloseTo(900 / 0.618672, 1);
  });

  it('is not bounded by the horizon of a single replication', async () => {
    let missed = 0;
    for (let seed = 0; seed < 100; seed++) {
      const asked = machine(2 * YEAR, HOUR, 1, { seed: `${seed}` });
      const { low, high } = (await figuresOf(asked)).timeToFirstOutage;
      if (low > 2 * 8760 || high < 2 * 8760) missed++;
    }
    expect(missed).toBeLessThanOrEqual(10);
  });

  it('leaves out replications that are down as the warm-up ends', async () => {
    const decade = 10 * YEAR;
    const asked = machine(decade, decade, 4000, { warmUp: 5 * decade });
    const { timeToFirstOutage, unavailability } = await figuresOf(asked);
    expect(unavailability.low).toBeGreaterThan(0.4);
    expect(timeToFirstOutage.low).toBeLessThan(decade / HOUR);
    expect(timeToFirstOutage.high).toBeGreaterThan(decade / HOUR);
  });

  it('says nothing where all of them were', () => {
    const level = new ScriptedLevel(HOUR, YEAR);
    const summary = new LevelSummary(YEAR, []);
    level.toggle(0, level.both);
    level.toggle(2 * HOUR, level.both);
    level.toggle(9 * HOUR, level.both);
    level.history.finish();
    summary.addReplication(level.history);
    const { timeToFirstOutage } = summary.result(0.95);
    expect(timeToFirstOutage).toMatchObject({ low: 0, high: Number.POSITIVE_INFINITY });
    expect(timeToFirstOutage.estimate).toBeNaN();
  });
});

describe('years of one replication', () => {
  it('do not count as independent', async () => {
    const asked = machine(20 * YEAR, 20 * YEAR, 40, { horizon: 50 * YEAR });
    const { yearWithoutDowntime, downtimeOfAYear } = await figuresOf(asked);
    const { low, high } = yearWithoutDowntime;
    expect(high - low).toBeGreaterThan(0.15);
    expect(downtimeOfAYear.p99.high).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a precision', () => {
  it('is not taken as reached on few replications with an outage', async () => {
    const stop = { kind: 'precision', relativeHalfWidth: 1e6, maximumReplications: 1e5 } as const;
    const asked = majorityScenario(1, { horizon: 10 * HOUR, stop });
    const { run: of, levels } = await run(asked);
    expect(of.precisionReached).toBe(true);
    expect(of.replications).toBeGreaterThan(1000);
    expect(levels['etcd.quorum']!.seen.replicationsWithOutage).toBeGreaterThanOrEqual(30);
  });
});
