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

const workingHours = z
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
  });

const repairSchema = z
  .strictObject({
    crews: z
      .union([z.int().min(1), z.literal('unlimited')])
      .default('unlimited')
      .meta({
        description: 'Crews, each at one fault at a time, the longest known first.',
        examples: [1, 'unlimited'],
      }),
    dispatch: lawSchema.optional().meta({
      description: 'From the moment a crew is free and told until its work begins.',
      examples: ['15 min'],
    }),
    hours: z
      .union([z.literal('always').transform(() => undefined), workingHours])
      .optional()
      .meta({
        description: 'When crews work; time 0 is Monday 0:00. Always if left out.',
        examples: ['always', { days: 'mon-fri', from: '9:00', to: '17:00' }],
      }),
  })
  .meta({ description: 'Who repairs what a crew must repair.', examples: [{ crews: 2 }] });

export const scenarioSchema = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .meta({ description: 'Where editors find this schema.', examples: ['scenario.schema.json'] }),
    quorate: z
      .literal(1, {
        error: ({ input }) =>
          input === undefined ? undefined : 'this is not a format that this Quorate reads',
      })
      .meta({ description: 'Version of the format.', examples: [1] }),
    name: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({
        description: "Title of the scenario; the file's name if left out.",
        examples: ['Three machines in three zones'],
      }),
    seed: z
      .union([z.int(), z.string().min(1).max(100)])
      .default(1)
      .meta({
        description: 'A number or text; the same seed gives the same results.',
        examples: [42],
      }),
    horizon: wholeDuration.prefault('1 year').meta({
      description: 'Length of each simulated history; at most 285 years with the warm-up.',
      examples: ['1 year'],
    }),
    warmUp: wholeDurationOrZero.prefault('0 s').meta({
      description: 'Simulated before measuring starts, on top of the horizon.',
      examples: ['30 days'],
    }),
    replications: z
      .int()
      .min(1)
      .max(MOST_REPLICATIONS)
      .optional()
      .meta({
        description: 'How many histories are simulated; 1000 if left out.',
        examples: [2000],
      }),
    precision: share.optional().meta({
      description: 'Simulate until half the interval of the first level is this part of it.',
      examples: ['5 %'],
    }),
    maximumReplications: z
      .int()
      .min(1)
      .max(MOST_REPLICATIONS)
      .optional()
      .meta({
        description: 'Where `precision` gives up; 10,000,000 if left out.',
        examples: [100000],
      }),
    confidence: confidence.prefault('95 %').meta({
      description: 'Of every interval; from 50 % to 99.99 %.',
      examples: ['95 %', '99 %'],
    }),
    topology: topologySchema.prefault({}),
    etcd: etcdSchema.optional(),
    network: networkSchema.optional(),
    disk: diskSchema.optional(),
    backup: backupSchema.optional(),
    kubernetes: kubernetesSchema.optional(),
    apiServer: apiServerSchema.optional(),
    controllers: controllersSchema.optional(),
    clients: clientsSchema.optional(),
    load: loadSchema.optional(),
    failures: failuresSchema.optional(),
    failureClocks: z
      .enum(['operating', 'calendar'])
      .default('operating')
      .meta({
        description: 'operating: a clock of failure stops while its part has no service.',
        examples: ['operating', 'calendar'],
      }),
    overrides: overridesSchema.optional(),
    sharedRisks: sharedRisksSchema.optional(),
    commonCauses: commonCausesSchema.optional(),
    partitions: partitionsSchema.optional(),
    components: componentsSchema.optional(),
    levels: z
      .record(name, z.string().min(1))
      .optional()
      .meta({
        description:
          'Service levels: parts, known and earlier levels, joined by and, or, all, any.',
        examples: [{ controlPlane: 'etcd.quorum and any(controlPlanes)' }],
      }),
    events: eventsSchema.optional(),
    repair: repairSchema.prefault({}),
    objectives: z
      .array(z.string().min(1))
      .optional()
      .meta({
        description: 'What must hold: figure(level) compared with a value.',
        examples: [['availability(etcd.quorum) >= 99.95 %']],
      }),
  })
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

/** A file whose structure holds, with every quantity as a number. */
export type ScenarioFile = z.output<typeof scenarioSchema>;
