/** The `topology` section: machines, where they stand, and what joins them to the network. */
import * as z from 'zod';
import { balancerSchema } from './balancer-schema.ts';
import { name } from './quantity-schema.ts';

const places = z.union([
  z.array(name).min(1, { error: 'the list is empty' }).max(99),
  z.record(name, z.array(name)),
]);

export const topologySchema = z
  .strictObject({
    layout: z
      .enum(['stacked', 'external'])
      .default('stacked')
      .meta({
        description: 'stacked: each control plane carries an etcd member; external: etcd apart.',
        examples: ['stacked', 'external'],
      }),
    controlPlanes: z
      .int()
      .min(1)
      .max(99)
      .default(3)
      .meta({
        description: 'Machines cp1, cp2, ... with an API server; 1 to 9 stacked, 1 to 99 external.',
        examples: [3, 5],
      }),
    etcdMembers: z
      .int()
      .min(1)
      .max(9)
      .optional()
      .meta({
        description:
          'External only: machines etcd1, etcd2, ... with an etcd member; 3 if left out.',
        examples: [3, 5],
      }),
    zones: places.optional().meta({
      description:
        'Failure domains. A list deals machines of each kind round robin; a mapping names them.',
      examples: [['a', 'b', 'c'], { a: ['cp1', 'cp2'], b: ['cp3'] }],
    }),
    racks: places.optional().meta({
      description: 'Racks, as a list or a mapping like zones; a rack lies in one zone.',
      examples: [['r1', 'r2', 'r3']],
    }),
    loadBalancer: balancerSchema.prefault('none').meta({
      description: 'What stands before the API servers, with its own settings if it has some.',
      examples: ['haproxy-keepalived', { kind: 'haproxy', machines: 1 }],
    }),
    nics: z
      .int()
      .min(1)
      .max(4)
      .default(1)
      .meta({
        description: 'Network cards a machine, each with its link; one working path is enough.',
        examples: [1, 2],
      }),
    switchesPerRack: z
      .int()
      .min(1)
      .max(4)
      .default(1)
      .meta({
        description: 'Switches a rack; a machine spreads its cards over them. Needs racks.',
        examples: [1, 2],
      }),
  })
  .meta({
    description: 'Machines, where they stand, and what joins them to the network.',
    examples: [{ controlPlanes: 3, zones: ['a', 'b', 'c'] }],
  });

export type TopologySection = z.output<typeof topologySchema>;
