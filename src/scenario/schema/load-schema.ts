/**
 * The section `load`: nodes that use the API servers, and what a machine has to bear them; and what
 * a surge of theirs is. Defaults stand, with their sources, in load-defaults.ts.
 */
import * as z from 'zod';
import {
  BESIDE_MISTAKES,
  positiveNumber,
  rate,
  size,
  wholeDuration,
  wholeDurationOrZero,
} from './quantity-schema.ts';

const MOST_NODES = 1_000_000;

export const sharedFateSchema = z
  .strictObject({
    etcdMemory: size.optional().meta({
      description: 'Of an etcd member: what the API server beside it does not have.',
      examples: ['2 GiB'],
    }),
    factor: z
      .number()
      .min(1)
      .max(1_000_000)
      .optional()
      .meta({
        description: 'Fsyncs take so many times as long while the API server beside is busy.',
        examples: [5],
      }),
    added: wholeDurationOrZero.optional().meta({
      description: 'And so much longer.',
      examples: ['5 ms'],
    }),
  })
  .meta({ description: 'What stacked members suffer.', examples: [{ etcdMemory: '2 GiB' }] });

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
    sharedFate: z
      .union([z.literal('none'), sharedFateSchema])
      .optional()
      .meta({
        description: 'How load reaches the etcd member on the same machine; none: not at all.',
        examples: [{ etcdMemory: '2 GiB', factor: 5 }, 'none'],
      }),
  })
  .meta({
    description: 'Nodes that load the API servers, which are then simulated.',
    examples: [{ nodes: 1000, machineMemory: '16 GiB' }],
  });

/** Beside the settings of the failure mode `clients.surge`, and of the event. */
export const surgeKeys = {
  listsPerNode: rate.optional().meta({
    description: 'Lists that each node sends beside what it sends anyway.',
    examples: ['1 / min'],
  }),
  requestsPerNode: rate.optional().meta({
    description: 'Requests that each node sends beside what it sends anyway.',
    examples: ['2 / s'],
  }),
};

/** Whether such keys say how strong a surge is. */
export function hasStrength(given: Readonly<Record<string, unknown>>): boolean {
  return given.listsPerNode !== undefined || given.requestsPerNode !== undefined;
}

export const STRENGTH = {
  error: 'nothing says how strong the surge is',
  params: { allowed: 'listsPerNode, requestsPerNode or both' },
} as const;

export const surge = z.strictObject(surgeKeys).refine(hasStrength, {
  ...STRENGTH,
  ...BESIDE_MISTAKES,
});

export type LoadSection = z.output<typeof loadSchema>;
export type SharedFateSection = z.output<typeof sharedFateSchema>;
export type SurgeSection = z.output<typeof surge>;
