/**
 * What `topology.loadBalancer` may say: a word, or a mapping with settings under the software's own
 * names. Each setting holds for its kinds of balancer alone, with the defaults of that kind.
 */
import * as z from 'zod';
import { shorthandOf } from './forms.ts';
import {
  defaultWhere,
  haproxyKeys,
  haproxySchema,
  haproxyTimeouts,
  KUBEADM_SAMPLE,
} from './haproxy-schema.ts';
import {
  type Condition,
  type Default,
  optionalKey,
  requiredKey,
  type Surroundings,
  sectionWhere,
  type Written,
  where,
} from './key.ts';
import { leaseTimes } from './kubernetes-schema.ts';
import { BESIDE_MISTAKES, share, wholeDuration, wholeDurationOrZero } from './quantity-schema.ts';

const LOAD_BALANCERS = [
  'none',
  'haproxy',
  'haproxy-keepalived',
  'kube-vip',
  'cloud',
  'client-side',
  'dns',
] as const;

export type BalancerKind = (typeof LOAD_BALANCERS)[number];

/** Kinds that stand on machines of their own. */
export const HAS_MACHINES: readonly BalancerKind[] = ['haproxy', 'haproxy-keepalived'];

const CLOUD_PROVIDERS = ['aws-nlb', 'azure-standard', 'gcp-passthrough'] as const;

const OF_KEEPALIVED = where('kind', 'haproxy-keepalived');
const OF_CLIENTS = where('kind', 'client-side');
const OF_CLOUD = where('kind', 'cloud');
const OF_HAPROXY = where('kind', 'haproxy');
const OF_EACH_HAPROXY = where('kind', 'haproxy-keepalived', 'client-side');

const VRRP_FILE = 'keepalived, include/vrrp.h';

/** The first machine a little above the others. */
function samplePriorities(around: Surroundings): Written {
  const machines = Number(around.at('topology', 'loadBalancer', 'machines') ?? 2);
  return Array.from({ length: Math.max(1, machines) }, (_, index) => (index === 0 ? 101 : 100));
}

const always = defaultWhere(undefined);

const vrrpSchema = z.strictObject({
  version: optionalKey(z.literal([2, 3]), {
    description: 'Of VRRP.',
    examples: [2, 3],
    defaults: always(2, VRRP_FILE),
  }),
  advert_int: optionalKey(wholeDuration, {
    description: 'Between adverts of the master.',
    examples: ['1 s'],
    defaults: always('1 s', VRRP_FILE),
  }),
  priorities: optionalKey(z.array(z.int().min(1).max(255)).min(1), {
    description: 'Of lb1, lb2, ...; the highest holds the address.',
    examples: [[101, 100]],
    defaults: [
      {
        value: samplePriorities,
        text: '101, and 100 for each further machine',
        source: KUBEADM_SAMPLE,
        evidence: 'V',
      },
    ],
  }),
  preempt: optionalKey(z.boolean(), {
    description: 'Whether a better node takes the address from a worse one.',
    examples: [true, false],
    defaults: always(true, VRRP_FILE),
  }),
  preempt_delay: optionalKey(wholeDurationOrZero, {
    description: 'How long it waits before it does.',
    examples: ['5 s'],
    defaults: always('0 s', VRRP_FILE),
  }),
  newestShare: optionalKey(share, {
    description: 'Where several hold the address: the share of users with the newest.',
    examples: ['50 %'],
    defaults: always('50 %', 'who is reached depends on who asks ARP when', 'A'),
  }),
});

