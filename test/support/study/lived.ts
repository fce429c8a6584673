/**
 * A scenario lived through replication by replication, as `run` does it: what happened when, the
 * levels as steps, and the phases of their downtime.
 */

import { SECOND, type Time } from '../../../src/engine/clock.ts';
import { stateWords } from '../../../src/report/state-words.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { World } from '../../../src/study/world.ts';

interface Line {
  readonly time: Time;
  readonly subject: string;
  readonly state: string;
}

interface Step {
  readonly time: Time;
  readonly value: number;
}

export class Lived extends World {
  lines: Line[] = [];
  private steps: Step[][] = [];

  constructor(scenario: Scenario, neverSleep = false) {
    super(scenario, {
      neverSleep,
      trace: {
        changed: (change, time) => {
          const state = stateWords(change);
          this.lines.push({ time, subject: change.subject, state });
        },
        lost: () => {},
        regained: () => {},
      },
    });
  }

  live(replication: number): this {
    this.lines = [];
    this.steps = this.histories.map(() => [{ time: 0, value: 1 }]);
    this.begin(replication);
    while (!this.advance(1_000));
    return this;
  }

  override settled(now: Time): void {
    super.settled(now);
    this.histories.forEach(({ level }, index) => {
      const steps = this.steps[index]!;
      const value = level.value();
      if (steps.at(-1)!.value !== value) steps.push({ time: now, value });
    });
  }

  /** Seconds after `from` at which a subject came to a state. */
  seconds(subject: string, state: string, from: Time): number[] {
    return this.lines
      .filter((line) => line.subject === subject && line.state === state && line.time >= from)
      .map(({ time }) => (time - from) / SECOND);
  }

  stepsOf(level: string): readonly Step[] {
    return this.steps[this.indexOf(level)]!;
  }

  /** Of 1 - level, in seconds, from one time to another. */
  lost(level: string, from: Time, to: Time): number {
    const steps = this.stepsOf(level);
    return (
      steps.reduce((sum, { time, value }, index) => {
        const end = Math.min(to, steps[index + 1]?.time ?? to);
        return sum + Math.max(0, end - Math.max(time, from)) * (1 - value);
      }, 0) / SECOND
    );
  }

  /** Seconds of downtime and of outages of the replication, by its history. */
  totals(level: string) {
    const history = this.histories[this.indexOf(level)]!;
    const { downtime, outages, totalLength } = history;
    const shares = history.tally.phases();
    const seconds = Object.entries(shares).map(([phase, share]) => {
      return [phase, (share * downtime) / SECOND] as const;
    });
    const phases: Record<string, number> = Object.fromEntries(seconds.filter(([, s]) => s > 0));
    return { downtime: downtime / SECOND, outages, length: totalLength / SECOND, phases };
  }

  private indexOf(level: string): number {
    return this.histories.findIndex((history) => history.level.name === level);
  }
}
