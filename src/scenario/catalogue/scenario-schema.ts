/**
 * The whole scenario file as one zod schema: the types, the structural checks and the published
 * JSON Schema come from it. What needs the topology to be known is checked when it is expanded.
 */
import * as z from 'zod';
import { DAY, HOUR, LONGEST_HORIZON, MINUTE, YEAR } from '../../engine/clock.ts';
import type { WorkingHours } from '../../faults/plans.ts';
import { backupSchema, diskSchema, etcdSchema, networkSchema } from './etcd-schema.ts';
import { eventsSchema } from './event-schema.ts';
import {
  commonCausesSchema,
  componentsSchema,
  failuresSchema,
  overridesSchema,
  partitionsSchema,
  sharedRisksSchema,
} from './failure-schema.ts';
import { entries, replacing, wholeValue } from './forms.ts';
import { key, optionalKey, section, whereNoneOf, whereOneOf } from './key.ts';
import {
  apiServerSchema,
  clientsSchema,
  controllersSchema,
  kubernetesSchema,
} from './kubernetes-schema.ts';
import { lawSchema } from './law-schema.ts';
import { loadSchema } from './load-schema.ts';
import {
  addFinding,
  BESIDE_MISTAKES,
  confidence,
  name,
  share,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';
import { topologySchema } from './topology-schema.ts';

export const MOST_REPLICATIONS = 10_000_000;

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const timeOfDay = z.string().transform((text, context) => {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const time = Number(hours) * HOUR + Number(minutes) * MINUTE;
  if (Number(minutes) < 60 && time <= DAY) return time;
  addFinding(context, {
    message: `"${text.slice(0, 40)}" is not a time of day`,
    allowed: '0:00 to 24:00',
  });
  return z.NEVER;
});

const workingHours = wholeValue(
  z
    .strictObject({
      days: z.union([
        z.literal('mon-fri').transform(() => [0, 1, 2, 3, 4]),
        z.array(z.enum(DAYS).transform((day) => DAYS.indexOf(day))).min(1),
      ]),
      from: timeOfDay,
      to: timeOfDay,
    })
    .transform(({ days, from, to }, context): WorkingHours => {
      if (to <= from)
        addFinding(context, { message: 'work ends before it begins: to is not after from' });
      return { days: [...new Set(days)].sort((a, b) => a - b), from, to };
    }),
);

const CHOICE = 'a choice of Quorate';
const SIMPLE = 'the simplest case';

const repairSchema = z.strictObject({
  crews: key(z.union([z.int().min(1), z.literal('unlimited')]), {
    description: 'Crews, each at one fault at a time, the longest known first.',
    examples: [1, 'unlimited'],
    value: 'unlimited',
    source: SIMPLE,
    evidence: 'A',
  }),
  dispatch: key(z.union([z.literal('none').transform(() => undefined), lawSchema]), {
    description: 'From the dispatch of a free crew until its work begins.',
    examples: ['15 min', 'none'],
    value: 'none',
    source: SIMPLE,
    evidence: 'A',
  }),
  hours: key(z.union([z.literal('always').transform(() => undefined), workingHours]), {
    description: 'When crews work; time 0 is Monday 0:00.',
    examples: ['always', { days: 'mon-fri', from: '9:00', to: '17:00' }],
    value: 'always',
    source: SIMPLE,
    evidence: 'A',
  }),
});

/** How to simulate, not how the world is. */
const RUN = { isRunSetting: true } as const;

const whole = {
  $schema: optionalKey(z.string(), {
    description: 'Where editors find this schema.',
    examples: ['scenario.schema.json'],
    ...RUN,
  }),
  quorate: z
    .literal(1, {
      error: ({ input }) =>
        input === undefined ? undefined : 'this is not a format that this Quorate reads',
    })
    .meta({ description: 'Version of the format.', examples: [1] }),
  name: optionalKey(z.string().min(1).max(200), {
    description: "Title of the scenario; the file's name if left out.",
    examples: ['Three machines in three zones'],
    ...RUN,
  }),
  seed: key(z.union([z.int(), z.string().min(1).max(100)]), {
    description: 'A number or text; the same seed gives the same results.',
    examples: [42],
    value: 1,
    source: CHOICE,
    evidence: 'A',
    ...RUN,
  }),
  horizon: key(wholeDuration, {
    description: 'Length of each simulated history; at most 285 years with the warm-up.',
    examples: ['1 year'],
    value: '1 year',
    source: CHOICE,
    evidence: 'A',
  }),
  warmUp: key(wholeDurationOrZero, {
    description: 'Simulated before measuring starts, on top of the horizon.',
    examples: ['30 days'],
    value: '0 s',
    source: 'every history begins with all parts new',
    evidence: 'A',
  }),
  replications: optionalKey(z.int().min(1).max(MOST_REPLICATIONS), {
    description: 'How many histories are simulated.',
    examples: [2000],
    defaults: [{ value: 1000, source: CHOICE, evidence: 'A', when: whereNoneOf('precision') }],
    ...RUN,
  }),
  precision: optionalKey(share, {
    description: 'Simulate until half the interval of the first level is this part of it.',
    examples: ['5 %'],
    ...RUN,
  }),
  maximumReplications: optionalKey(z.int().min(1).max(MOST_REPLICATIONS), {
    description: 'Where `precision` gives up.',
    examples: [100000],
    defaults: [{ value: 10000000, source: CHOICE, evidence: 'A', when: whereOneOf('precision') }],
    ...RUN,
  }),
  confidence: key(confidence, {
    description: 'Of every interval; from 50 % to 99.99 %.',
    examples: ['95 %', '99 %'],
    value: '95 %',
    source: 'the usual choice',
    evidence: 'A',
    ...RUN,
  }),
};

const sections = {
  topology: section(topologySchema, {
    description: 'Machines, where they stand, and what joins them to the network.',
    examples: [{ controlPlanes: 3, zones: ['a', 'b', 'c'] }],
  }),
  etcd: section(etcdSchema, {
    description: 'The etcd members, which are then simulated message by message.',
    examples: [{ version: 3.5, electionTimeout: '1000 ms' }],
    layer: 'etcd',
  }),
  network: section(networkSchema, {
    description: 'Latencies between etcd members by zone, bandwidth and loss.',
    examples: [{ sameZone: '0.25 ms', betweenZones: '1 ms' }],
    layer: 'etcd',
  }),
  disk: section(diskSchema, {
    description: 'Disks under etcd members.',
    examples: [{ fsync: { lognormal: { median: '1 ms', p99: '8 ms' } } }],
    layer: 'etcd',
  }),
  backup: key(backupSchema, {
    description:
      'Backups to restore from; without them a loss of the data of most members is final.',
    examples: [{ every: '1 h', restore: '45 min' }, 'none'],
    layer: 'etcd',
    value: 'none',
    source: 'the simplest case: a loss of the data of most members is final',
    evidence: 'A',
  }),
  kubernetes: section(kubernetesSchema, {
    description: 'The version of Kubernetes, whose control plane is then simulated.',
    examples: [{ version: 1.36 }],
    layer: 'kubernetes',
  }),
  apiServer: section(apiServerSchema, {
    description: 'The API servers, which are then simulated.',
    examples: [{ shutdownDelay: '10 s' }],
    layer: 'kubernetes',
  }),
  controllers: section(controllersSchema, {
    description: 'Controller managers and schedulers, which are then simulated.',
    examples: [{ leaseDuration: '15 s', renewDeadline: '10 s', retryPeriod: '2 s' }],
    layer: 'kubernetes',
  }),
  clients: section(clientsSchema, {
    description: 'Clients of the API servers, which are then simulated.',
    examples: [{ timeout: '10 s' }],
    layer: 'kubernetes',
  }),
  load: optionalKey(loadSchema, {
    description: 'Nodes that load the API servers, which are then simulated.',
    examples: [{ nodes: 1000, machineMemory: '16 GiB' }],
    layer: 'kubernetes',
  }),
};

const whatHappens = {
  failures: section(failuresSchema, {
    description: 'What fails and how; only what stands here or in the presets used.',
    examples: [{ use: 'cloud-vm', 'machine.crash': { mttf: '4 months' } }],
  }),
  failureClocks: key(z.enum(['operating', 'calendar']), {
    description: 'operating: a clock of failure stops while its part has no service.',
    examples: ['operating', 'calendar'],
    value: 'operating',
    source: 'what has no service does not wear',
    evidence: 'A',
  }),
  overrides: optionalKey(overridesSchema, {
    description: 'Failures of single machines or parts, on top of `failures`.',
    examples: [{ cp3: { 'machine.crash': { mttf: '1 month' } } }],
  }),
  sharedRisks: optionalKey(sharedRisksSchema, {
    description: 'Things that several parts depend on, such as a power unit.',
    examples: [{ pdu1: { members: ['cp1', 'cp2'], mttf: '10 years', repair: '6 h' } }],
  }),
  commonCauses: optionalKey(commonCausesSchema, {
    description: 'Shocks that hit several parts at once, such as a bad configuration push.',
    examples: [{ badPush: { rate: '0.5 / year', hits: 'etcdProcesses', repair: '30 min' } }],
  }),
  partitions: optionalKey(partitionsSchema, {
    description: 'Cuts of the network between groups of machines, again and again.',
    examples: [{ eastWest: { between: [['cp1'], ['cp2', 'cp3']], mttf: '1 year', repair: '1 h' } }],
  }),
  components: optionalKey(componentsSchema, {
    description: 'Other dependencies of the platform: they fail, and levels may name them.',
    examples: [{ kms: { mttf: '180 days', repair: '20 min' } }],
  }),
  levels: optionalKey(z.record(name, z.string().min(1)), {
    description: 'Service levels: parts, known and earlier levels, joined by and, or, all, any.',
    examples: [{ controlPlane: 'etcd.quorum and any(controlPlanes)' }],
  }),
  events: optionalKey(eventsSchema, {
    description: 'What will happen, once or again and again.',
    examples: [[{ at: '2 h', fail: 'cp1', for: '10 min' }]],
  }),
  repair: section(repairSchema, {
    description: 'Who repairs what a crew must repair.',
    examples: [{ crews: 2 }],
  }),
  objectives: optionalKey(entries(z.array(z.string().min(1))), {
    description: 'What must hold: figure(level) compared with a value.',
    examples: [['availability(etcd.quorum) >= 99.95 %']],
  }),
};

const STOPS: Readonly<Record<string, readonly string[]>> = {
  replications: ['precision', 'maximumReplications'],
  precision: ['replications'],
};

const file = z
  .strictObject({ ...whole, ...sections, ...whatHappens })
  .superRefine((file, context) => {
    if (file.replications !== undefined && file.precision !== undefined) {
      const params = { allowed: 'one of them' };
      const message = 'replications and precision both say when to stop';
      context.addIssue({ code: 'custom', path: ['precision'], message, params });
    }
    if (file.maximumReplications !== undefined && file.precision === undefined) {
      const message = 'maximumReplications has no meaning without precision';
      context.addIssue({ code: 'custom', path: ['maximumReplications'], message });
    }
    const both = [file.horizon, file.warmUp];
    const known = both.every((length) => typeof length === 'number');
    if (known && file.horizon + file.warmUp > LONGEST_HORIZON) {
      const params = { allowed: `at most ${LONGEST_HORIZON / YEAR} years` };
      const message = 'horizon and warm-up together are too long';
      context.addIssue({ code: 'custom', path: ['horizon'], message, params });
    }
  }, BESIDE_MISTAKES)
  .meta({ title: 'Quorate scenario', description: 'A control plane, what fails, what is asked.' });

export const scenarioSchema = replacing(file, (key) => STOPS[key] ?? []);

/** All that a scenario says or leaves to defaults, with every quantity as a number. */
export type ScenarioFile = z.output<typeof scenarioSchema>;
