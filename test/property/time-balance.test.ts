/** Invariants of every replication: time adds up, levels stay in range, fewer faults never hurt. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duration, Time } from '../../src/engine/clock.ts';
import { stateWords } from '../../src/report/state-words.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { trace } from '../../src/study/run.ts';
import { World } from '../../src/study/world.ts';
import { draws } from '../support/draws.ts';
import {
  randomScenarios,
  uncoupledScenarios,
} from '../support/random-scenarios/random-scenarios.ts';

/** Integrates each level itself, instant by instant, beside the histories under test. */
class IntegratingWorld extends World {
  up: Duration[] = [];
  down: Duration[] = [];
  private values: number[] = [];
  private since: Time = 0;
  private readonly from: Time;

  constructor(scenario: Scenario) {
    super(scenario, { neverSleep: false, trace: undefined });
    this.from = scenario.warmUp;
  }

  override begin(replication: number): void {
    super.begin(replication);
    this.since = this.from;
    this.up = this.controlPlane.levels.map(() => 0);
    this.down = this.controlPlane.levels.map(() => 0);
    this.values = this.controlPlane.levels.map(() => 1);
  }

  override settled(now: Time): void {
    this.charge(now);
    this.values = this.controlPlane.levels.map((level) => level.value());
    super.settled(now);
  }

  charge(now: Time): void {
    if (now <= this.since) return;
    this.values.forEach((value, index) => {
      if (!(value >= 0 && value <= 1)) throw new RangeError(`level ${index} is ${value}`);
      if (value === 0) this.down[index]! += now - this.since;
      else this.up[index]! += now - this.since;
    });
    this.since = now;
  }
}

/** Downtime of each level in one replication, in microseconds. */
function downtimes(scenario: Scenario, replication: number): Duration[] {
  const world = new World(scenario, { neverSleep: false, trace: undefined });
  world.begin(replication);
  while (!world.advance(10_000));
  return world.histories.map((history) => history.downtime);
}

/** The scenario without what befalls one part by itself. */
function without(scenario: Scenario, part: string): Scenario {
  return { ...scenario, modes: scenario.modes.filter((mode) => mode.effect.parts[0] !== part) };
}

/** Of properties that live through each scenario several times. */
const FEWER = draws(8, 30);

describe('every replication', () => {
  it('has up and down times that sum to the horizon to the microsecond', () => {
    fc.assert(
      fc.property(randomScenarios, (scenario) => {
        const world = new IntegratingWorld(scenario);
        world.begin(5);
        while (!world.advance(777));
        world.charge(scenario.warmUp + scenario.horizon);
        world.histories.forEach((history, index) => {
          expect(history.downtime).toBe(world.down[index]);
          expect(history.downtime + world.up[index]!).toBe(scenario.horizon);
          expect(history.tally.downtime).toBe(history.downtime);
          if (history.downtime === 0) return;
          const { structural, detection, planned } = history.tally.phases();
          expect(structural + detection + planned).toBeCloseTo(1, 12);
        });
      }),
      { seed: 4, numRuns: draws(25, 100) },
    );
  });

  it('loses no more time without the faults of any one part', () => {
    let removed = 0;
    let gained = 0;
    fc.assert(
      fc.property(uncoupledScenarios, fc.nat(99), (scenario, replication) => {
        const before = downtimes(scenario, replication);
        for (const { name } of scenario.topology.parts) {
          const after = downtimes(without(scenario, name), replication);
          after.forEach((downtime, level) => {
            if (downtime > before[level]!) {
              throw new Error(`without ${name}: ${downtime} us down, with it ${before[level]}`);
            }
            if (downtime < before[level]!) gained++;
          });
          removed++;
        }
      }),
      { seed: 5, numRuns: FEWER },
    );
    expect(removed).toBeGreaterThan(5 * FEWER);
    expect(gained).toBeGreaterThan(3 * FEWER);
  });

  it('is the same, line by line, when run twice and whether timers sleep or not', () => {
    let elided = 0;
    fc.assert(
      fc.property(randomScenarios, (scenario) => {
        const asleep = traced(scenario, false);
        expect(traced(scenario, false).lines).toEqual(asleep.lines);
        const awake = traced(scenario, true);
        expect(awake.lines).toEqual(asleep.lines);
        expect(awake.ticksElided).toBe(0);
        expect(asleep.eventsExecuted + asleep.ticksElided).toBe(awake.eventsExecuted);
        elided += asleep.ticksElided;
      }),
      { seed: 6, numRuns: FEWER },
    );
    expect(elided).toBeGreaterThan(3_000 * FEWER);
  });
});

function traced(scenario: Scenario, awake: boolean) {
  const lines: string[] = [];
  const figures = trace(
    scenario,
    0,
    {
      changed: (change, now) => lines.push(`${now} ${change.subject} ${stateWords(change)}`),
      lost: (level, now, cause) => lines.push(`${now} ${level} lost ${cause.label}`),
      regained: (level, now, length) => lines.push(`${now} ${level} regained ${length}`),
    },
    { awake },
  );
  return { lines, ...figures };
}
