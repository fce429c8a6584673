/**
 * What `topology.loadBalancer` may say: a word, or a mapping with settings under the software's own
 * names. Nothing has a default here: see balancer-defaults.ts.
 */
import * as z from 'zod';
import {
  counted,
  flag,
  haproxyKeys,
  haproxySchema,
  haproxyTimeouts,
  length,
  lengthOrZero,
} from './haproxy-schema.ts';
import { leaseTimes } from './kubernetes-schema.ts';
import { BESIDE_MISTAKES, share, wholeDuration } from './quantity-schema.ts';

export const LOAD_BALANCERS = [
  'none',
  'haproxy',
  'haproxy-keepalived',
  'kube-vip',
  'cloud',
  'client-side',
  'dns',
] as const;

export type BalancerKind = (typeof LOAD_BALANCERS)[number];

/** Machines that each kind of balancer stands on, where the scenario does not say. */
export const BALANCER_MACHINES: Readonly<Record<BalancerKind, number>> = {
  none: 0,
  haproxy: 1,
  'haproxy-keepalived': 2,
  'kube-vip': 0,
  cloud: 0,
  'client-side': 0,
  dns: 0,
};

export const CLOUD_PROVIDERS = ['aws-nlb', 'azure-standard', 'gcp-passthrough'] as const;

export const vrrpSchema = z
  .strictObject({
    version: z
      .literal([2, 3])
      .optional()
      .meta({ description: 'Of VRRP.', examples: [2, 3] }),
    advert_int: length('Between adverts of the master.', '1 s'),
    priorities: z
      .array(z.int().min(1).max(255))
      .min(1)
      .optional()
      .meta({
        description: 'Of lb1, lb2, ...; the highest holds the address.',
        examples: [[101, 100]],
      }),
    preempt: flag('Whether a better node takes the address from a worse one.'),
    preempt_delay: lengthOrZero('How long it waits before it does.', '5 s'),
    newestShare: share.optional().meta({
      description: 'Where several hold the address: the share of users with the newest.',
      examples: ['50 %'],
    }),
  })
  .meta({
    description: 'haproxy-keepalived: how keepalived moves the address.',
    examples: [{ advert_int: '1 s', priorities: [101, 100] }],
  });

const scriptMapping = z.strictObject({
  interval: length('Between runs.', '3 s'),
  timeout: length('A run that takes longer has failed.', '2 s'),
  fall: counted('Failed runs in a row that count.', 10),
  rise: counted('Good runs in a row that count.', 2),
  weight: z
    .int()
    .min(-253)
    .max(253)
    .optional()
    .meta({
      description: 'Added to the priority: below 0 while it fails; 0: a failure gives it up.',
      examples: [-2],
    }),
});

/** `none` as a mapping that says so, to be told from a script that is left out. */
export const scriptSchema = z.union([z.literal('none'), scriptMapping]).meta({
  description: 'haproxy-keepalived: the script that asks through the HAProxy beside it.',
  examples: [{ interval: '3 s', fall: 10, rise: 2, weight: -2 }, 'none'],
});

export type ScriptSection = z.output<typeof scriptMapping>;

const cloudKeys = {
  provider: z
    .enum(CLOUD_PROVIDERS)
    .optional()
    .meta({
      description: 'cloud: whose numbers hold where nothing else is said.',
      examples: ['aws-nlb', 'azure-standard'],
    }),
  protocol: z
    .enum(['tcp', 'https'])
    .optional()
    .meta({
      description: 'cloud: what a check asks: a connection alone, or /readyz.',
      examples: ['https'],
    }),
  interval: length('cloud: between checks of a target.', '10 s'),
  healthyThreshold: counted('cloud: good checks in a row that bring a target back.', 3),
  unhealthyThreshold: counted('cloud: failed checks in a row that take it out.', 3),
  propagation: lengthOrZero('cloud: until what checks found is in force.', '5 s'),
  failOpen: flag('cloud: whether all get connections where none is healthy.'),
  deregistrationDelay: lengthOrZero('cloud: how long connections to one removed go on.', '300 s'),
  resetsUnhealthy: flag('cloud: whether connections to one taken out are reset.'),
  idleTimeout: length('cloud: how long a silent connection is remembered.', '350 s'),
};

const settings = {
  ...haproxyKeys,
  timeout: z
    .union([wholeDuration, haproxyTimeouts])
    .optional()
    .meta({
      description: 'haproxy: its time-outs; cloud: a check that takes longer has failed.',
      examples: [{ connect: '5 s', check: '10 s' }, '10 s'],
    }),
  haproxy: haproxySchema.optional(),
  vrrp: vrrpSchema.optional(),
  script: scriptSchema.optional(),
  ...leaseTimes('kube-vip: '),
  restartAfter: length('kube-vip: from the end of the process until it runs again.', '2 s'),
  ...cloudKeys,
  clients: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .meta({
      description: 'client-side: how many clients, each with an HAProxy of its own; 100 at most.',
      examples: [10],
    }),
  ttl: lengthOrZero('dns: how long a client keeps the addresses it was told.', '60 s'),
};

const LEASE_KEYS = ['leaseDuration', 'renewDeadline', 'retryPeriod', 'restartAfter'];

/** The settings of each kind, beside `kind` and `machines`. */
export const BALANCER_KEYS: Readonly<Record<BalancerKind, readonly string[]>> = {
  none: [],
  haproxy: [...Object.keys(haproxyKeys), 'timeout'],
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

/** With the settings of every kind; `checkKind` says which go with which. */
export const balancerMapping = z
  .strictObject({
    kind: balancerKind.meta({
      description: 'What it is; the settings are those of its software.',
      examples: ['haproxy', 'cloud'],
    }),
    machines: z
      .int()
      .min(0)
      .max(9)
      .optional()
      .meta({
        description: 'haproxy, haproxy-keepalived: machines lb1, lb2, ...',
        examples: [1, 2],
      }),
    ...settings,
  })
  .superRefine(checkKind, BESIDE_MISTAKES);

export type BalancerSection = z.output<typeof balancerMapping>;

export const balancerSchema = z
  .union([balancerKind, balancerMapping])
  .transform((given): BalancerSection => (typeof given === 'string' ? { kind: given } : given));

/** Whether more is said than what it is and where it stands. */
export function hasSettings({ kind, machines, ...rest }: BalancerSection): boolean {
  return Object.values(rest).some((value) => value !== undefined);
}
