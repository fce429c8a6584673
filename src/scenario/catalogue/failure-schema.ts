/**
 * The sections that say what fails: `failures`, `overrides`, `sharedRisks`, `commonCauses`,
 * `partitions` and `components`. One mode is a life, a repair, and how it is found and by whom.
 */
import * as z from 'zod';
import type { FaultKind } from '../../faults/kinds/fault-kind.ts';
import { FAULT_KINDS, type FaultKey } from '../../faults/kinds/fault-kinds.ts';
import type { DetectionPlan } from '../../faults/plans.ts';
import { settingKeys, withOneSetting } from './kind-settings.ts';
import { lawSchema } from './law-schema.ts';
import {
  BESIDE_MISTAKES,
  chance,
  duration,
  name,
  partName,
  partNames,
  rate,
  share,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';

/** Checks in a row that a health check needs to believe a part down, or up again. */
export const USUAL_CHECKS = { fall: 3, rise: 2 } as const;

const detectionMapping = z
  .strictObject({
    inspection: z
      .strictObject({ every: wholeDuration, offset: wholeDurationOrZero.optional() })
      .optional()
      .meta({
        description: 'Found when somebody looks, at fixed times.',
        examples: [{ every: '30 days' }],
      }),
    healthCheck: z
      .strictObject({
        interval: wholeDuration,
        fall: z.int().min(1).max(1000).default(USUAL_CHECKS.fall),
        rise: z.int().min(1).max(1000).default(USUAL_CHECKS.rise),
      })
      .optional()
      .meta({
        description: 'Found after `fall` failed checks (3); `rise` good ones (2) clear it.',
        examples: [{ interval: '10 s' }],
      }),
  })
  .refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, {
    error: 'one of inspection and healthCheck is needed',
    params: { allowed: 'one of them, or a length of time such as 5 min' },
    ...BESIDE_MISTAKES,
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform(({ inspection, healthCheck }): DetectionPlan => {
    if (healthCheck !== undefined) return { kind: 'healthCheck', ...healthCheck };
    const { every, offset } = inspection!;
    return { kind: 'inspection', every, offset: offset ?? every };
  });

const life = {
  mttf: duration.optional().meta({
    description: 'Mean time to failure; exponential unless `shape` is given.',
    examples: ['4 months', '8760 h'],
  }),
  rate: rate.optional().meta({
    description: 'Failures per time; the mean time to failure is its inverse.',
    examples: ['0.5 / year', '1/8760 per hour'],
  }),
  afr: share.optional().meta({
    description: 'Annual failure rate: the share that fails in a year of 8760 h.',
    examples: ['1.57 %'],
  }),
  shape: z
    .number()
    .min(0.05)
    .max(50)
    .optional()
    .meta({
      description:
        'Weibull shape beside mttf, rate or afr; below 1 fails early, above 1 wears out.',
      examples: [0.8, 1.12],
    }),
  law: lawSchema.optional().meta({
    description: 'The law of the time to failure, instead of mttf, rate or afr.',
    examples: [{ weibull: { shape: 1.12, mean: '553570 h' } }],
  }),
};

const mending = {
  repair: lawSchema.optional().meta({
    description: 'How long the repair takes once it begins.',
    examples: ['6 h', { exponential: { mean: '15 min' } }],
  }),
  by: z
    .enum(['itself', 'crew', 'supervisor'])
    .optional()
    .meta({
      description:
        'Who ends it: a reboot or provider, a crew, or the kubelet; each kind has its usual one.',
      examples: ['itself', 'crew'],
    }),
  detection: z
    .union([
      detectionMapping,
      lawSchema.transform((law): DetectionPlan => ({ kind: 'delay', law })),
    ])
    .optional()
    .meta({
      description:
        'How what a crew repairs is found: after a time, by inspection or check; else at once.',
      examples: ['5 min', { inspection: { every: '30 days' } }],
    }),
};

/** What a process that is killed has none of: whoever keeps it starts it again. */
export const REPAIR_KEYS: readonly string[] = Object.keys(mending);

const clock = z
  .enum(['operating', 'calendar'])
  .optional()
  .meta({
    description:
      'Whether its clock stops while the part has no service; as failureClocks if left out.',
    examples: ['operating', 'calendar'],
  });

const LIFE_KEYS = ['mttf', 'rate', 'afr', 'law'] as const;

/** Refuses two lives, and a shape without one it could bend. */
function oneLife(given: Readonly<Record<string, unknown>>): string | undefined {
  const lives = LIFE_KEYS.filter((key) => given[key] !== undefined);
  if (lives.length > 1) return `${lives.join(' and ')} both say when it fails`;
  if (given.shape !== undefined && (lives.length === 0 || lives[0] === 'law')) {
    return 'shape goes with mttf, rate or afr';
  }
  return undefined;
}

function settings<Extra extends z.ZodRawShape>(extra: Extra) {
  return livesOnce({ ...life, ...mending, clock, ...extra });
}

function livesOnce<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).superRefine((given, context) => {
    const message = oneLife(given);
    if (message !== undefined) {
      const allowed = 'exactly one of mttf, rate, afr and law';
      context.addIssue({ code: 'custom', message, params: { allowed } });
    }
  }, BESIDE_MISTAKES);
}

