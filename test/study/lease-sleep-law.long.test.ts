/**
 * Where gaps between polls of leases are random, a control plane awake and asleep agree in law: the
 * shipped scenarios in which leases decide, each lived through by both modes under seeds of their
 * own. Two samples of one law differ by more than the critical distance once in a thousand
 * comparisons (Kolmogorov and Smirnov); seeds are fixed. What is deterministic is compared to the
 * byte in test/property/etcd-world-sleep.test.ts.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/engine/clock.ts';
import { criticalDistance, distanceBetween } from '../support/statistics/kolmogorov-smirnov.ts';
import { Lived } from '../support/study/lived.ts';
import { scenarioOf } from '../support/study/stories.ts';

const LEVEL = 0.001;
/** Replications: many where they are cheap. */
const ASLEEP = 600;
const AWAKE = 110;
/** Outages of a law that tell something. */
const LEAST = 40;

/** Cut short after an event or two: awake a replication costs what it lasts. */
const SCENARIOS = [
  { file: 'controllers-leader-gone', minutes: 14, levels: ['controllers'] },
  { file: 'controllers-api-outage', minutes: 7, levels: ['controllers', 'api.write'] },
  { file: 'api-quorum-lost-30s', minutes: 7, levels: ['controllers', 'api.write'] },
  // Machines that go, and load, are of kube-vip-sleep-law.long.test.ts.
  { file: 'lb-kube-vip', minutes: 11, levels: ['controllers', 'api.write'] },
] as const;

/** Downtime of each replication, and the length of every outage, in seconds. */
interface Law {
  readonly downtime: number[];
  readonly outages: number[];
}

type Shipped = (typeof SCENARIOS)[number];

function lawsOf({ file, minutes, levels }: Shipped, isAwake: boolean) {
  const path = `scenarios/${file}.yaml`;
  const scenario = scenarioOf(readFileSync(path, 'utf8'), path);
  const horizon = minutes * MINUTE;
  const lived = new Lived({ ...scenario, horizon, seed: `${file} ${isAwake}` }, isAwake);
  const laws = levels.map((): Law => ({ downtime: [], outages: [] }));
  for (let replication = 0; replication < (isAwake ? AWAKE : ASLEEP); replication++) {
    lived.live(replication);
    levels.forEach((level, index) => {
      laws[index]!.downtime.push(lived.totals(level).downtime);
      laws[index]!.outages.push(...outagesOf(lived, level));
    });
  }
  return laws;
}

function outagesOf(lived: Lived, level: string): number[] {
  const steps = lived.stepsOf(level);
  return steps.flatMap(({ time, value }, index) => {
    const next = steps[index + 1];
    return value === 0 && next !== undefined ? [(next.time - time) / SECOND] : [];
  });
}

const rising = (one: number, other: number) => one - other;

describe.each(SCENARIOS)('$file, asleep and awake', (shipped) => {
  const asleep = lawsOf(shipped, false);
  const awake = lawsOf(shipped, true);

  it.each(shipped.levels.map((level, index) => [level, index] as const))('%s', (_level, index) => {
    for (const figure of ['downtime', 'outages'] as const) {
      const one = asleep[index]![figure].sort(rising);
      const other = awake[index]![figure].sort(rising);
      expect(one.length, 'there is something to compare').toBeGreaterThanOrEqual(LEAST);
      const far = distanceBetween(one, other);
      expect(far, figure).toBeLessThan(criticalDistance(LEVEL, one.length, other.length));
    }
  });
});
