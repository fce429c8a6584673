/** Every replication starts from clean state: alone it is what it is after others. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { run } from '../../src/execute/run.ts';
import { Fault } from '../../src/faults/fault.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { compareStarts } from '../../src/study/clean-start.ts';
import { World } from '../../src/study/world.ts';
import { draws } from '../support/draws.ts';
import {
  BALANCER_KINDS,
  randomApiScenario,
} from '../support/random-scenarios/random-api-scenarios.ts';
import { randomEtcdScenario } from '../support/random-scenarios/random-etcd-scenarios.ts';
import { randomScenarios } from '../support/random-scenarios/random-scenarios.ts';

const NO_TRACE = { neverSleep: false, trace: undefined };

/** A world that says all that happened in a replication. */
class ToldWorld extends World {
  readonly lines: string[];

  constructor(scenario: Scenario) {
    const lines: string[] = [];
    super(scenario, {
      neverSleep: false,
      trace: {
        changed: (change, now) => lines.push(`${now} ${JSON.stringify(change)}`),
        lost: (level, now, cause) => lines.push(`${now} ${level} lost ${cause.label}`),
        regained: (level, now, length) => lines.push(`${now} ${level} regained ${length}`),
        brownedOut: (level, now, value, cause) =>
          lines.push(`${now} ${level} browned out ${value} ${cause.label}`),
        restored: (level, now, length) => lines.push(`${now} ${level} restored ${length}`),
      },
    });
    this.lines = lines;
  }

  told(replication: number): string {
    this.lines.length = 0;
    this.begin(replication);
    while (!this.advance(1_000));
    const levels = this.histories.map((history) => {
      const { downtime, outages, brownouts, brownoutTime, totalLength, openAtEnd } = history;
      return { downtime, outages, brownouts, brownoutTime, totalLength, openAtEnd };
    });
    return `${this.lines.join('\n')}\n${JSON.stringify(levels)}`;
  }
}

/** What differs as a replication begins, and between all that it tells, after others and alone. */
function leaks(scenario: Scenario, replications: number): string[] {
  const used = new World(scenario, NO_TRACE);
  const told = new ToldWorld(scenario);
  const found: string[] = [];
  for (let replication = 0; replication < replications; replication++) {
    used.begin(replication);
    const fresh = new World(scenario, NO_TRACE);
    fresh.begin(replication);
    const { difference } = compareStarts(fresh.state, used.state);
    if (difference !== undefined) found.push(difference);
    while (!used.advance(1_000));
    if (told.told(replication) !== new ToldWorld(scenario).told(replication)) {
      found.push(`replication ${replication} differs alone`);
    }
  }
  return found;
}

function parsed(text: string): Scenario {
  const result = parseScenario(text, { file: 'random.yaml' });
  if (!result.ok) throw new Error(`${text}\n${JSON.stringify(result.problems)}`);
  return result.scenario;
}

const CRASHES = {
  topology: { controlPlanes: 3 },
  horizon: '1 year',
  replications: 2,
  failures: { 'machine.crash': { mttf: '1 month', repair: '4 h' } },
};

describe('a replication', () => {
  it('is the same alone as after others, at the structural level', () => {
    const all = fc.sample(randomScenarios, { numRuns: draws(10, 60), seed: 1 });
    expect(all.flatMap((scenario) => leaks(scenario, 3))).toEqual([]);
  });

  it('is the same alone as after others, with etcd at message level', () => {
    for (let seed = 0; seed < draws(5, 60); seed++) {
      expect(leaks(parsed(randomEtcdScenario(`clean ${seed}`)), 3)).toEqual([]);
    }
  });

  it.each(BALANCER_KINDS)('is the same alone as after others, behind %s', (balancer) => {
    for (let seed = 0; seed < draws(3, 60); seed++) {
      const text = randomApiScenario(`clean ${balancer} ${seed}`, { balancer, seconds: 200 });
      expect(leaks(parsed(text), 3)).toEqual([]);
    }
  });

  // Of some 2000 random files, those in which one replication showed in the next.
  it.each(['oh-560', 'gen-10145'])('is the same alone as after others in %s', (name) => {
    const text = readFileSync(`test/study/clean-start/${name}.yaml`, 'utf8');
    expect(leaks(parsed(text), 6)).toEqual([]);
  });
});

describe('a run', () => {
  it('refuses to go on where a replication finds something of those before it', async () => {
    const restart = vi.spyOn(Fault.prototype, 'restart').mockImplementation(() => {});
    const scenario = parsed(JSON.stringify({ quorate: 1, ...CRASHES }));
    await expect(run(scenario)).rejects.toThrow(
      /^replication 2 does not start clean: faults\.\S+ is \S+, not \S+$/,
    );
    restart.mockRestore();
    expect((await run(scenario)).run.replications).toBe(2);
  });

  it('names a field that only one of two worlds has', () => {
    const scenario = parsed(JSON.stringify({ quorate: 1, ...CRASHES }));
    const [fresh, used] = [new World(scenario, NO_TRACE), new World(scenario, NO_TRACE)];
    for (const world of [fresh, used]) world.begin(0);
    expect(compareStarts(fresh.state, used.state).difference).toBeUndefined();
    Object.assign(used.faults.active, { left: [3] });
    const { difference } = compareStarts(fresh.state, used.state);
    expect(difference).toBe('faults.active.left is Array, not undefined');
  });
});