const beta = {
  beta: share.optional().meta({
    description: 'Share of the failures that hit all parts of etcd members of this kind at once.',
    examples: ['2 %', '10 %'],
  }),
};

export const modeSchema = settings(beta);

/** Of any mode, beside what only its kind has: kindValues() tells that. */
export type ModeSettings = z.output<typeof modeSchema>;

const MODE_EXAMPLE = { mttf: '1 year', repair: '4 h' };

/** What faults of a kind may say, with `extra` beside what all may say. */
function schemaOf(kind: FaultKind, extra: z.ZodRawShape) {
  const all = { ...extra, ...settingKeys(kind.settings) };
  const schema = kind.isKill ? livesOnce({ ...life, clock, ...all }) : settings(all);
  return withOneSetting(schema, kind);
}

function exampleOf({ isKill, settings: own = [], needsSetting }: FaultKind): object {
  if (isKill) return { mttf: MODE_EXAMPLE.mttf };
  const [first] = needsSetting === undefined ? [] : own;
  return { ...MODE_EXAMPLE, ...(first && { [first.key]: first.examples[0] }) };
}

function modeKeys(extra: z.ZodRawShape) {
  const entries = FAULT_KINDS.map((kind) => [
    kind.key,
    z
      .union([z.literal('none'), schemaOf(kind, extra)])
      .optional()
      .meta({ description: kind.description, examples: [exampleOf(kind)] }),
  ]);
  // Each allows other keys than its type says, which then are undefined.
  return Object.fromEntries(entries) as Record<
    FaultKey,
    z.ZodOptional<z.ZodUnion<[z.ZodLiteral<'none'>, typeof modeSchema]>>
  >;
}

export const PRESET_NAMES = ['cloud-vm', 'bare-metal', 'none'] as const;
const presetName = z.enum(PRESET_NAMES);

export const failuresSchema = z
  .strictObject({
    use: z
      .union([presetName.transform((one) => [one]), z.array(presetName)])
      .optional()
      .meta({
        description: 'Named sets of rates; of several, the later one wins where both speak.',
        examples: ['cloud-vm', 'bare-metal'],
      }),
    ...modeKeys(beta),
  })
  .meta({
    description: 'What fails and how; only what stands here or in the presets used.',
    examples: [{ use: 'cloud-vm', 'machine.crash': { mttf: '4 months' } }],
  });

const overrideSchema = z.strictObject(modeKeys({}));

export const overridesSchema = z.record(partName, overrideSchema).meta({
  description: 'Failures of single machines or parts, on top of `failures`.',
  examples: [{ cp3: { 'machine.crash': { mttf: '1 month' } } }],
});

export const sharedRisksSchema = z
  .record(
    name,
    settings({
      members: partNames.meta({
        description: 'Machines, racks, zones or switches that go down with it.',
        examples: [['cp1', 'cp2']],
      }),
    }),
  )
  .meta({
    description: 'Things that several parts lean on, such as a power unit.',
    examples: [{ pdu1: { members: ['cp1', 'cp2'], mttf: '10 years', repair: '6 h' } }],
  });

export const commonCausesSchema = z
  .record(
    name,
    settings({
      hits: partNames.meta({
        description: 'Parts or groups that are hit at once.',
        examples: ['etcdProcesses', ['cp1', 'cp2']],
      }),
      probability: chance.optional().meta({
        description: 'Chance that each of them is hit; 100 % if left out.',
        examples: ['50 %'],
      }),
    }),
  )
  .meta({
    description: 'Shocks that hit several parts at once, such as a bad configuration push.',
    examples: [{ badPush: { rate: '0.5 / year', hits: 'etcdProcesses', repair: '30 min' } }],
  });

export const cutSchema = {
  between: z
    .array(partNames)
    .min(2, { error: 'at least two sides are needed' })
    .meta({
      description: 'The sides: lists of machines, zones, racks or groups.',
      examples: [[['cp1'], ['cp2', 'cp3']]],
    }),
  direction: z
    .enum(['both', 'oneWay'])
    .default('both')
    .meta({
      description:
        'oneWay: only messages from the first side to the other are lost; both if left out.',
      examples: ['both', 'oneWay'],
    }),
};

export const partitionsSchema = z.record(name, settings(cutSchema)).meta({
  description: 'Cuts of the network between groups of machines, again and again.',
  examples: [{ eastWest: { between: [['cp1'], ['cp2', 'cp3']], mttf: '1 year', repair: '1 h' } }],
});

export const componentsSchema = z.record(name, settings({})).meta({
  description: 'Anything else the platform leans on: it fails, and levels may name it.',
  examples: [{ kms: { mttf: '180 days', repair: '20 min' } }],
});
