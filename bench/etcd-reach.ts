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

/** Days that sleep differ from one to the next by what wakes them. */
const SLEEPING_DAYS = 50;

/**
 * Days without quorum or with members cut off, after one in which nothing happens.
 *
 * @param wakefulDays of each kind that hardly sleeps, at millions of events a day
 */
export function measureDays(wakefulDays: number): [healthy: DayFigures, ...DayFigures[]] {
  const figures = (what: string, replications: number, one: Scenario): DayFigures => {
    return { what, events: pace(one, replications, false).events };
  };
  const trouble = (members: number, preVote: boolean, event: Readonly<Record<string, unknown>>) =>
    scenario({
      topology: { controlPlanes: members },
      etcd: { version: 3.5, preVote },
      horizon: '1 day',
      failures: { use: 'none' },
      events: [{ at: '1 min', for: '23 h', ...event }],
    });
  const apart = (one: string[], other: string[]) => ({ partition: { between: [one, other] } });
  const quiet = scenario({ ...STACKED, horizon: '1 day', failures: { use: 'none' } });
  const sleeping: readonly (readonly [string, Scenario])[] = [
    ['two of three dead, PreVote on', trouble(3, true, { kill: ['cp1', 'cp2'] })],
    ['two of three dead, PreVote off', trouble(3, false, { kill: ['cp1', 'cp2'] })],
    ['a member cut off, PreVote on', trouble(3, true, apart(['cp1'], ['cp2', 'cp3']))],
    ['a member cut off, PreVote off', trouble(3, false, apart(['cp1'], ['cp2', 'cp3']))],
    ['two of five left, PreVote on', trouble(5, true, { kill: ['cp1', 'cp2', 'cp3'] })],
  ];
  const halves = apart(['cp1', 'cp2'], ['cp3', 'cp4']);
  const twoOfFive = apart(['cp1', 'cp2'], ['cp3', 'cp4', 'cp5']);
  const wakeful: readonly (readonly [string, Scenario])[] = [
    ['all three dead, PreVote on', trouble(3, true, { kill: ['cp1', 'cp2', 'cp3'] })],
    ['four in halves, PreVote on', trouble(4, true, halves)],
    ['two of five cut off, PreVote on', trouble(5, true, twoOfFive)],
  ];
  return [
    figures('nothing happens', SLEEPING_DAYS, quiet),
    ...sleeping.map(([what, one]) => figures(what, SLEEPING_DAYS, one)),
    ...wakeful.map(([what, one]) => figures(what, wakefulDays, one)),
  ];
}

export const SECONDS_A_YEAR = YEAR / 1e6;
