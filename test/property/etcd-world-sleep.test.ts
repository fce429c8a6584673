/**
 * A control plane whose etcd sleeps tells the same story, to the byte, as one that never does: who
 * leads, what is granted and lost and why, over random topologies and timelines of every event, and
 * over every shipped scenario.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { HOUR } from '../../src/engine/clock.ts';
import { draws } from '../support/draws.ts';
import { randomEtcdScenario } from '../support/random-scenarios/random-etcd-scenarios.ts';
import { scenarioOf, shortened, story } from '../support/study/stories.ts';

const SCENARIOS = draws(24, 120);

/** Stories that the random ones hardly tell. */
const ODD: readonly (readonly [what: string, text: string])[] = [
  [
    'messages take longer than the election time-out',
    `
horizon: 3 min
topology: { controlPlanes: 3 }
etcd: { version: 3.5, heartbeatInterval: 5 ms, electionTimeout: 30 ms }
network: { sameZone: 40 ms }
events: [{ at: 1 min, kill: cp1, for: 20 s }]
`,
  ],
  [
    'a leader is reached again just before it looks at its quorum',
    `
horizon: 1 min
topology: { controlPlanes: 3 }
etcd: { version: 3.5, heartbeatInterval: 500 ms, electionTimeout: 5 s, writes: none }
network: { sameZone: 800 ms }
events: [{ at: 20 s, for: 4.7 s, partition: { between: [[leader], [followers]] } }]
`,
  ],
  [
    'a disk is lost twice in one term',
    `
horizon: 2 min
topology: { controlPlanes: 3 }
etcd: { version: 3.5 }
events:
  - { at: 60 s, for: 0.7 s, stallDisk: [cp2, cp3] }
  - { at: 60.4 s, for: 0.1 s, loseDisk: cp1 }
  - { at: 60.55 s, for: 0.1 s, loseDisk: cp1 }
`,
  ],
];

/**
 * Gaps between polls of leases are random, so that who takes over when is the same in law only, as
 * test/model/lease tests it; kube-vip's address follows such a lease.
 */
function withoutLeases(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !/controllerManager|scheduler|kube-| controllers /.test(line));
}

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

  it.each(ODD)('tells the same story where %s', (_what, text) => {
    for (const seed of ['one', 'two', 'three', 'four', 'five'].slice(0, draws(2, 5))) {
      const scenario = scenarioOf(`quorate: 1\nseed: ${seed}\nfailures: { use: none }\n${text}`);
      expect(story(scenario, false).lines).toEqual(story(scenario, true).lines);
    }
  });

  const shipped = readdirSync('scenarios')
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => [file, readFileSync(`scenarios/${file}`, 'utf8')] as const)
    .filter(([file, text]) => {
      const { etcd, kubernetes } = scenarioOf(text, file).topology;
      return etcd !== undefined && kubernetes?.balancer.kind !== 'kube-vip';
    });

  it('is shipped with', () => {
    expect(shipped.length).toBeGreaterThan(20);
  });

  it.each(shipped)('tells the same story of %s', (file, text) => {
    const scenario = shortened(scenarioOf(text, file), draws(HOUR, 2 * HOUR));
    const told = (awake: boolean) => withoutLeases(story(scenario, awake).lines);
    expect(told(false)).toEqual(told(true));
  });
});
