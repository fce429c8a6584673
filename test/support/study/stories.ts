/**
 * What a replication tells, line by line; and that no write is granted where no quorum stands,
 * while nobody leaves the cluster: of fewer members fewer are a majority.
 */

import { DAY } from '../../../src/engine/clock.ts';
import type { StateChange } from '../../../src/engine/effects.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { trace } from '../../../src/study/run.ts';

export interface Story {
  readonly lines: readonly string[];
  readonly events: number;
  readonly elided: number;
}

export function scenarioOf(text: string, file = 'random.yaml'): Scenario {
  const parsed = parseScenario(text, { file });
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.problems)}`);
  return parsed.scenario;
}

/** The scenario with a horizon that can be lived through awake. */
export function shortened(scenario: Scenario, longest = DAY / 12): Scenario {
  return { ...scenario, warmUp: 0, horizon: Math.min(scenario.horizon, longest) };
}

function changesMembers({ events, modes }: Scenario): boolean {
  const loses = (plan: object) =>
    'effect' in plan && (plan.effect as { losesData?: boolean }).losesData === true;
  return [...events, ...modes].some(
    (plan) => loses(plan) || ('type' in plan && plan.type === 'replaceMember'),
  );
}

export function story(scenario: Scenario, awake: boolean): Story {
  const lines: string[] = [];
  const lost = new Set<string>();
  let settled = -1;
  const isFixed = !changesMembers(scenario);
  /** All that happens at one instant is told before levels are compared. */
  const check = (now: number) => {
    if (isFixed && now > settled && lost.has('etcd.quorum') && !lost.has('etcd.write')) {
      throw new Error(`a write without a quorum before ${now}`);
    }
    settled = now;
  };
  const listener = {
    changed: (change: StateChange, now: number) => {
      check(now);
      lines.push(`${now} ${change.subject} ${stateWords(change)}`);
    },
    lost: (level: string, now: number, cause: { label: string }) => {
      check(now);
      lost.add(level);
      lines.push(`${now} ${level} lost: ${cause.label}`);
    },
    regained: (level: string, now: number) => {
      check(now);
      lost.delete(level);
      lines.push(`${now} ${level} regained`);
    },
  };
  const { eventsExecuted, ticksElided } = trace(scenario, 0, listener, { awake });
  return { lines, events: eventsExecuted, elided: ticksElided };
}
