/**
 * Behind kube-vip, whose address follows a lease with random polls, random stories under load and
 * with connections that stay are the same in law awake and asleep: each is lived through by both
 * modes under seeds of their own, and what users and controllers lose is compared over all stories
 * (Kolmogorov and Smirnov) and story by story (signs). Either test is failed by one law once in a
 * thousand times, the first more rarely, since the stories are the same; seeds are fixed.
 */
import { describe, expect, it } from 'vitest';
import { randomApiScenario } from '../support/random-scenarios/random-api-scenarios.ts';
import { criticalDistance, distanceBetween } from '../support/statistics/kolmogorov-smirnov.ts';
import { Lived } from '../support/study/lived.ts';
import { scenarioOf } from '../support/study/stories.ts';

const LEVEL = 0.001;
/** Of a normal law: exceeded to either side once in a thousand times. */
const DEVIATIONS = 3.29;
const STORIES = 160;
const SECONDS = 120;

const LEVELS = ['api.write', 'api.read', 'api.cachedRead', 'controllers'] as const;

/** Seconds lost by story, for each level; and timers that did not tick. */
function lostBy(isAwake: boolean) {
  const lost = LEVELS.map((): number[] => []);
  let elided = 0;
  for (let story = 0; story < STORIES; story++) {
    const options = { balancer: 'kube-vip', seconds: SECONDS, isBusy: true } as const;
    const scenario = scenarioOf(randomApiScenario(`story ${story}`, options));
    const lived = new Lived({ ...scenario, seed: `${story} ${isAwake}` }, isAwake).live(0);
    LEVELS.forEach((level, index) => {
      lost[index]!.push(lived.totals(level).downtime);
    });
    elided += lived.runSums.ticksElided;
  }
  return { lost, elided };
}

const rising = (one: number, other: number) => one - other;

describe('random stories behind kube-vip, asleep and awake', () => {
  const asleep = lostBy(false);
  const awake = lostBy(true);

  it('sleeps, or does not', () => {
    expect(asleep.elided).toBeGreaterThan(1000 * STORIES);
    // Probes of what is not there count as elided in both modes.
    expect(awake.elided).toBeLessThan(asleep.elided / 50);
  });

  it.each(LEVELS.map((level, index) => [level, index] as const))('%s', (_level, index) => {
    const [one, other] = [asleep.lost[index]!, awake.lost[index]!];
    const differ = one.map((seconds, story) => seconds - other[story]!).filter((by) => by !== 0);
    expect(differ.length, 'there is something to compare').toBeGreaterThan(STORIES / 3);
    const more = differ.filter((by) => by > 0).length;
    const deviation = Math.abs(more - differ.length / 2) / Math.sqrt(differ.length / 4);
    expect(deviation, 'signs').toBeLessThan(DEVIATIONS);
    const far = distanceBetween([...one].sort(rising), [...other].sort(rising));
    expect(far).toBeLessThan(criticalDistance(LEVEL, STORIES, STORIES));
  });
});
