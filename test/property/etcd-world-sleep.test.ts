/**
 * A control plane whose etcd sleeps tells the same story, to the byte, as one that never does: who
 * leads, what is granted and lost and why, over random topologies and timelines of every event, and
 * over every shipped scenario.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { randomEtcdScenario } from '../support/random-etcd-scenarios.ts';
import { scenarioOf, shortened, story } from '../support/stories.ts';

const SCENARIOS = 250;

describe('a control plane with etcd at message level', () => {
  it('tells the same story awake and asleep', () => {
    const sums = { lines: 0, elided: 0, sleepers: 0 };
    for (let index = 0; index < SCENARIOS; index++) {
      const text = randomEtcdScenario(`world ${index}`);
      const awake = story(scenarioOf(text), true);
      const asleep = story(scenarioOf(text), false);
      expect(asleep.lines, text).toEqual(awake.lines);
      expect(awake.elided).toBe(0);
      sums.lines += awake.lines.length;
      sums.elided += asleep.elided;
      if (asleep.events < 0.8 * awake.events) sums.sleepers++;
    }
    expect(sums.lines, 'there is much to tell').toBeGreaterThan(20 * SCENARIOS);
    expect(sums.elided, 'ticks were slept through').toBeGreaterThan(1000 * SCENARIOS);
    // Many have networks and disks that keep etcd awake, or are in trouble from end to end.
    expect(sums.sleepers, 'and events saved').toBeGreaterThan(SCENARIOS / 5);
  });

  it('tells the same story where messages take longer than the election time-out', () => {
    const text = `
quorate: 1
horizon: 3 min
failures: { use: none }
topology: { controlPlanes: 3 }
etcd: { version: 3.5, heartbeatInterval: 5 ms, electionTimeout: 30 ms }
network: { sameZone: 40 ms }
events: [{ at: 1 min, kill: cp1, for: 20 s }]
`;
    expect(story(scenarioOf(text), false).lines).toEqual(story(scenarioOf(text), true).lines);
  });

  const shipped = readdirSync('scenarios')
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(`scenarios/${file}`, 'utf8')] as const)
    .filter(([file, text]) => scenarioOf(text, file).topology.etcd !== undefined);

  it('is shipped with', () => {
    expect(shipped.length).toBeGreaterThan(20);
  });

  it.each(shipped)('tells the same story of %s', (file, text) => {
    const scenario = shortened(scenarioOf(text, file));
    expect(story(scenario, false).lines).toEqual(story(scenario, true).lines);
  });
});
