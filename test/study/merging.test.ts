/** Sums that merge: parts give the bytes of the whole, through JSON too, however they are cut. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { YEAR } from '../../src/engine/clock.ts';
import { run } from '../../src/execute/run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { chunkLength } from '../../src/study/chunk.ts';
import type { RunResult } from '../../src/study/result.ts';
import { mergeRuns } from '../../src/study/run.ts';
import { scenarioFrom } from '../report/reports.ts';
import { majorityScenario } from '../support/plans.ts';

const asked = (scenario: Scenario, count: number): Scenario => ({
  ...scenario,
  stop: { kind: 'replications', count },
});

async function bytes(scenario: Scenario, count: number, first = 0): Promise<RunResult> {
  const result = await run(asked(scenario, count), { first });
  return { ...result, run: { ...result.run, wallSeconds: 0 } };
}

const ETCD = `quorate: 1
seed: 7
horizon: 2 months
topology: { controlPlanes: 3 }
failures: { machine.crash: { mttf: 10 days, repair: exponential 2 h } }
levels: { mine: etcd.write }
objectives: [availability(etcd.write) >= 0.999]
`;

/** Of ten replications a chunk. */
const structural = majorityScenario(3, { horizon: 10 * YEAR });

describe('runs that follow one another', () => {
  it('merge to the bytes of the whole, wherever a chunk ends', async () => {
    expect(chunkLength(structural)).toBe(10);
    const whole = await bytes(structural, 157);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 4 }),
        async (ends) => {
          const cuts = [0, ...ends.sort((one, other) => one - other).map((end) => 10 * end), 157];
          const parts: RunResult[] = [];
          for (const [index, first] of cuts.slice(0, -1).entries()) {
            const part = await bytes(structural, cuts[index + 1]! - first, first);
            parts.push(JSON.parse(JSON.stringify(part)));
          }
          expect(mergeRuns(asked(structural, 157), parts)).toEqual(whole);
        },
      ),
      { seed: 11, numRuns: 8 },
    );
  });

  it('merge with brownouts, elections and objectives too', async () => {
    const scenario = scenarioFrom(ETCD);
    expect(chunkLength(scenario)).toBe(5);
    const whole = await bytes(scenario, 12);
    const [one, other] = [await bytes(scenario, 5), await bytes(scenario, 7, 5)];
    expect(whole.etcd!.seen.elections).toBeGreaterThan(12);
    expect(mergeRuns(asked(scenario, 12), [one, other])).toEqual(whole);
    expect(JSON.stringify(mergeRuns(asked(scenario, 12), [one, other]))).toBe(
      JSON.stringify(whole),
    );
  });

  it('are refused where they do not fit', async () => {
    const scenario = asked(structural, 40);
    const part = await bytes(structural, 20);
    const later = await bytes(structural, 15, 20);
    const merge = (...parts: RunResult[]) => mergeRuns(scenario, parts);
    expect(() => merge(part, part)).toThrow('begins at 0, after one that ends at 20');
    expect(() => merge(later, beginning(later, 35))).toThrow('ends at 35');
    const old = { ...part, part: { ...part.part, version: 0 } };
    expect(() => merge(old)).toThrow('a part of version 0 cannot be read here, only of 1');
    const [node] = part.part.nodes;
    const inner = { ...node!, sums: { ...node!.sums, version: 2 } };
    expect(() => merge({ ...part, part: { ...part.part, nodes: [inner] } })).toThrow(
      'sums of version 2 cannot be read here, only of 1',
    );
    const seeded = { ...scenario, seed: '9' };
    expect(() => mergeRuns(seeded, [part])).toThrow("a part has seed 1, not the scenario's");
    await expect(run(scenario, { first: 5 })).rejects.toThrow('a multiple of 10, not at 5');
  });
});

/** A part that says it begins elsewhere. */
function beginning(result: RunResult, first: number): RunResult {
  return { ...result, part: { ...result.part, first } };
}

describe('a precision', () => {
  it('is looked at only where chunks end', async () => {
    const stop = { kind: 'precision', relativeHalfWidth: 0.2, maximumReplications: 1e5 } as const;
    const reached = await run(majorityScenario(3, { stop }));
    expect(reached.run.precisionReached).toBe(true);
    expect(reached.run.replications % chunkLength(majorityScenario(3))).toBe(0);
    const same = await bytes(majorityScenario(3), reached.run.replications);
    expect(same.levels).toEqual(reached.levels);
  });
});
