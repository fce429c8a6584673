/** The `topology` section: machines, where they stand, and what joins them to the network. */
import * as z from 'zod';
import { balancerSchema } from './balancer-schema.ts';
import { wholeValue } from './forms.ts';
import { key, optionalKey, where, whereOneOf } from './key.ts';
import { name } from './quantity-schema.ts';

const places = wholeValue(
  z.union([
    z.array(name).min(1, { error: 'the list is empty' }).max(99),
    z.record(name, z.array(name)),
  ]),
);

const LEAST_REDUNDANT = 'the smallest number that tolerates one failure';
const SIMPLE = 'the simplest case';

export const topologySchema = z.strictObject({
  layout: key(z.enum(['stacked', 'external']), {
    description: 'stacked: each control plane carries an etcd member; external: etcd apart.',
    examples: ['stacked', 'external'],
    value: 'stacked',
    source: "kubeadm's default",
    evidence: 'A',
  }),
  controlPlanes: key(z.int().min(1).max(99), {
    description: 'Machines cp1, cp2, ... with an API server; 1 to 9 stacked, 1 to 99 external.',
    examples: [3, 5],
    value: 3,
    source: LEAST_REDUNDANT,
    evidence: 'A',
  }),
  etcdMembers: optionalKey(z.int().min(1).max(9), {
    description: 'External only: machines etcd1, etcd2, ... with an etcd member.',
    examples: [3, 5],
    defaults: [
      { value: 3, source: LEAST_REDUNDANT, evidence: 'A', when: where('layout', 'external') },
    ],
  }),
  zones: optionalKey(places, {
    description:
      'Failure domains. A list deals machines of each kind round robin; a mapping names them.',
    examples: [['a', 'b', 'c'], { a: ['cp1', 'cp2'], b: ['cp3'] }],
  }),
  racks: optionalKey(places, {
    description: 'Racks, as a list or a mapping like zones; a rack lies in one zone.',
    examples: [['r1', 'r2', 'r3']],
  }),
  loadBalancer: key(balancerSchema, {
    description: 'The load balancer of the API servers, with its settings.',
    examples: ['haproxy-keepalived', { kind: 'haproxy', machines: 1 }],
    layer: 'kubernetes',
    value: 'none',
    source: SIMPLE,
    evidence: 'A',
  }),
  nics: key(z.int().min(1).max(4), {
    description: 'Network cards a machine, each with its link; one working path is enough.',
    examples: [1, 2],
    value: 1,
    source: SIMPLE,
    evidence: 'A',
  }),
  switchesPerRack: optionalKey(z.int().min(1).max(4), {
    description: 'Switches a rack; a machine spreads its cards over them. Needs racks.',
    examples: [1, 2],
    defaults: [{ value: 1, source: SIMPLE, evidence: 'A', when: whereOneOf('racks') }],
  }),
});

export type TopologySection = z.output<typeof topologySchema>;
