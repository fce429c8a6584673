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
  /** Executed in that day, those lived through again among them; the mean over some days. */
  readonly events: number;
  /** In a day of as many members in which nothing happens. */
  readonly healthy: number;
}

/** Days that sleep differ from one to the next by what wakes them. */
const DAYS = 100;

const DEAD = (count: number) => ({ kill: machines(count) });
const APART = (...groups: readonly string[][]) => ({ partition: { between: groups } });

const DEAF_LEADER = { partition: { between: [['followers'], ['leader']], direction: 'oneWay' } };

/** What happens to how many members for 23 hours of a day. */
const TROUBLES: readonly (readonly [what: string, members: number, event: object])[] = [
  ['two of three dead', 3, DEAD(2)],
  ['all three dead', 3, DEAD(3)],
  ['three of five dead', 5, DEAD(3)],
  ['a member cut off', 3, APART(['cp1'], ['cp2', 'cp3'])],
  ['the leader cut off', 3, APART(['leader'], ['followers'])],
  ['the leader deaf', 3, DEAF_LEADER],
  ['all apart', 3, APART(['cp1'], ['cp2'], ['cp3'])],
  ['four in halves', 4, APART(['cp1', 'cp2'], ['cp3', 'cp4'])],
  ['five as two, two and one', 5, APART(['cp1', 'cp2'], ['cp3', 'cp4'], ['cp5'])],
  ['two of five cut off', 5, APART(['cp1', 'cp2'], ['cp3', 'cp4', 'cp5'])],
  ['two of three frozen', 3, { freeze: ['cp1', 'cp2'] }],
];

/** Days without quorum or with members cut off, by PreVote. */
export function measureDays(preVote: boolean): readonly DayFigures[] {
  const healthy = new Map<number, number>();
  const day = (members: number, events: readonly object[]): number => {
    const topology = { controlPlanes: members };
    const etcd = { version: 3.5, preVote };
    const rest = { horizon: '1 day', failures: { use: 'none' }, events };
    return pace(scenario({ topology, etcd, ...rest }), DAYS, false).events;
  };
  return TROUBLES.filter(([what]) => preVote || !CAMPAIGN_TOGETHER.includes(what)).map(
    ([what, members, event]) => {
      if (!healthy.has(members)) healthy.set(members, day(members, []));
      const events = day(members, [{ at: '1 min', for: '23 h', ...event }]);
      return { what, events, healthy: healthy.get(members)! };
    },
  );
}

/**
 * Without PreVote members that reach each other and cannot win raise each other's terms on and on:
 * such days never sleep, at millions of events each, and are left out.
 */
const CAMPAIGN_TOGETHER = [
  'three of five dead',
  'four in halves',
  'five as two, two and one',
  'two of five cut off',
];

function machines(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `cp${index + 1}`);
}

export const SECONDS_A_YEAR = YEAR / 1e6;
