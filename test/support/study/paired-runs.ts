/** Scenarios run under one seed, replication by replication: how far do histories agree? */
import { YEAR } from '../../../src/engine/clock.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { World } from '../../../src/study/world.ts';

export function scenarioOf(text: string): Scenario {
  const result = parseScenario(`quorate: 1\n${text}`, { file: 'paired.yaml' });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.scenario;
}

/** Downtime of the first level, in years a replication. */
export function downtimes(scenario: Scenario, replications: number): Float64Array {
  const world = new World(scenario, { neverSleep: false, trace: undefined });
  const history = world.histories[0]!;
  return Float64Array.from({ length: replications }, (_, replication) => {
    world.begin(replication);
    while (!world.advance(Number.MAX_SAFE_INTEGER));
    return history.downtime / YEAR;
  });
}

export interface Pairing {
  readonly correlation: number;
  /** Variance of the paired difference over that of two independent runs: what pairing leaves. */
  readonly varianceLeft: number;
}

export function pairing(one: Float64Array, other: Float64Array): Pairing {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / one.length;
  const [first, second] = [mean(one), mean(other)];
  let [ofFirst, ofSecond, ofBoth] = [0, 0, 0];
  for (let index = 0; index < one.length; index++) {
    const [left, right] = [one[index]! - first, other[index]! - second];
    ofFirst += left * left;
    ofSecond += right * right;
    ofBoth += left * right;
  }
  const sum = ofFirst + ofSecond;
  return {
    correlation: ofBoth / Math.sqrt(ofFirst * ofSecond),
    varianceLeft: (sum - 2 * ofBoth) / sum,
  };
}
