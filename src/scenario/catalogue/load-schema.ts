/**
 * The section `load`: nodes that use the API servers, and what a machine has to bear them; and what
 * a surge of theirs is. Defaults stand, with their sources, in load-defaults.ts.
 */
import * as z from 'zod';
import { clientsSurge } from '../../faults/kinds/clients-surge.ts';
import { settingKeys, withOneSetting } from './kind-settings.ts';
import { lossShare, positiveNumber, rate, share, size, wholeDuration } from './quantity-schema.ts';

const MOST_NODES = 1_000_000;

/** What couples an API server to the etcd member on the same machine. */
export const COUPLINGS = ['memory', 'disk', 'cpu'] as const;

const sharedMemory = z.strictObject({
  etcd: size.optional().meta({
    description: 'Of an etcd member, without the pages of its database: what cannot be taken back.',
    examples: ['1 GiB'],
  }),
  regrowth: wholeDuration.optional().meta({
    description: 'From the start of a member until it has all of that again.',
    examples: ['1 min'],
  }),
});

const sharedDisk = z.strictObject({
  utilization: share.optional().meta({
    description: 'Of the time of the disk, what others write while all seats are taken.',
    examples: ['90 %'],
  }),
  writeTime: wholeDuration.optional().meta({
    description: 'How long one of these writes takes; an fsync waits for those before it.',
    examples: ['20 ms'],
  }),
});

const sharedProcessors = z.strictObject({
  cores: z
    .int()
    .min(1)
    .max(1024)
    .optional()
    .meta({ description: 'Of the machine.', examples: [4] }),
  slice: wholeDuration.optional().meta({
    description: 'For which each list in the making keeps a core from others.',
    examples: ['10 ms'],
  }),
});

function orNone<Schema extends z.ZodType>(schema: Schema) {
  return z.union([z.literal('none'), schema]).optional();
}

export const sharedFateSchema = z
  .strictObject({
    memory: orNone(sharedMemory).meta({
      description: 'The API server lacks what the member has, and the kernel kills the larger.',
      examples: [{ etcd: '1 GiB' }, 'none'],
    }),
    disk: orNone(sharedDisk).meta({
      description: 'Fsyncs wait while the API server is busy.',
      examples: [{ utilization: '90 %' }, 'none'],
    }),
    cpu: orNone(sharedProcessors).meta({
      description: "The member's ticks, heartbeats and writes wait while lists are answered.",
      examples: [{ cores: 4 }, 'none'],
    }),
  })
  .meta({ description: 'What stacked members suffer.', examples: [{ disk: 'none' }] });

const requests = {
  nodes: z
    .int()
    .min(1)
    .max(MOST_NODES)
    .optional()
    .meta({ description: 'Nodes of the cluster, spread over the API servers.', examples: [1000] }),
  requestsPerNode: rate.optional().meta({
    description: 'Requests of one node and its pods in a steady flow.',
    examples: ['0.4 / s'],
  }),
  requestTime: wholeDuration.optional().meta({
    description: 'How long one of these holds a seat.',
    examples: ['20 ms'],
  }),
  watchesPerNode: positiveNumber.optional().meta({
    description: 'Watches of one node, each of which lists anew where its connection broke.',
    examples: [12],
  }),
  listTime: wholeDuration.optional().meta({
    description: 'How long such a list holds its seats.',
    examples: ['500 ms'],
  }),
  seats: positiveNumber.optional().meta({
    description: 'Requests at once: --max-requests-inflight and its sibling for mutating ones.',
    examples: [600],
  }),
  seatsPerList: positiveNumber.optional().meta({
    description: 'Seats that a list takes.',
    examples: [10],
  }),
  longestWait: wholeDuration.optional().meta({
    description: 'A request that has waited so long for a seat is refused.',
    examples: ['15 s'],
  }),
};

const memory = {
  machineMemory: size.optional().meta({
    description: 'Of the machine of an API server.',
    examples: ['16 GiB'],
  }),
  systemMemory: size.optional().meta({
    description: 'Of all that runs there beside the API server and etcd.',
    examples: ['2 GiB'],
  }),
  baseMemory: size.optional().meta({
    description: 'Of an API server that nobody uses.',
    examples: ['1 GiB'],
  }),
  memoryPerWatch: size.optional().meta({
    description: 'More for each watch.',
    examples: ['75 KiB'],
  }),
  memoryPerList: size.optional().meta({
    description: 'More for each list while it is answered.',
    examples: ['40 MiB'],
  }),
  memoryGrowth: z
    .union([z.literal('none').transform(() => 0), size])
    .optional()
    .meta({
      description: 'By which an API server grows in a day, as from a leak.',
      examples: ['200 MiB', 'none'],
    }),
};

export const loadSchema = z
  .strictObject({
    ...requests,
    ...memory,
    spread: lossShare.optional().meta({
      description: 'By so much more or less lists and memory cost one server than another.',
      examples: ['5 %'],
    }),
    sharedFate: z
      .union([z.literal('none'), sharedFateSchema])
      .optional()
      .meta({
        description: 'How load reaches the etcd member on the same machine; none: not at all.',
        examples: [{ cpu: { cores: 8 }, disk: 'none' }, 'none'],
      }),
  })
  .meta({
    description: 'Nodes that load the API servers, which are then simulated.',
    examples: [{ nodes: 1000, machineMemory: '16 GiB' }],
  });

/** How strong a surge of an event is: as one that comes again and again. */
export const surge = withOneSetting(
  z.strictObject(settingKeys(clientsSurge.settings)),
  clientsSurge,
);

export type LoadSection = z.output<typeof loadSchema>;
