/** What events do to processes, disks and links of etcd at message level. */
import * as z from 'zod';
import { replacementOrder } from './etcd-schema.ts';
import { cutSchema } from './failure-schema.ts';
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

export const CRASH_POINTS = ['beforeSend', 'beforeFsync', 'afterFsync', 'duringSnapshot'] as const;

const machines = partNames.meta({ description: MACHINES, examples: ['leader', ['cp1', 'cp2']] });

/** Names of machines with etcd members or, where an example shows one, of processes. */
export function targets(description: string, example: string, process?: string) {
  const more = process === undefined ? [] : [process];
  return partNames.optional().meta({ description, examples: [example, ['cp1', 'cp2'], ...more] });
}

export const crashAt = z.strictObject({
  point: z.enum(CRASH_POINTS).meta({
    description:
      'beforeSend; beforeFsync, a leader having sent; afterFsync, unanswered; duringSnapshot.',
    examples: ['beforeFsync', 'afterFsync'],
  }),
  machines,
});

export const slowDisk = z
  .strictObject({
    machines,
    factor: factor.optional().meta({
      description: 'Each fsync takes so many times as long; 1 if left out.',
      examples: [100],
    }),
    added: wholeDurationOrZero.optional().meta({
      description: 'And so much longer; nothing if left out.',
      examples: ['50 ms'],
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
    between: cutSchema.between.optional().meta({
      description: 'The sides, both ways; or from and to for one way.',
      examples: [[['leader'], ['followers']]],
    }),
    from: partNames.optional().meta({
      description: 'Where messages come from, instead of between.',
      examples: ['leader'],
    }),
    to: partNames.optional().meta({
      description: 'Where messages go, beside from.',
      examples: ['followers'],
    }),
    delay: wholeDurationOrZero.optional().meta({
      description: 'Added to each message, one way, as tc netem does.',
      examples: ['50 ms'],
    }),
    jitter: wholeDurationOrZero.optional().meta({
      description: 'Up to so much more, evenly.',
      examples: ['10 ms'],
    }),
    loss: lossShare.optional().meta({
      description: 'Share of packets lost; TCP sends them again.',
      examples: ['5 %'],
    }),
    bandwidth: bandwidth.optional().meta({
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

export const replaceMember = z.strictObject({
  machine: name.meta({ description: 'The machine whose member is replaced.', examples: ['cp2'] }),
  order: replacementOrder.optional().meta({
    description: 'Which comes first; as etcd.replacement says if left out.',
    examples: ['removeFirst', 'addFirst'],
  }),
  asLearner: z
    .boolean()
    .optional()
    .meta({
      description: 'Joins as a learner; as etcd.replacement says if left out.',
      examples: [true, false],
    }),
});