const scriptMapping = z.strictObject({
  interval: optionalKey(wholeDuration, {
    description: 'Between runs.',
    examples: ['3 s'],
    defaults: always('3 s', KUBEADM_SAMPLE),
  }),
  timeout: optionalKey(wholeDuration, {
    description: 'A run that takes longer has failed.',
    examples: ['2 s'],
    defaults: always('2 s', `${KUBEADM_SAMPLE}: curl --max-time 2`),
  }),
  fall: optionalKey(z.int().min(1).max(1000), {
    description: 'Failed runs in a row that count.',
    examples: [10],
    defaults: always(10, KUBEADM_SAMPLE),
  }),
  rise: optionalKey(z.int().min(1).max(1000), {
    description: 'Good runs in a row that count.',
    examples: [2],
    defaults: always(2, KUBEADM_SAMPLE),
  }),
  weight: optionalKey(z.int().min(-253).max(253), {
    description: 'Added to the priority: below 0 while it fails; 0: a failure gives it up.',
    examples: [-2],
    defaults: always(-2, KUBEADM_SAMPLE),
  }),
});

export type ScriptSection = z.output<typeof scriptMapping>;

const NLB_CHECKS = "AWS's guide to Network Load Balancers, health checks for target groups";
const NLB_TARGETS = "AWS's guide to Network Load Balancers, edit target group attributes";
const NLB_IDLE = "AWS's guide to Network Load Balancers, update the TCP idle timeout";
const ELB_API = "AWS's API reference, CreateTargetGroup; CDK's documentation has 3 and 3";
const ELB_TIMEOUT = "AWS's API reference, CreateTargetGroup: 10 s for TCP, TLS and HTTPS";
const ELB_ATTRIBUTE = "AWS's API reference, TargetGroupAttribute";
const AZURE_PROBES = "Azure's documentation, Load Balancer health probes";
const AZURE_RESET = "Azure's documentation, Load Balancer TCP reset and idle timeout";
const GOOGLE_CHECKS = "Terraform's provider for Google, compute_region_health_check";
const GOOGLE_TRAFFIC = "Google's documentation, internal passthrough load balancers";

type Row = readonly [value: Written, source: string, evidence?: Default['evidence']];

/** A setting's default under each provider. */
function ofProviders(aws: Row, azure: Row, gcp: Row): Default[] {
  const rows = [aws, azure, gcp];
  return CLOUD_PROVIDERS.map((provider, index) => {
    const [value, source, evidence = 'A'] = rows[index]!;
    return { value, source, evidence, when: where('provider', provider) };
  });
}

const PROBE = 'a probe of /readyz';
const AZURE_ONE = "probeThreshold's default in Terraform's provider; others ask for 2";
const UNPUBLISHED: Row = ['0 s', 'not published; the simplest case'];

const cloudKeys = {
  provider: optionalKey(z.enum(CLOUD_PROVIDERS), {
    description: 'cloud: whose numbers hold where nothing else is said.',
    examples: ['aws-nlb', 'azure-standard'],
    defaults: defaultWhere(OF_CLOUD)('aws-nlb', 'a choice of Quorate', 'A'),
  }),
  protocol: optionalKey(z.enum(['tcp', 'https']), {
    description: 'cloud: what a check asks: a connection alone, or /readyz.',
    examples: ['https'],
    defaults: ofProviders(['tcp', NLB_CHECKS, 'V'], ['https', PROBE], ['https', PROBE]),
  }),
  interval: optionalKey(wholeDuration, {
    description: 'cloud: between checks of a target.',
    examples: ['10 s'],
    defaults: ofProviders(
      ['30 s', NLB_CHECKS, 'V'],
      ['5 s', `${AZURE_PROBES}; REST and Terraform have 15 s`, 'V'],
      ['5 s', GOOGLE_CHECKS, 'V'],
    ),
  }),
  healthyThreshold: optionalKey(z.int().min(1).max(1000), {
    description: 'cloud: good checks in a row that bring a target back.',
    examples: [3],
    defaults: ofProviders([5, ELB_API, 'V'], [1, AZURE_ONE], [2, GOOGLE_CHECKS, 'V']),
  }),
  unhealthyThreshold: optionalKey(z.int().min(1).max(1000), {
    description: 'cloud: failed checks in a row that take it out.',
    examples: [3],
    defaults: ofProviders([2, ELB_API, 'V'], [1, AZURE_ONE], [2, GOOGLE_CHECKS, 'V']),
  }),
  propagation: optionalKey(wholeDurationOrZero, {
    description: 'cloud: until what checks found is in force.',
    examples: ['5 s'],
    defaults: ofProviders(UNPUBLISHED, UNPUBLISHED, UNPUBLISHED),
  }),
  failOpen: optionalKey(z.boolean(), {
    description: 'cloud: whether all get connections where none is healthy.',
    examples: [true, false],
    defaults: ofProviders(
      [true, NLB_CHECKS, 'V'],
      [false, AZURE_PROBES, 'V'],
      [true, GOOGLE_TRAFFIC, 'V'],
    ),
  }),
  deregistrationDelay: optionalKey(wholeDurationOrZero, {
    description: 'cloud: how long connections to one removed go on.',
    examples: ['300 s'],
    defaults: ofProviders(
      ['300 s', ELB_ATTRIBUTE, 'V'],
      ['0 s', 'no draining is documented'],
      ['0 s', "the API names no default; Terraform's provider has 300 s since 6.0"],
    ),
  }),
  resetsUnhealthy: optionalKey(z.boolean(), {
    description: 'cloud: whether connections to one taken out are reset.',
    examples: [true, false],
    defaults: ofProviders(
      [true, NLB_TARGETS, 'V'],
      [false, AZURE_PROBES, 'V'],
      [false, `${GOOGLE_TRAFFIC}: TCP connections persist`, 'V'],
    ),
  }),
  idleTimeout: optionalKey(wholeDuration, {
    description: 'cloud: how long a silent connection is remembered.',
    examples: ['350 s'],
    defaults: ofProviders(
      ['350 s', NLB_IDLE, 'V'],
      ['240 s', AZURE_RESET, 'V'],
      ['600 s', `${GOOGLE_TRAFFIC}; external ones have 60 s`, 'V'],
    ),
  }),
};

