/**
 * Time adds up for users of the API under random faults of balancers, API servers, etcd and the
 * network at once: each level stays a ratio, outages and brownouts make up its downtime, and so do
 * its phases and its causes.
 */
import { describe, expect, it } from 'vitest';
import type { Duration, Time } from '../../src/engine/clock.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { LevelHistory } from '../../src/study/level-history.ts';
import { World } from '../../src/study/world.ts';
import {
  BALANCER_KINDS,
  randomApiScenario,
} from '../support/random-scenarios/random-api-scenarios.ts';
import { scenarioOf } from '../support/study/stories.ts';

/** Scenarios of each kind of balancer. */
const SCENARIOS = 10;

interface Sums {
  outage: Duration;
  brownout: Duration;
  brownoutLoss: Duration;
  /** Of what is lost, by phase. */
  readonly phases: Map<string, Duration>;
}

/** Integrates each level itself, instant by instant, beside the histories under test. */
class IntegratingWorld extends World {
  readonly sums: Sums[];
  private values: number[];
  private phases: (string | undefined)[];
  private since: Time = 0;

  constructor(scenario: Scenario) {
    super(scenario, { neverSleep: false, trace: undefined });
    const { levels } = this.controlPlane;
    this.sums = levels.map(() => ({
      outage: 0,
      brownout: 0,
      brownoutLoss: 0,
      phases: new Map(),
    }));
    this.values = levels.map(() => 1);
    this.phases = levels.map(() => undefined);
  }

  override settled(now: Time): void {
    this.charge(now);
    const { levels } = this.controlPlane;
    this.values = levels.map((level) => level.value());
    this.phases = levels.map((level, index) => {
      return this.values[index]! < 1 ? level.phase() : undefined;
    });
    super.settled(now);
  }

  charge(now: Time): void {
    const time = now - this.since;
    this.since = now;
    this.values.forEach((value, index) => {
      if (!(value >= 0 && value <= 1)) throw new RangeError(`level ${index} is ${value}`);
      const sums = this.sums[index]!;
      if (value === 0) sums.outage += time;
      else if (value < 1) {
        sums.brownout += time;
        sums.brownoutLoss += (1 - value) * time;
      }
      const phase = this.phases[index];
      if (phase === undefined) return;
      sums.phases.set(phase, (sums.phases.get(phase) ?? 0) + (1 - value) * time);
    });
  }
}

/** Microseconds to which sums of products in other orders may differ. */
const ROUNDING = 0.01;

function balances(history: LevelHistory, sums: Sums, scenario: Scenario): void {
  const { outageTime, brownoutTime, brownoutLoss, downtime, tally } = history;
  expect(outageTime).toBe(sums.outage);
  expect(brownoutTime).toBe(sums.brownout);
  expect(Math.abs(brownoutLoss - sums.brownoutLoss)).toBeLessThan(ROUNDING);
  expect(downtime).toBe(outageTime + brownoutLoss);
  expect(brownoutLoss).toBeLessThanOrEqual(brownoutTime);
  expect(outageTime + brownoutTime).toBeLessThanOrEqual(scenario.horizon);
  expect(history.totalLength).toBe(outageTime);
  expect(Math.abs(tally.downtime - downtime)).toBeLessThan(ROUNDING);
  if (downtime === 0) return;
  const shares = Object.values(tally.phases());
  for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
  expect(shares.reduce((one, other) => one + other)).toBeCloseTo(1, 9);
  const causes = tally.causes(true).map(({ downtimeShare }) => downtimeShare);
  expect(causes.reduce((one, other) => one + other)).toBeCloseTo(1, 9);
}

/** The phases that the model tells are those under which time was booked. */
function phasesAgree(history: LevelHistory, sums: Sums): void {
  const booked = new Map(Object.entries(history.tally.phases()));
  for (const [phase, time] of sums.phases) {
    // Which faults are noticed is told by their causes, and not by the level.
    if (phase === 'structural') continue;
    const share = history.downtime === 0 ? 0 : (booked.get(phase) ?? 0);
    expect(Math.abs(share * history.downtime - time), phase).toBeLessThan(1);
  }
}

describe('under random faults of all that users depend on', () => {
  const seen = { brownouts: 0, outages: 0, phases: new Set<string>() };

  it.each(BALANCER_KINDS)('time adds up behind %s', (balancer) => {
    for (let index = 0; index < SCENARIOS; index++) {
      const text = randomApiScenario(`${balancer} ${index}`, { balancer, seconds: 300 });
      const scenario = scenarioOf(text);
      const world = new IntegratingWorld(scenario);
      world.begin(0);
      while (!world.advance(777));
      world.charge(scenario.horizon);
      world.histories.forEach((history, level) => {
        balances(history, world.sums[level]!, scenario);
        if (!history.level.name.startsWith('api.')) return;
        phasesAgree(history, world.sums[level]!);
        seen.brownouts += history.brownouts;
        seen.outages += history.outages;
        for (const phase of world.sums[level]!.phases.keys()) seen.phases.add(phase);
      });
    }
  });

  it('is seen in brownouts and outages of many kinds', () => {
    expect(seen.brownouts).toBeGreaterThan(200);
    expect(seen.outages).toBeGreaterThan(200);
    const phases = ['etcd', 'probeKill', 'backOff', 'start', 'detection', 'failover', 'balancer'];
    expect([...seen.phases]).toEqual(expect.arrayContaining([...phases, 'overload']));
  });
});
