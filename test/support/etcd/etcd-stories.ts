/** Scenarios with etcd, run once and told: what happened when, which levels were lost and why. */

import { type Duration, SECOND, type Time } from '../../../src/engine/clock.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { trace } from '../../../src/study/run.ts';

export interface Happening {
  readonly time: Time;
  readonly subject: string;
  readonly state: string;
}

export interface Loss {
  readonly level: string;
  readonly time: Time;
  readonly cause: string;
  readonly planned: boolean;
  /** Undefined where it lasts until the end. */
  length: Duration | undefined;
}

export class Story {
  readonly happenings: Happening[] = [];
  readonly losses: Loss[] = [];

  /** Losses of a level. */
  of(level: string): Loss[] {
    return this.losses.filter((loss) => loss.level === level);
  }

  /** When a subject came into a state, in seconds. */
  times(subject: string, state: string): number[] {
    return this.happenings
      .filter((one) => one.subject === subject && one.state.startsWith(state))
      .map(({ time }) => time / SECOND);
  }

  /** What an outage of writes waited for, in order. */
  get phases(): string[] {
    const states = this.happenings.filter(({ subject }) => subject === 'etcd.write');
    return states.map(({ state }) => state.split(',')[0]!);
  }
}

/** The first replication, or another, of a scenario whose text needs no version. */
export function storyOf(scenario: object, replication = 0): Story {
  const text = JSON.stringify({ quorate: 1, failures: { use: 'none' }, ...scenario });
  const parsed = parseScenario(text, { file: 'story.yaml' });
  if (!parsed.ok) throw new Error(`${text}\n${JSON.stringify(parsed.problems)}`);
  const story = new Story();
  trace(parsed.scenario, replication, {
    changed: (change, time) => {
      const state = stateWords(change);
      story.happenings.push({ time, subject: change.subject, state });
    },
    lost: (level, time, { label, planned }) =>
      story.losses.push({ level, time, cause: label, planned, length: undefined }),
    regained: (level, _now, length) => {
      story.of(level).at(-1)!.length = length;
    },
  });
  return story;
}