const TIMEOUTS: readonly Default[] = [
  { value: {}, source: '', evidence: 'V', when: OF_HAPROXY },
  ...ofProviders(
    ['10 s', ELB_TIMEOUT, 'V'],
    ['5 s', `the interval: ${AZURE_PROBES} has 30 s for HTTPS, as far as the interval`, 'D'],
    ['5 s', GOOGLE_CHECKS, 'V'],
  ),
];

const KUBE_VIP = where('kind', 'kube-vip');
const KUBE_VIP_POD = 'its pod of kube-vip; the command line has 15, 10 and 2 s';
const KUBE_VIP_SAMPLE = `${KUBEADM_SAMPLE}, ${KUBE_VIP_POD}`;

const settings = {
  ...haproxyKeys(OF_HAPROXY),
  ...cloudKeys,
  timeout: optionalKey(z.union([wholeDuration, haproxyTimeouts]), {
    description: 'haproxy: its time-outs; cloud: a check that takes longer has failed.',
    examples: [{ connect: '5 s', check: '10 s' }, '10 s'],
    defaults: TIMEOUTS,
  }),
  haproxy: sectionWhere(OF_EACH_HAPROXY, haproxySchema, {
    description: 'haproxy-keepalived, client-side: the settings of each HAProxy.',
    examples: [{ inter: '2 s', fall: 3, rise: 2, timeout: { check: '10 s' } }],
  }),
  vrrp: sectionWhere(OF_KEEPALIVED, vrrpSchema, {
    description: 'haproxy-keepalived: how keepalived moves the address.',
    examples: [{ advert_int: '1 s', priorities: [101, 100] }],
  }),
  script: sectionWhere(OF_KEEPALIVED, z.union([z.literal('none'), scriptMapping]), {
    description: 'haproxy-keepalived: the script that asks through the HAProxy beside it.',
    examples: [{ interval: '3 s', fall: 10, rise: 2, weight: -2 }, 'none'],
  }),
  ...leaseTimes('kube-vip: ', {
    leaseDuration: ['5 s', KUBE_VIP_SAMPLE],
    renewDeadline: ['3 s', KUBE_VIP_SAMPLE],
    retryPeriod: ['1 s', KUBE_VIP_SAMPLE],
    when: KUBE_VIP,
  }),
  restartAfter: optionalKey(wholeDuration, {
    description: 'kube-vip: from the end of the process until it runs again.',
    examples: ['2 s'],
    defaults: defaultWhere(KUBE_VIP)(
      '2 s',
      'a guess: the kubelet starts it at once, without back-off',
      'A',
    ),
  }),
  clients: optionalKey(z.int().min(1).max(100), {
    description: 'client-side: how many clients, each with an HAProxy of its own; 100 at most.',
    examples: [10],
    defaults: defaultWhere(OF_CLIENTS)(10, 'enough for a share to be seen', 'A'),
  }),
  ttl: optionalKey(wholeDurationOrZero, {
    description: 'dns: how long a client keeps the addresses it was given.',
    examples: ['60 s'],
    defaults: defaultWhere(where('kind', 'dns'))(
      '60 s',
      "Route 53's guide: 60 s or less for records with health checks",
      'V',
    ),
  }),
};

