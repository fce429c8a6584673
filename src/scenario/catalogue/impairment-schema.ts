/** What events do to processes, disks and links of etcd at message level. */
import * as z from 'zod';
import { replacementOrder } from './etcd-schema.ts';
import { cutSchema } from './failure-schema.ts';
import { likeAt, optionalKey, whereOneOf } from './key.ts';
import {
  BESIDE_MISTAKES,
  bandwidth,
  factor,
  lossShare,
  name,
  partNames,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';

const MACHINES = 'Machines with an etcd member, zones, groups, or roles such as leader.';

const CRASH_POINTS = ['beforeSend', 'beforeFsync', 'afterFsync', 'duringSnapshot'] as const;

const machines = partNames.meta({ description: MACHINES, examples: ['leader', ['cp1', 'cp2']] });

/** Names of machines with etcd members or, where an example shows one, of processes. */
export function targets(description: string, example: string, process?: string) {
  const more = process === undefined ? [] : [process];
  return optionalKey(partNames, { description, examples: [example, ['cp1', 'cp2'], ...more] });
}

export const crashAt = z.strictObject({
  point: z.enum(CRASH_POINTS).meta({
    description:
      'beforeSend; beforeFsync, a leader having sent; afterFsync, unanswered; duringSnapshot.',
    examples: ['beforeFsync', 'afterFsync'],
  }),
  machines,
});

const NO_WORSE = 'nothing but what is written gets worse';

export const slowDisk = z
  .strictObject({
    machines,
    factor: optionalKey(factor, {
      description: 'Each fsync takes so many times as long.',
      examples: [100],
      defaults: [{ value: 1, source: NO_WORSE, evidence: 'A', when: whereOneOf('added') }],
    }),
    added: optionalKey(wholeDurationOrZero, {
      description: 'And so much longer.',
      examples: ['50 ms'],
      defaults: [{ value: '0 s', source: NO_WORSE, evidence: 'A', when: whereOneOf('factor') }],
    }),
  })
  .refine(({ factor, added }) => factor !== undefined || added !== undefined, {
    error: 'nothing says how slow the disk is',
    params: { allowed: 'factor, added or both' },
    ...BESIDE_MISTAKES,
  });

export const flap = z.strictObject({
  ...cutSchema,
  down: wholeDuration.meta({ description: 'How long the cut holds.', examples: ['2 s'] }),
  up: wholeDuration.meta({
    description: 'How long messages then pass, before the next cut.',
    examples: ['10 s'],
  }),
});

const WORSE = ['delay', 'jitter', 'loss', 'bandwidth'] as const;

export const degradeNetwork = z
  .strictObject({
    between: optionalKey(cutSchema.between, {
      description: 'The sides, both ways; or from and to for one way.',
      examples: [[['leader'], ['followers']]],
    }),
    from: optionalKey(partNames, {
      description: 'Where messages come from, instead of between.',
      examples: ['leader'],
    }),
    to: optionalKey(partNames, {
      description: 'Where messages go, beside from.',
      examples: ['followers'],
    }),
    delay: optionalKey(wholeDurationOrZero, {
      description: 'Added to each message, one way, as tc netem does.',
      examples: ['50 ms'],
    }),
    jitter: optionalKey(wholeDurationOrZero, {
      description: 'Up to so much more, evenly.',
      examples: ['10 ms'],
    }),
    loss: optionalKey(lossShare, {
      description: 'Share of packets lost; TCP sends them again.',
      examples: ['5 %'],
    }),
    bandwidth: optionalKey(bandwidth, {
      description: 'What is left of the bandwidth; as it is if left out.',
      examples: ['10 Mbit/s'],
    }),
  })
  .superRefine((given, context) => {
    const say = (message: string, allowed: string) =>
      context.addIssue({ code: 'custom', message, params: { allowed } });
    const { between, from, to } = given;
    const isOneWay = from !== undefined && to !== undefined;
    const hasOneEnd = from !== undefined || to !== undefined;
    if (between === undefined ? !isOneWay : hasOneEnd) {
      say('whose messages are meant is not clear', 'either between, or from and to');
    }
    if (WORSE.every((key) => given[key] === undefined)) {
      say('nothing gets worse', `one or more of ${WORSE.join(', ')}`);
    }
  }, BESIDE_MISTAKES);

const AS_EVER = 'one way of replacing members';

export const replaceMember = z.strictObject({
  machine: name.meta({ description: 'The machine whose member is replaced.', examples: ['cp2'] }),
  order: optionalKey(replacementOrder, {
    description: 'Which comes first; as etcd.replacement says if left out.',
    examples: ['removeFirst', 'addFirst'],
    layer: 'etcd',
    defaults: [likeAt(['etcd', 'replacement', 'order'], AS_EVER)],
  }),
  asLearner: optionalKey(z.boolean(), {
    description: 'Joins as a learner; as etcd.replacement says if left out.',
    examples: [true, false],
    layer: 'etcd',
    defaults: [likeAt(['etcd', 'replacement', 'asLearner'], AS_EVER)],
  }),
});
