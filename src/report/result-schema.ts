/** The JSON of a run, described: the source of the published JSON Schema. */
import * as z from 'zod';
import { RESULT_FORMAT } from './json.ts';

const share = (text: string) => z.number().min(0).max(1).describe(text);
const whole = (text: string) => z.number().int().min(0).describe(text);

const estimate = (text: string) =>
  z
    .strictObject({
      estimate: z.number().nullable().describe('null where nothing was seen to estimate it from'),
      low: z.number().nullable().describe('lower end of the interval; null: cannot be said'),
      high: z.number().nullable().describe('upper end of the interval; null: cannot be said'),
      confidence: share('of the interval, two-sided'),
    })
    .describe(text);

const evidence = z
  .enum(['V', 'D', 'A'])
  .describe('V: read in the source, D: derived from such numbers, A: an assumption');

const origin = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file'), line: whole('from 1'), column: whole('from 1') }),
    z.strictObject({
      kind: z.literal('preset'),
      preset: z.string(),
      source: z.string(),
      evidence,
    }),
    z.strictObject({ kind: z.literal('built-in'), source: z.string(), evidence }),
    z.strictObject({ kind: z.literal('option') }),
  ])
  .describe('where the value comes from');

const scenario = z.strictObject({
  name: z.string(),
  question: z.string().nullable().describe('the first comment line of the file'),
  file: z.string().describe('as it was named'),
  digest: z.string().describe("SHA-256 of the file's bytes, hexadecimal"),
  placement: z.array(z.string()).describe('who stands where, a line a zone or rack'),
  faultClasses: z
    .array(
      z.strictObject({
        class: z.enum([
          'hardware',
          'network',
          'power and site',
          'software',
          'people and change',
          'overload',
          'planned work',
          'shared causes',
          'other',
        ]),
        kinds: z.array(z.string()).describe('kinds of fault in the scenario; empty: left out'),
      }),
    )
    .describe('what the model holds and what it leaves out'),
  parameters: z
    .array(
      z.strictObject({
        path: z.string(),
        text: z.string().describe('as people write it, with its unit'),
        value: z
          .unknown()
          .describe('as the simulation takes it, in its unit; null: nothing to say'),
        unit: z.string().nullable().describe('of the value, such as microseconds'),
        origin,
        isRunSetting: z.boolean().describe('how to simulate: no parameter of the model'),
      }),
    )
    .describe('every parameter in force'),
});

const run = z.strictObject({
  seed: z.string(),
  replications: whole('simulated to their end'),
  replicationsAsked: whole('asked for, or the most that a precision may take'),
  complete: z.boolean().describe('false: interrupted, the figures are of what was done until then'),
  precisionReached: z.boolean().nullable().describe('null where no precision was asked for'),
  horizonHours: z.number().describe('of each replication; a year is 8760 h'),
  warmUpHours: z.number().describe('simulated before the horizon and not measured'),
  yearsSimulated: z.number(),
  confidence: share('of every interval'),
  eventsExecuted: whole('by the engine'),
  ticksElided: whole('ticks of sleeping timers that changed nothing and were not simulated'),
  wallSeconds: z.number().optional().describe('only with --timing'),
});

const seenShare = (text: string) => share(text).nullable();

const phases = z
  .object({
    structural: seenShare('parts were down and known to be'),
    detection: seenShare('people did not know of a fault yet, or members of a dead leader'),
    planned: seenShare('planned work was one of the faults that explain it'),
    election: seenShare('members campaigned'),
    firstCommit: seenShare('a leader was elected and had not yet committed'),
    recovery: seenShare('members started, reconnected or caught up'),
    restore: seenShare('the data of a majority were lost'),
    spaceAlarm: seenShare('the database was over its quota'),
  })
  .catchall(share('of what else the level says it waits for').nullable())
  .describe("shares of the level's downtime; null without downtime");

const brownouts = z
  .strictObject({
    perYear: estimate('brownouts that began, mean'),
    timePerYear: estimate('minutes in which the level was between 0 and 1, mean'),
    lost: estimate('minutes of the downtime that brownouts make, 1 - level over time, mean'),
    seen: z.strictObject({
      brownouts: whole('that began in the horizon'),
      openAtEnd: whole('brownouts still open when the horizon ended'),
      timeMinutes: z.number(),
      lostMinutes: z.number().describe('1 - level, over that time'),
      replicationsWithBrownout: whole('with a brownout or time in one'),
    }),
  })
  .describe('intervals in which the level was between 0 and 1; only of levels that can be');

