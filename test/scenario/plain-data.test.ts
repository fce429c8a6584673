/**
 * A scenario is plain data: a structured clone of it and its JSON text give the bytes that it does.
 * Whoever works on one elsewhere, such as a worker thread, gets it whole.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DAY } from '../../src/engine/clock.ts';
import { run } from '../../src/execute/run.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const FOLDER = new URL('../../scenarios/', import.meta.url);
const FILES = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));

/** Two replications, of a day where etcd is simulated message by message. */
function short(scenario: Scenario): Scenario {
  const length = scenario.topology.etcd === undefined ? {} : { horizon: DAY, warmUp: 0 };
  return { ...scenario, ...length, stop: { kind: 'replications', count: 2 } };
}

async function figures(scenario: Scenario): Promise<string> {
  const { run: counts, ...rest } = await run(scenario);
  return JSON.stringify([{ ...counts, wallSeconds: 0 }, rest]);
}

describe('a scenario is plain data', () => {
  it.each(FILES)('%s gives the same from a clone and from JSON', async (file) => {
    const parsed = parseScenario(readFileSync(new URL(file, FOLDER), 'utf8'), { file });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const scenario = short(parsed.scenario);
    const asText = JSON.stringify(scenario);
    const fromText: Scenario = JSON.parse(asText);
    expect(fromText).toEqual(scenario);
    expect(JSON.stringify(fromText)).toBe(asText);
    const expected = await figures(scenario);
    expect(await figures(structuredClone(scenario))).toBe(expected);
    expect(await figures(fromText)).toBe(expected);
  });
});
