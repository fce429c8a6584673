/**
 * The sections of what stands on etcd: `kubernetes`, `apiServer`, `controllers` and `clients`.
 * Nothing has a default here: what holds where a key is left out stands, with its source, in
 * kubernetes-defaults.ts.
 */
import * as z from 'zod';
import { lawSchema } from './law-schema.ts';
import { shareOfAll, wholeDuration, wholeDurationOrZero } from './quantity-schema.ts';

/** Versions whose rules are known. */
export const KUBERNETES_VERSIONS = [
  '1.29',
  '1.30',
  '1.31',
  '1.32',
  '1.33',
  '1.34',
  '1.35',
  '1.36',
  '1.37',
] as const;

export type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];

/** YAML reads 1.30 as the number 1.3, which no other version is written as. */
const NUMBERS = [1.29, 1.3, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37];

export const kubernetesSchema = z
  .strictObject({
    version: z
      .union([
        z.enum(KUBERNETES_VERSIONS),
        z.literal(NUMBERS).transform((number) => number.toFixed(2) as KubernetesVersion),
      ])
      .optional()
      .meta({
        description:
          'Decides what kubelets ask of schedulers, how they look at what waits, and which ' +
          'leases are given back, and how.',
        examples: ['1.36', '1.33'],
      }),
  })
  .meta({
    description: 'The version of Kubernetes, whose control plane is then simulated.',
    examples: [{ version: '1.36' }],
  });

export const apiServerSchema = z
  .strictObject({
    startUp: lawSchema.optional().meta({
      description: 'From its first connection to etcd until it listens.',
      examples: [{ uniform: ['2 s', '6 s'] }],
    }),
    warmUp: lawSchema.optional().meta({
      description: 'How long etcd must answer until its watch caches are full and it is ready.',
      examples: [{ uniform: ['1 s', '4 s'] }],
    }),
    handling: wholeDurationOrZero.optional().meta({
      description: 'How long a health endpoint takes that has nothing to wait for.',
      examples: ['5 ms'],
    }),
    shutdownDelay: wholeDurationOrZero.optional().meta({
      description: 'Told to stop, it goes on so long, not ready (--shutdown-delay-duration).',
      examples: ['10 s'],
    }),
    drain: wholeDurationOrZero.optional().meta({
      description: 'How long requests under way take to end while etcd answers.',
      examples: ['1 s'],
    }),
  })
  .meta({
    description: 'The API servers, which are then simulated.',
    examples: [{ shutdownDelay: '10 s' }],
  });

/** The times of client-go's leader election. */
export function leaseTimes(prefix = '') {
  return {
    leaseDuration: wholeDuration.optional().meta({
      description: `${prefix}a standby takes a lease that has not changed for so long.`,
      examples: ['15 s'],
    }),
    renewDeadline: wholeDuration.optional().meta({
      description: `${prefix}a leader that cannot renew its lease for so long gives up.`,
      examples: ['10 s'],
    }),
    retryPeriod: wholeDuration.optional().meta({
      description: `${prefix}between renewals; a standby polls every 1 to 2.2 of it.`,
      examples: ['2 s'],
    }),
  };
}

export const controllersSchema = z
  .strictObject({
    ...leaseTimes(),
    startUp: lawSchema.optional().meta({
      description: 'From the start of the process until it first asks for its lease.',
      examples: [{ uniform: ['1 s', '3 s'] }],
    }),
    releaseOnExit: z
      .boolean()
      .optional()
      .meta({
        description:
          'The controller manager gives its lease back as it exits, from 1.36; schedulers always.',
        examples: [true, false],
      }),
  })
  .meta({
    description: 'Controller managers and schedulers, which are then simulated.',
    examples: [{ leaseDuration: '15 s', renewDeadline: '10 s', retryPeriod: '2 s' }],
  });

export const clientsSchema = z
  .strictObject({
    timeout: wholeDuration.optional().meta({
      description: 'A request that takes longer has failed for its user.',
      examples: ['10 s', '30 s'],
    }),
    established: shareOfAll.optional().meta({
      description: 'Share of requests sent over connections that stand; others open new ones.',
      examples: ['90 %'],
    }),
  })
  .meta({
    description: 'Those who ask the API servers, which are then simulated.',
    examples: [{ timeout: '10 s' }],
  });

export type ApiServerSection = z.output<typeof apiServerSchema>;
export type ControllersSection = z.output<typeof controllersSchema>;
export type ClientsSection = z.output<typeof clientsSchema>;
