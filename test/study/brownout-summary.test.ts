/** Figures of brownouts over many replications. */
import { describe, expect, it } from 'vitest';
import { HOUR, YEAR } from '../../src/engine/clock.ts';
import type { FigureName, Objective } from '../../src/scenario/scenario.ts';
import type { Estimate } from '../../src/statistics/intervals.ts';
import { LevelSummary } from '../../src/study/level-summary.ts';
import type { BrownoutFigures } from '../../src/study/result.ts';
import { ScriptedLevel } from '../support/study/scripted-level.ts';

type Script = (level: ScriptedLevel) => void;

function summaryOf(
  scripts: readonly Script[],
  { from = 0, horizon = YEAR, objectives = [] as readonly Objective[] } = {},
): LevelSummary {
  const options = { canBrownOut: true, explain: 'disturbance' } as const;
  const level = new ScriptedLevel(from, horizon, undefined, options);
  const summary = new LevelSummary(horizon, objectives, true);
  for (const script of scripts) {
    level.restart();
    script(level);
    level.history.finish();
    summary.addReplication(level.history);
  }
  return summary;
}

/** Two hours at a half, then an hour of outage, then four at three quarters. */
function bad(level: ScriptedLevel): void {
  level.dim(100 * HOUR, 0.5);
  level.dim(102 * HOUR, 0);
  level.dim(103 * HOUR, 0.75);
  level.dim(107 * HOUR, 1);
}

/** Ten hours at four fifths. */
function dim(level: ScriptedLevel): void {
  level.dim(200 * HOUR, 0.8);
  level.dim(210 * HOUR, 1);
}

function good(): void {}

function brownoutsOf(summary: LevelSummary): BrownoutFigures {
  return summary.result(0.95).brownouts!;
}

describe('the figures of a level that browns out', () => {
  it('are what a hand adds up over three replications', () => {
    const summary = summaryOf([bad, dim, good]);
    const result = summary.result(0.95);
    expect(result.unavailability.estimate).toBeCloseTo((3 + 2) / 3 / 8760, 15);
    expect(result.availability.estimate).toBeCloseTo(1 - 5 / 3 / 8760, 15);
    expect(result.downtimePerYear.estimate).toBeCloseTo((5 / 3) * 60, 9);
    expect(result.outagesPerYear.estimate).toBeCloseTo(1 / 3, 12);
    expect(result.outageLength).toMatchObject({ longest: 3600 });
    expect(result.timeToFirstOutage.estimate).toBeCloseTo(102 + 2 * 8760, 9);
    expect(result.yearWithoutDowntime.estimate).toBeCloseTo(1 / 3, 12);
    expect(result.downtimeOfAYear).toMatchObject({ worst: 180, median: { estimate: 120 } });
    expect(result.seen).toMatchObject({ outages: 1, replicationsWithOutage: 1 });
    expect(result.seen.downtimeMinutes).toBeCloseTo(300, 9);
  });

  it('tell brownouts apart, whose loss and outages make the downtime', () => {
    const summary = summaryOf([bad, dim, good]);
    const { perYear, timePerYear, lost, seen } = brownoutsOf(summary);
    expect(perYear.estimate).toBeCloseTo(3 / 3, 12);
    expect(timePerYear.estimate).toBeCloseTo((16 / 3) * 60, 9);
    expect(lost.estimate).toBeCloseTo((4 / 3) * 60, 9);
    expect(seen).toMatchObject({ brownouts: 3, openAtEnd: 0, replicationsWithBrownout: 2 });
    expect(seen.timeMinutes).toBeCloseTo(16 * 60, 9);
    expect(seen.lostMinutes).toBeCloseTo(4 * 60, 9);
    const outages = (1 / 3) * 60;
    const { downtimePerYear } = summary.result(0.95);
    expect(lost.estimate + outages).toBeCloseTo(downtimePerYear.estimate, 9);
  });

  it('have the interval that an outage of the same loss has', () => {
    const dimmed = summaryOf([dim, good, dim, good, good]).result(0.95);
    const lost = (level: ScriptedLevel) => {
      level.dim(200 * HOUR, 0);
      level.dim(202 * HOUR, 1);
    };
    const dark = summaryOf([lost, good, lost, good, good]).result(0.95);
    expectClose(dimmed.unavailability, dark.unavailability);
    expectClose(dimmed.brownouts!.lost, dark.downtimePerYear);
    expectClose(dimmed.brownouts!.perYear, dark.outagesPerYear);
  });

  it('give a bound and no estimate of what was not seen', () => {
    const { brownouts, outagesPerYear, unavailability } = summaryOf([dim, good]).result(0.95);
    expect(unavailability.estimate).toBeGreaterThan(0);
    expect(outagesPerYear.estimate).toBeNaN();
    expect(outagesPerYear.high).toBeLessThan(4);
    expect(brownouts!.perYear.estimate).toBe(0.5);
    const none = brownoutsOf(summaryOf([good, good]));
    expect([none.perYear.estimate, none.timePerYear.estimate, none.lost.estimate]).toEqual([
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(none.lost.high).toBeGreaterThan(0);
  });

  it('scale to a year, from a shorter horizon and after a warm-up', () => {
    const summary = summaryOf([dim, good], { from: 205 * HOUR, horizon: YEAR / 10 });
    const { perYear, timePerYear, lost, seen } = brownoutsOf(summary);
    expect(perYear.estimate).toBe(0);
    expect(timePerYear.estimate).toBeCloseTo((10 * 5 * 60) / 2, 9);
    expect(lost.estimate).toBeCloseTo((10 * 60) / 2, 9);
    expect(seen).toMatchObject({ brownouts: 0, replicationsWithBrownout: 1 });
  });

  it('meet yearly objectives by the weighted loss, and those on outages by outages', () => {
    const objective = (figure: FigureName, comparison: '<=' | '>=', value: number): Objective => {
      return { text: figure, figure, level: 'served', comparison, value };
    };
    const downtime = objective('downtimePerYear', '<=', 2.5 * HOUR);
    const availability = objective('availability', '>=', 1 - 1.9 / 8760);
    const outages = objective('outagesPerYear', '<=', 0.5);
    const objectives = [downtime, availability, outages];
    const summary = summaryOf([bad, dim, good, good], { objectives });
    const chances = objectives.map((one) => summary.chanceOfAYear(one, 0.95)!.estimate);
    expect(chances).toEqual([0.75, 0.5, 0.75]);
  });

  it('are not there of a level that is lost or whole', () => {
    const level = new ScriptedLevel(0, YEAR);
    const summary = new LevelSummary(YEAR, []);
    level.toggle(HOUR, level.both);
    level.history.finish();
    summary.addReplication(level.history);
    const result = summary.result(0.95);
    expect(result).not.toHaveProperty('brownouts');
    expect(result.causes[0]).not.toHaveProperty('brownouts');
    expect(Object.keys(result.phases)).toHaveLength(8);
  });
});

function expectClose(one: Estimate, other: Estimate): void {
  expect(one.estimate).toBeCloseTo(other.estimate, 9);
  expect(one.low).toBeCloseTo(other.low, 9);
  expect(one.high).toBeCloseTo(other.high, 9);
}
