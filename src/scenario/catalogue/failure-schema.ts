/**
 * The sections that say what fails: `failures`, `overrides`, `sharedRisks`, `commonCauses`,
 * `partitions` and `components`. One mode is a life, a repair, and how it is found and by whom.
 */
import * as z from 'zod';
import type { FaultKind } from '../../faults/kinds/fault-kind.ts';
import { FAULT_KINDS, type FaultKey } from '../../faults/kinds/fault-kinds.ts';
import { replacing, wholeValue } from './forms.ts';
import {
  both,
  type Default,
  key,
  likeBeside,
  optionalKey,
  type WrittenMapping,
  where,
  whereNotGiven,
  whereOneOf,
} from './key.ts';
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

const detectionMapping = z
  .strictObject({
    inspection: optionalKey(
      z.strictObject({
        every: wholeDuration.meta({
          description: 'Between looks.',
          examples: ['30 days'],
        }),
        offset: optionalKey(wholeDurationOrZero, {
          description: 'When the first look is; `every` if left out.',
          examples: ['1 day'],
          defaults: [likeBeside('every', 'the first look after one interval', 'A')],
        }),
      }),
      {
        description: 'Detected by inspections at fixed times.',
        examples: [{ every: '30 days' }],
      },
    ),
    healthCheck: optionalKey(
      z.strictObject({
        interval: wholeDuration.meta({ description: 'Between checks.', examples: ['10 s'] }),
        fall: key(z.int().min(1).max(1000), {
          description: 'Failed checks in a row until a part is believed down.',
          examples: [3],
          value: 3,
          source: 'the default of HAProxy',
        }),
        rise: key(z.int().min(1).max(1000), {
          description: 'Good checks in a row until it is believed up again.',
          examples: [2],
          value: 2,
          source: 'the default of HAProxy',
        }),
      }),
      {
        description: 'Found after `fall` failed checks (3); `rise` good ones (2) clear it.',
        examples: [{ interval: '10 s' }],
      },
    ),
  })
  .refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, {
    error: 'one of inspection and healthCheck is needed',
    params: { allowed: 'one of them, or a length of time such as 5 min' },
    ...BESIDE_MISTAKES,
  })
  .meta({ minProperties: 1, maxProperties: 1 });

/** Each says when something fails: one takes the place of another. */
const LIVES = ['mttf', 'rate', 'afr', 'law'] as const;

/** All that a new life takes the place of. */
export const LIFE_KEYS = [...LIVES, 'shape'] as const;

const life = {
  mttf: optionalKey(duration, {
    description: 'Mean time to failure; exponential unless `shape` is given.',
    examples: ['4 months', '8760 h'],
  }),
  rate: optionalKey(rate, {
    description: 'Failures per time; the mean time to failure is its inverse.',
    examples: ['0.5 / year', '1/8760 per hour'],
  }),
  afr: optionalKey(share, {
    description: 'Annual failure rate: the share that fails in a year of 8760 h.',
    examples: ['1.57 %'],
  }),
  shape: optionalKey(z.number().min(0.05).max(50), {
    description: 'Weibull shape beside mttf, rate or afr; below 1 fails early, above 1 wears out.',
    examples: [0.8, 1.12],
  }),
  law: optionalKey(lawSchema, {
    description: 'The distribution of the time to failure, instead of mttf, rate or afr.',
    examples: [{ weibull: { shape: 1.12, mean: '553570 h' } }],
  }),
};

function replacedByLife(key: string): readonly string[] {
  return LIFE_KEYS.some((one) => one === key) ? LIFE_KEYS : [];
}

/** @param by who ends it by default; undefined: whoever ends the same fault elsewhere */
function mending(by: FaultKind['by'] | undefined) {
  const fails = whereOneOf(...LIVES);
  const usual: Default[] = by === undefined ? [] : [{ ...by, when: fails }];
  const atOnce: Default = {
    value: 'at once',
    source: 'the simplest case',
    evidence: 'A',
    when: both(fails, where('by', 'crew')),
  };
  return {
    repair: optionalKey(lawSchema, {
      description: 'How long the repair takes once it begins.',
      examples: ['6 h', { exponential: { mean: '15 min' } }],
    }),
    by: optionalKey(z.enum(['itself', 'crew', 'supervisor']), {
      description:
        'Who ends it: a reboot or provider, a crew, or the kubelet; each kind has its usual one.',
      examples: ['itself', 'crew'],
      defaults: usual,
    }),
    detection: optionalKey(z.union([z.literal('at once'), detectionMapping, lawSchema]), {
      description:
        'How what a crew repairs is found: after a time, by inspection or check; else at once.',
      examples: ['5 min', { inspection: { every: '30 days' } }],
      defaults: by === undefined ? [] : [atOnce],
    }),
  };
}

/** What a process that is killed has none of: whoever keeps it starts it again. */
export const REPAIR_KEYS: readonly string[] = Object.keys(mending(undefined));

const clock = optionalKey(z.enum(['operating', 'calendar']), {
  description:
    'Whether its clock stops while the part has no service; as failureClocks if left out.',
  examples: ['operating', 'calendar'],
});

