/** Scenarios that users reported for a wrong answer, with the right one. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/execute/run.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { RunResult } from '../../src/study/result.ts';

function runOf(name: string): Promise<RunResult> {
  const text = readFileSync(`test/study/reported/${name}.yaml`, 'utf8');
  const parsed = parseScenario(text, { file: `${name}.yaml` });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  return run(parsed.scenario);
}

function triggersOf({ levels }: RunResult, level: string): Record<string, number> {
  return Object.fromEntries(
    levels[level]!.triggers.map(({ trigger, outages }) => [trigger, outages]),
  );
}

describe('what began in an instant is blamed', () => {
  it('before what ended in it', async () => {
    const result = await runOf('90-cause-same-instant');
    expect(triggersOf(result, 'etcd.write')).toEqual({ 'event.second': 50, 'event.first': 20 });
    expect(Object.keys(triggersOf(result, 'controllers')).sort()).toEqual([
      'event.first',
      'event.second',
    ]);
  });

  it('as a crash, not as what takes the crashed one out of a list', async () => {
    const result = await runOf('14-names-instead-of-balancer');
    expect(Object.keys(triggersOf(result, 'controllers')).sort()).toEqual([
      'event.first',
      'event.second',
      'event.third',
    ]);
    const involved = result.levels['api.write']!.involved.map(({ fault }) => fault).sort();
    expect(involved).toEqual(['first', 'second', 'third']);
  });

  it('as a crash, not as a bandwidth that is less from then on', async () => {
    const result = await runOf('20-mtu');
    for (const level of ['etcd.write', 'api.write', 'controllers']) {
      expect(Object.keys(triggersOf(result, level))).toEqual(['event.awayForTheLog']);
    }
  });
});

describe('a machine that is cut off from all', () => {
  it('loses users of a balancer the time in which another takes over', async () => {
    const { levels } = await runOf('isolated-balancer');
    const { seen } = levels['api.write']!;
    expect(seen.outages).toBe(2);
    // Adverts missed for 3 s and a skew, counted from the last one; and 34 ms of two masters.
    expect((seen.downtimeMinutes * 60) / seen.outages).toBeGreaterThan(2.5);
    expect((seen.downtimeMinutes * 60) / seen.outages).toBeLessThan(4);
  });

  it('answers none of the users of its API server', async () => {
    const { levels } = await runOf('isolated-server-dns');
    for (const level of ['api.write', 'api.read', 'api.cachedRead']) {
      // Two isolations of ten minutes; a third of the users tries it first, and gives up.
      expect(levels[level]!.seen.downtimeMinutes).toBeCloseTo(20 / 3, 0);
    }
  });
});
