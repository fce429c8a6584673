/**
 * How far sleeping carries: a year of a stacked three with etcd at message level asleep against
 * awake, the cost of an event beside the bare loop's, and how many events a day in trouble takes
 * against a healthy one.
 */
import { HOUR, YEAR } from '../src/engine/clock.ts';
import { parseScenario } from '../src/scenario/parse-scenario.ts';
import type { Scenario } from '../src/scenario/scenario.ts';
import { World } from '../src/study/world.ts';
import { bareLoop } from './bare-loop.ts';

function scenario(lines: Readonly<Record<string, unknown>>): Scenario {
  const text = JSON.stringify({ quorate: 1, etcd: { version: 3.5 }, ...lines });
  const parsed = parseScenario(text, { file: 'bench.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

const STACKED = { topology: { controlPlanes: 3, zones: ['a', 'b', 'c'] } };

interface Pace {
  /** Simulated over wall time. */
  readonly speed: number;
  readonly nanosecondsPerEvent: number;
  readonly events: number;
}

function pace(one: Scenario, replications: number, awake: boolean): Pace {
  const world = new World(one, { neverSleep: awake, trace: undefined });
  const start = performance.now();
  for (let replication = 0; replication < replications; replication++) {
    world.begin(replication);
    while (!world.advance(10_000));
  }
  const seconds = (performance.now() - start) / 1000;
  const simulated = (replications * one.horizon) / 1e6;
  return {
    speed: simulated / seconds,
    nanosecondsPerEvent: (seconds * 1e9) / world.eventsExecuted,
    events: world.eventsExecuted / replications,
  };
}

export interface YearFigures {
  readonly asleep: Pace;
  readonly awake: Pace;
  /** Of the bare loop with no model in it. */
  readonly bareNanosecondsPerEvent: number;
}

/** @param replications years asleep; awake an hour stands for its year, as all hours cost alike */
export function measureYear(replications: number): YearFigures {
  const year = scenario({ ...STACKED, horizon: '1 year', failures: { use: 'cloud-vm' } });
  const hour = { ...year, horizon: HOUR };
  pace(year, Math.ceil(replications / 4), false);
  pace(hour, 1, true);
  const bareStart = performance.now();
  const bareEvents = bareLoop(replications * 100);
  const bareNanosecondsPerEvent = ((performance.now() - bareStart) * 1e6) / bareEvents;
  const asleep = pace(year, replications, false);
  return { asleep, awake: pace(hour, 5, true), bareNanosecondsPerEvent };
}

export interface DayFigures {
  readonly what: string;
  /** Executed in that day, those lived through again among them. */
  readonly events: number;
}

/** A day without quorum, days with a member or two cut off, and one in which nothing happens. */
export function measureDays(): DayFigures[] {
  const day = (members: number, preVote: boolean, event: Readonly<Record<string, unknown>>) =>
    scenario({
      topology: { controlPlanes: members },
      etcd: { version: 3.5, preVote },
      horizon: '1 day',
      failures: { use: 'none' },
      events: [{ at: '1 min', for: '23 h', ...event }],
    });
  const events = (one: Scenario) => pace(one, 50, false).events;
  const apart = (one: string[], other: string[]) => ({ partition: { between: [one, other] } });
  const quiet = scenario({ ...STACKED, horizon: '1 day', failures: { use: 'none' } });
  const days: readonly (readonly [string, Scenario])[] = [
    ['nothing happens', quiet],
    ['two of three dead, PreVote on', day(3, true, { kill: ['cp1', 'cp2'] })],
    ['two of three dead, PreVote off', day(3, false, { kill: ['cp1', 'cp2'] })],
    ['a member cut off, PreVote on', day(3, true, apart(['cp1'], ['cp2', 'cp3']))],
    ['a member cut off, PreVote off', day(3, false, apart(['cp1'], ['cp2', 'cp3']))],
    ['two of five left, PreVote on', day(5, true, { kill: ['cp1', 'cp2', 'cp3'] })],
  ];
  return days.map(([what, one]) => ({ what, events: events(one) }));
}

export const SECONDS_A_YEAR = YEAR / 1e6;