const LEASE_KEYS = ['leaseDuration', 'renewDeadline', 'retryPeriod', 'restartAfter'];

/** The settings of each kind, beside `kind` and `machines`. */
export const BALANCER_KEYS: Readonly<Record<BalancerKind, readonly string[]>> = {
  none: [],
  haproxy: [...Object.keys(haproxyKeys()), 'timeout'],
  'haproxy-keepalived': ['haproxy', 'vrrp', 'script'],
  'kube-vip': LEASE_KEYS,
  cloud: [...Object.keys(cloudKeys), 'timeout'],
  'client-side': ['clients', 'haproxy'],
  dns: ['ttl'],
};

type Given = Readonly<Record<string, unknown>>;

/** Each setting must be one of the kind's own. */
function checkKind(given: Given, context: z.RefinementCtx): void {
  const kind = LOAD_BALANCERS.find((one) => one === given.kind);
  if (kind === undefined) return;
  const say = (key: string, message: string, allowed: string) =>
    context.addIssue({ code: 'custom', path: [key], message, params: { allowed } });
  const own = BALANCER_KEYS[kind];
  for (const key of Object.keys(settings)) {
    if (given[key] === undefined || own.includes(key)) continue;
    const allowed = own.length === 0 ? `no settings with ${kind}` : own.join(', ');
    say(key, `${key} has no meaning with ${kind}`, allowed);
  }
  const { timeout } = given;
  if (kind === 'cloud' && typeof timeout === 'object') {
    say('timeout', 'the time-out of a cloud is one length', 'a length of time such as 10 s');
  } else if (kind === 'haproxy' && typeof timeout === 'number') {
    const allowed = 'a mapping such as { connect: 5 s, check: 10 s }';
    say('timeout', 'HAProxy has several time-outs', allowed);
  }
}

const balancerKind = z.enum(LOAD_BALANCERS);

function machinesOf(kind: BalancerKind, value: number, source: string): Default {
  const when: Condition = where('kind', kind);
  return { value, source, evidence: 'A', when };
}

/** With the settings of every kind; `checkKind` says which go with which. */
export const balancerMapping = z
  .strictObject({
    kind: requiredKey(balancerKind, {
      description: 'What it is; the settings are those of its software.',
      examples: ['haproxy', 'cloud'],
      layer: 'structure',
    }),
    machines: optionalKey(z.int().min(0).max(9), {
      description: 'haproxy, haproxy-keepalived: machines lb1, lb2, ...',
      examples: [1, 2],
      layer: 'structure',
      defaults: [
        machinesOf('haproxy', 1, 'one machine'),
        machinesOf('haproxy-keepalived', 2, 'a virtual address moves between two machines'),
      ],
    }),
    ...settings,
  })
  .superRefine(checkKind, BESIDE_MISTAKES);

export type BalancerSection = z.output<typeof balancerMapping>;

export const balancerSchema = shorthandOf(
  z
    .union([balancerKind, balancerMapping])
    .transform((given): BalancerSection => (typeof given === 'string' ? { kind: given } : given)),
  (kind) => ({ kind }),
);