/** Refuses two lives, and a shape without one it could bend. */
function oneLife(given: Readonly<Record<string, unknown>>): string | undefined {
  const lives = LIVES.filter((key) => given[key] !== undefined);
  if (lives.length > 1) return `${lives.join(' and ')} both say when it fails`;
  if (given.shape !== undefined && (lives.length === 0 || lives[0] === 'law')) {
    return 'shape goes with mttf, rate or afr';
  }
  return undefined;
}

function settings<Extra extends z.ZodRawShape>(by: FaultKind['by'] | undefined, extra: Extra) {
  return livesOnce({ ...life, ...mending(by), clock, ...extra });
}

function livesOnce<Shape extends z.ZodRawShape>(shape: Shape) {
  const schema = z.strictObject(shape).superRefine((given, context) => {
    const message = oneLife(given);
    if (message !== undefined) {
      const allowed = 'exactly one of mttf, rate, afr and law';
      context.addIssue({ code: 'custom', message, params: { allowed } });
    }
  }, BESIDE_MISTAKES);
  return replacing(schema, replacedByLife);
}

const beta = {
  beta: optionalKey(share, {
    description: 'Share of the failures that hit all parts of etcd members of this kind at once.',
    examples: ['2 %', '10 %'],
  }),
};

const modeSchema = settings(undefined, beta);

/** Of any kind of fault, beside what only its kind has: see kindValues(). */
export type ModeSettings = z.output<typeof modeSchema>;

const MODE_EXAMPLE = { mttf: '1 year', repair: '4 h' };

/**
 * What faults of a kind may say, with `extra` beside what all may say.
 * @param isGeneral whether it is of all that the kind can hit, so that defaults hold
 */
function schemaOf(kind: FaultKind, extra: z.ZodRawShape, isGeneral: boolean) {
  const all = { ...extra, ...settingKeys(kind.settings, isGeneral ? LIVES : []) };
  const by = isGeneral ? kind.by : undefined;
  const schema = kind.isKill ? livesOnce({ ...life, clock, ...all }) : settings(by, all);
  return replacing(withOneSetting(schema, kind), replacedByLife);
}

function exampleOf({ isKill, settings: own = [], needsSetting }: FaultKind): WrittenMapping {
  if (isKill) return { mttf: MODE_EXAMPLE.mttf };
  const [first] = needsSetting === undefined ? [] : own;
  return { ...MODE_EXAMPLE, ...(first && { [first.key]: first.examples[0]! }) };
}

function modeKeys(extra: z.ZodRawShape, isGeneral: boolean) {
  const keys = FAULT_KINDS.map((kind) => [
    kind.key,
    optionalKey(z.union([z.literal('none'), schemaOf(kind, extra, isGeneral)]), {
      description: kind.description,
      examples: [exampleOf(kind)],
    }),
  ]);
  // Each allows other keys than its type says, which then are undefined.
  return Object.fromEntries(keys) as Record<
    FaultKey,
    z.ZodOptional<z.ZodUnion<[z.ZodLiteral<'none'>, typeof modeSchema]>>
  >;
}

export const PRESET_NAMES = ['cloud-vm', 'bare-metal', 'none'] as const;
const presetName = z.enum(PRESET_NAMES);

export const failuresSchema = z.strictObject({
  use: optionalKey(
    wholeValue(z.union([presetName.transform((one) => [one]), z.array(presetName)])),
    {
      description: 'Named sets of rates; of several, the later one wins where both speak.',
      examples: ['cloud-vm', 'bare-metal'],
      defaults: [
        {
          value: 'cloud-vm',
          source: 'a choice of Quorate, where `failures` is left out altogether',
          evidence: 'A',
          when: whereNotGiven('failures'),
        },
      ],
    },
  ),
  ...modeKeys(beta, true),
});

export const overridesSchema = z.record(partName, z.strictObject(modeKeys({}, false)));

const BY_CREW: FaultKind['by'] = { value: 'crew', source: 'the usual case', evidence: 'A' };
const BY_ITSELF: FaultKind['by'] = { value: 'itself', source: 'the usual case', evidence: 'A' };

export const sharedRisksSchema = z.record(
  name,
  settings(BY_CREW, {
    members: partNames.meta({
      description: 'Machines, racks, zones or switches that go down with it.',
      examples: [['cp1', 'cp2']],
    }),
  }),
);

export const commonCausesSchema = z.record(
  name,
  settings(BY_ITSELF, {
    hits: partNames.meta({
      description: 'Parts or groups that are hit at once.',
      examples: ['etcdProcesses', ['cp1', 'cp2']],
    }),
    probability: key(chance, {
      description: 'Chance that each of them is hit.',
      examples: ['50 %'],
      value: '100 %',
      source: 'every part listed is hit',
      evidence: 'A',
    }),
  }),
);

export const cutSchema = {
  between: z
    .array(partNames)
    .min(2, { error: 'at least two sides are needed' })
    .meta({
      description: 'The sides: lists of machines, zones, racks or groups.',
      examples: [[['cp1'], ['cp2', 'cp3']]],
    }),
  direction: key(z.enum(['both', 'oneWay']), {
    description: 'oneWay: only messages from the first side to the other are lost.',
    examples: ['both', 'oneWay'],
    value: 'both',
    source: 'the usual cut',
    evidence: 'A',
  }),
};

export const partitionsSchema = z.record(name, settings(BY_ITSELF, cutSchema));

export const componentsSchema = z.record(name, settings(BY_CREW, {}));
