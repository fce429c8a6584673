/**
 * A control plane whose etcd sleeps tells the same story, to the byte, as one that never does: who
 * leads, what is granted and lost and why, over random topologies and timelines of every event.
 */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { trace } from '../../src/study/run.ts';
import { randomEtcdScenario } from '../support/random-etcd-scenarios.ts';

const SCENARIOS = 300;

interface Story {
  readonly lines: readonly string[];
  readonly events: number;
  readonly elided: number;
}

function story(text: string, awake: boolean): Story {
  const parsed = parseScenario(text, { file: 'random.yaml' });
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.problems)}`);
  const lines: string[] = [];
  const listener = {
    changed: ({ subject, state }: { subject: string; state: string }, now: number) =>
      lines.push(`${now} ${subject} ${state}`),
    lost: (level: string, now: number, cause: { label: string }) =>
      lines.push(`${now} ${level} lost: ${cause.label}`),
    regained: (level: string, now: number) => lines.push(`${now} ${level} regained`),
  };
  const { eventsExecuted, ticksElided } = trace(parsed.scenario, 0, listener, { awake });
  return { lines, events: eventsExecuted, elided: ticksElided };
}

describe('a control plane with etcd at message level', () => {
  it('tells the same story awake and asleep', () => {
    const sums = { lines: 0, awake: 0, asleep: 0, elided: 0 };
    for (let index = 0; index < SCENARIOS; index++) {
      const text = randomEtcdScenario(`world ${index}`);
      const awake = story(text, true);
      const asleep = story(text, false);
      expect(asleep.lines, text).toEqual(awake.lines);
      expect(awake.elided).toBe(0);
      sums.lines += awake.lines.length;
      sums.awake += awake.events;
      sums.asleep += asleep.events;
      sums.elided += asleep.elided;
    }
    expect(sums.lines, 'there is much to tell').toBeGreaterThan(20 * SCENARIOS);
    expect(sums.elided, 'ticks were slept through').toBeGreaterThan(1000 * SCENARIOS);
    expect(sums.asleep, 'and events saved').toBeLessThan(sums.awake);
  });
});