const level = z.strictObject({
  availability: estimate('mean of the level over time, a share'),
  unavailability: estimate('mean of 1 - level over time, a share'),
  downtimePerYear: estimate('minutes, mean; of a brownout, as much as was lost'),
  outagesPerYear: estimate('outages that began, mean'),
  downtimeOfAYear: z
    .strictObject({
      median: estimate('minutes'),
      p95: estimate('minutes'),
      p99: estimate('minutes'),
      worst: z.number().describe('minutes, the worst seen'),
    })
    .describe('over all years simulated, or horizons where those are shorter'),
  outageLength: z.strictObject({
    mean: estimate('seconds'),
    p50: estimate('seconds'),
    p90: estimate('seconds'),
    p99: estimate('seconds'),
    longest: z.number().nullable().describe('seconds, the longest seen; null without an outage'),
  }),
  timeToFirstOutage: estimate(
    'hours, mean; where some replications saw no outage, under a constant hazard',
  ),
  yearWithoutDowntime: estimate('chance of a year (or horizon, if shorter) without downtime'),
  brownouts: brownouts.optional(),
  phases,
  causes: z
    .array(
      z.strictObject({
        cause: z.string().describe('kinds of the smallest set of faults that explains the outage'),
        downtimeShare: z.number().describe("share of the level's downtime"),
        outages: whole('that began with this cause'),
        brownouts: whole('that did, of levels that can brown out').optional(),
        example: z.array(z.string()).describe('one such set by name'),
      }),
    )
    .describe('largest share first'),
  triggers: z.array(
    z.strictObject({
      trigger: z.string().describe('kind of the fault that began as the level was lost'),
      outages: whole('that it began'),
    }),
  ),
  involved: z.array(
    z.strictObject({
      fault: z.string(),
      downtimeShare: z.number().describe('share of the downtime this fault helps to explain'),
    }),
  ),
  seen: z
    .strictObject({
      outages: whole('that began in the horizon'),
      openAtEnd: whole('outages still open when the horizon ended'),
      downtimeMinutes: z.number(),
      replicationsWithOutage: whole('with an outage or downtime'),
    })
    .describe('what was seen, not estimated'),
});

const etcd = z
  .strictObject({
    electionsPerYear: estimate('leaders elected, mean'),
    leaderChangesPerYear: estimate('other members elected than the leader before, mean'),
    splitRoundsPerYear: estimate('rounds in which votes were split so that nobody won, mean'),
    dataLossesPerYear: estimate('losses of the data of a majority, mean'),
    seen: z.strictObject({
      elections: whole('leaders elected'),
      leaderChanges: whole('other members than before'),
      splitRounds: whole('without a winner'),
      dataLosses: whole('of the data of a majority'),
      restores: whole('from a backup'),
      lostHours: z.number().nullable().describe('of writes lost at a loss, back to a backup, mean'),
      restoreHours: z.number().nullable().describe('from a loss until it was restored, mean'),
    }),
  })
  .describe('how leadership moved, and what losses of data cost');

const objective = z.strictObject({
  objective: z.string().describe('as the scenario writes it'),
  level: z.string(),
  figure: z.enum([
    'availability',
    'unavailability',
    'downtimePerYear',
    'outagesPerYear',
    'meanOutage',
    'timeToFirstOutage',
  ]),
  limit: z.number().describe("in the figure's unit: share, number, minutes, seconds or hours"),
  estimate: estimate("in the figure's unit"),
  verdict: z
    .enum(['met', 'missed', 'undecided'])
    .describe('met or missed where the whole interval lies on that side of the limit'),
  chanceOfAYear: estimate(
    'chance that one year (or horizon, if shorter) meets the objective on its own',
  ).nullable(),
});

export const runSchema = z.strictObject({
  quorate: z.string().describe('version of quorate that wrote this'),
  format: z.literal(RESULT_FORMAT).describe('version of this form'),
  command: z.string().describe('what to type to get the same figures again'),
  scenario,
  run,
  levels: z.record(z.string(), level).describe('by name; etcd.quorum is always there'),
  etcd: etcd.nullable().describe('null where etcd is not simulated at message level'),
  objectives: z.array(objective),
});

/** JSON Schema, draft 2020-12, of `quorate run --format json`. */
export function resultJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(runSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    title: `Result of a quorate run, format ${RESULT_FORMAT}`,
    description: 'Null stands for what cannot be said. A year is 8760 h.',
    ...schema,
  };
}
