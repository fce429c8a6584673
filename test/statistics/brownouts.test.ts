/** How often the intervals of what brownouts cost miss it. */
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, YEAR } from '../../src/engine/clock.ts';
import { LevelSummary } from '../../src/study/level-summary.ts';
import type { LevelResult } from '../../src/study/result.ts';
import { dishonest, exponential, missesOf, uniformFrom } from '../support/statistics/misses.ts';
import { ScriptedLevel } from '../support/study/scripted-level.ts';

const REPLICATIONS = 50;
/** Of brownouts and outages; so few that most replications have none. */
const A_YEAR = 0.5;
const MEAN_LENGTH = 2 * HOUR;

/**
 * Losses begin A_YEAR times a year and last MEAN_LENGTH, both exponential; one in four is an
 * outage, the others are at a level that is uniform between 0 and 1.
 */
function summaryOf(seed: number): LevelSummary {
  const uniform = uniformFrom(seed);
  const level = new ScriptedLevel(0, YEAR, undefined, {
    ...{ canBrownOut: true, explain: 'disturbance', hasStructure: false },
  });
  const summary = new LevelSummary(YEAR, [], true);
  for (let replication = 0; replication < REPLICATIONS; replication++) {
    level.restart();
    let now = 0;
    for (;;) {
      now += Math.ceil(exponential(uniform) * (YEAR / A_YEAR));
      const end = now + Math.ceil(exponential(uniform) * MEAN_LENGTH);
      if (end >= YEAR) break;
      level.dim(now, uniform() < 0.25 ? 0 : uniform());
      level.dim(end, 1);
      now = end;
    }
    level.history.finish();
    summary.addReplication(level.history);
  }
  return summary;
}

describe('intervals of what is lost', () => {
  const results = new Map<string, LevelResult>();
  const resultOf = (seed: number, confidence: number) => {
    const key = `${seed} ${confidence}`;
    const known = results.get(key) ?? summaryOf(seed).result(confidence);
    results.set(key, known);
    return known;
  };
  // Less a little for those that would end beyond the year, which are left out.
  const begun = A_YEAR * (1 - MEAN_LENGTH / YEAR);

  it.each([
    ['downtime', begun * (0.25 + 0.75 * 0.5), (of: LevelResult) => of.downtimePerYear],
    ['of it in brownouts', begun * 0.75 * 0.5, (of: LevelResult) => of.brownouts!.lost],
    ['time in brownouts', begun * 0.75, (of: LevelResult) => of.brownouts!.timePerYear],
  ])('%s: miss no more often than they say', (_name, losses, figure) => {
    const truth = (losses * MEAN_LENGTH) / MINUTE;
    const found = missesOf(
      truth,
      (seed) => (confidence) => figure(resultOf(seed, confidence)),
      400,
    );
    expect(found.samples).toBe(400);
    expect(dishonest(found)).toEqual([]);
  });
});
