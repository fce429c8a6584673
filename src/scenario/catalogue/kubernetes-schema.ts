/** The sections of what stands on etcd: `kubernetes`, `apiServer`, `controllers` and `clients`. */
import * as z from 'zod';
import { wholeValue } from './forms.ts';
import { type Condition, type Default, key, optionalKey, type Written, whereAt } from './key.ts';
import { lawSchema } from './law-schema.ts';
import { shareOfAll, wholeDuration, wholeDurationOrZero } from './quantity-schema.ts';

/** Versions whose rules are known. */
const KUBERNETES_VERSIONS = [
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

type KubernetesVersion = (typeof KUBERNETES_VERSIONS)[number];

/** YAML reads 1.30 as the number 1.3, which no other version is written as. */
const NUMBERS = [1.29, 1.3, 1.31, 1.32, 1.33, 1.34, 1.35, 1.36, 1.37];

const version = z.union([
  z.enum(KUBERNETES_VERSIONS),
  z.literal(NUMBERS).transform((number) => number.toFixed(2) as KubernetesVersion),
]);

export const kubernetesSchema = z.strictObject({
  version: key(version, {
    description:
      'Decides what kubelets ask of schedulers, how they look at what waits, and which ' +
      'leases are given back, and how.',
    examples: [1.36, 1.33],
    value: 1.36,
    source: 'a choice of Quorate',
    evidence: 'A',
  }),
});

/** 36 of 1.36. */
export function minorOf(version: KubernetesVersion): number {
  return Number(version.split('.')[1]);
}

export const apiServerSchema = z.strictObject({
  startUp: key(lawSchema, {
    description: 'From its first connection to etcd until it listens.',
    examples: [{ uniform: ['2 s', '6 s'] }],
    value: { uniform: ['2 s', '6 s'] },
    source: 'from start to listening on an idle machine',
    evidence: 'A',
  }),
  warmUp: key(lawSchema, {
    description: 'How long etcd must answer until its watch caches are full and it is ready.',
    examples: [{ uniform: ['1 s', '4 s'] }],
    value: { uniform: ['1 s', '4 s'] },
    source: 'the lists of some thousand objects',
    evidence: 'A',
  }),
  handling: key(wholeDurationOrZero, {
    description: 'How long a health endpoint takes that has nothing to wait for.',
    examples: ['5 ms'],
    value: '5 ms',
    source: 'a health endpoint that has nothing to wait for',
    evidence: 'A',
  }),
  shutdownDelay: key(wholeDurationOrZero, {
    description: 'After SIGTERM it serves this long, not ready (--shutdown-delay-duration).',
    examples: ['10 s'],
    value: '0 s',
    source:
      'kubernetes/apiserver pkg/server/config.go: 0 unless --shutdown-delay-duration says more',
  }),
  drain: key(wholeDurationOrZero, {
    description: 'How long requests under way take to end while etcd answers.',
    examples: ['1 s'],
    value: '1 s',
    source: 'ordinary requests take less',
    evidence: 'A',
  }),
});

type Row = readonly [value: Written, source: string];

/** The times of client-go's leader election, with their defaults. */
export function leaseTimes(
  prefix: string,
  usual: {
    readonly leaseDuration: Row;
    readonly renewDeadline: Row;
    readonly retryPeriod: Row;
    /** Everywhere if left out. */
    readonly when?: Condition;
  },
) {
  const { when } = usual;
  const row = ([value, source]: Row): Default[] => [
    { value, source, evidence: 'V', ...(when === undefined ? {} : { when }) },
  ];
  return {
    leaseDuration: optionalKey(wholeDuration, {
      description: `${prefix}a standby takes a lease that has not changed for so long.`,
      examples: ['15 s'],
      defaults: row(usual.leaseDuration),
    }),
    renewDeadline: optionalKey(wholeDuration, {
      description: `${prefix}a leader that cannot renew its lease for so long gives up.`,
      examples: ['10 s'],
      defaults: row(usual.renewDeadline),
    }),
    retryPeriod: optionalKey(wholeDuration, {
      description: `${prefix}between renewals; a standby polls every 1 to 2.2 of it.`,
      examples: ['2 s'],
      defaults: row(usual.retryPeriod),
    }),
  };
}

const LEASE_SOURCE = 'component-base config/v1alpha1/defaults.go';
const GATE = 'ControllerManagerReleaseLeaderElectionLockOnExit';

/** Versions in which a controller manager keeps its lease as it exits, if the plan holds. */
const KEEP_THE_LEASE = KUBERNETES_VERSIONS.filter((one) => minorOf(one) < 37);

export const controllersSchema = z.strictObject({
  ...leaseTimes('', {
    leaseDuration: ['15 s', LEASE_SOURCE],
    renewDeadline: ['10 s', LEASE_SOURCE],
    retryPeriod: ['2 s', LEASE_SOURCE],
  }),
  startUp: key(lawSchema, {
    description: 'From the start of the process until it first asks for its lease.',
    examples: [{ uniform: ['1 s', '3 s'] }],
    value: { uniform: ['1 s', '3 s'] },
    source: 'reading its configuration and its first words with an API server',
    evidence: 'A',
  }),
  releaseOnExit: optionalKey(z.boolean(), {
    description:
      'The controller manager gives its lease back as it exits, from 1.36; schedulers always.',
    examples: [true, false],
    defaults: [
      {
        value: false,
        source:
          `${GATE} is alpha and off in 1.36, and was not there before ` +
          '(controller-manager/pkg/features/kube_features.go)',
        evidence: 'V',
        when: whereAt(['kubernetes', 'version'], ...KEEP_THE_LEASE, '1.3'),
      },
      {
        value: true,
        source:
          `${GATE} is planned to be beta and on in 1.37 ` +
          '(KEP-5366, kubernetes/enhancements#6142); the change itself, kubernetes#139946, was ' +
          'still open',
        evidence: 'A',
      },
    ],
  }),
});

/** A zone, or a place that is in none or in all. */
const clientPlace = z.string().regex(/^[A-Za-z][\w-]*$/);

export const clientsSchema = z.strictObject({
  from: key(
    wholeValue(
      z.union([clientPlace, z.array(clientPlace).min(1), z.record(clientPlace, shareOfAll)]),
    ),
    {
      description:
        'Where users are in the network: outside all zones, on the nodes, which are spread ' +
        'evenly over the zones, or in zones; of several places each with its share of users. ' +
        'Cuts of machines, zones and partitions hold for them too.',
      examples: ['outside', 'nodes', ['a', 'b'], { outside: '20 %', nodes: '80 %' }],
      value: 'outside',
      source: 'people and pipelines that reach the cluster through the edge of its network',
      evidence: 'A',
    },
  ),
  timeout: key(wholeDuration, {
    description: 'A request that takes longer has failed for its user.',
    examples: ['10 s', '30 s'],
    value: '10 s',
    source: 'what people and pipelines put up with; kubectl itself waits without end',
    evidence: 'A',
  }),
  established: key(shareOfAll, {
    description: 'Share of requests sent over connections that stand; others open new ones.',
    examples: ['90 %'],
    value: '0 %',
    source: 'the harder case: all that people and pipelines send opens a connection',
    evidence: 'A',
  }),
});

export type ClientsSection = z.output<typeof clientsSchema>;
