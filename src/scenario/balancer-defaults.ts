/**
 * What holds of a load balancer where a scenario says nothing, each value with its source: the
 * defaults of its software under kubeadm's sample, or a cloud's own numbers. V: read in the source;
 * A: an assumption of ours, or a number from memory. The model's constants say the same; a test
 * holds them against each other.
 */

import type { BalancerSection, CLOUD_PROVIDERS } from './catalogue/balancer-schema.ts';
import type { SourcedDefault } from './defaults.ts';
import type { Evidence } from './scenario.ts';

const AT = ['topology', 'loadBalancer'] as const;

type Row = readonly [key: string, value: unknown, source: string, evidence?: Evidence];

/** The rows of one mapping; V where they give no evidence. */
function rows(keys: readonly string[], some: readonly Row[]): SourcedDefault[] {
  return some.map(([key, value, source, evidence = 'V']) => {
    return { path: [...AT, ...keys, key], value, source, evidence };
  });
}

const HAPROXY_FILE = 'HAProxy 2.6, include/haproxy/defaults.h';
const HAPROXY_MANUAL = 'HAProxy 2.6, doc/configuration.txt';
const SAMPLE = 'kubeadm docs/ha-considerations.md';

const HAPROXY: readonly Row[] = [
  ['version', '2.6.12', "Debian 12's, as measured"],
  ['inter', '2 s', HAPROXY_FILE],
  ['fall', 3, HAPROXY_FILE],
  ['rise', 2, HAPROXY_FILE],
  ['slowstart', '0 s', HAPROXY_MANUAL],
  ['weight', 1, HAPROXY_MANUAL],
  ['retries', 1, SAMPLE],
  ['redispatch', true, SAMPLE],
  ['check', 'httpchk', SAMPLE],
  ['checkSsl', true, SAMPLE],
  ['onMarkedDown', 'none', HAPROXY_MANUAL],
];

const HAPROXY_TIMEOUTS: readonly Row[] = [
  ['connect', '5 s', SAMPLE],
  ['check', '10 s', SAMPLE],
  ['client', '35 s', SAMPLE],
  ['server', '35 s', SAMPLE],
];

function ofHaproxy(keys: readonly string[]): SourcedDefault[] {
  return [...rows(keys, HAPROXY), ...rows([...keys, 'timeout'], HAPROXY_TIMEOUTS)];
}

const VRRP_FILE = 'keepalived, include/vrrp.h';

function ofKeepalived(machines: number, script: BalancerSection['script']): SourcedDefault[] {
  const length = Math.max(1, machines);
  const priorities = Array.from({ length }, (_, index) => (index === 0 ? 101 : 100));
  const vrrp: readonly Row[] = [
    ['version', 2, VRRP_FILE],
    ['advert_int', '1 s', VRRP_FILE],
    ['priorities', priorities, SAMPLE],
    ['preempt', true, VRRP_FILE],
    ['preempt_delay', '0 s', VRRP_FILE],
    ['newestShare', '50 %', 'who is reached depends on who asks ARP when', 'A'],
  ];
  const run: readonly Row[] = [
    ['interval', '3 s', SAMPLE],
    ['timeout', '2 s', `${SAMPLE}: curl --max-time 2`],
    ['fall', 10, SAMPLE],
    ['rise', 2, SAMPLE],
    ['weight', -2, SAMPLE],
  ];
  const ofScript = script === 'none' ? [] : rows(['script'], run);
  return [...ofHaproxy(['haproxy']), ...rows(['vrrp'], vrrp), ...ofScript];
}

const KUBE_VIP_SAMPLE = `${SAMPLE}, its pod of kube-vip; the command line has 15, 10 and 2 s`;

const KUBE_VIP: readonly Row[] = [
  ['leaseDuration', '5 s', KUBE_VIP_SAMPLE],
  ['renewDeadline', '3 s', KUBE_VIP_SAMPLE],
  ['retryPeriod', '1 s', KUBE_VIP_SAMPLE],
  ['restartAfter', '2 s', 'a guess: the kubelet starts it at once, without back-off', 'A'],
];

type Provider = (typeof CLOUD_PROVIDERS)[number];

const DEFAULT_PROVIDER: Provider = 'aws-nlb';

const NLB_GUIDE = "AWS's guide to Network Load Balancers";
const ELB_API = "AWS's API reference, CreateTargetGroup; CDK's documentation has 3 and 3";
const UNPUBLISHED = 'not published; the simplest case';
const AWS_MEMORY = `${NLB_GUIDE}, from memory`;
const AZURE = "Azure's documentation of the Standard Load Balancer, from memory";
const GCP = "Google's documentation of passthrough balancers, from memory";

const CLOUDS: Readonly<Record<Provider, readonly Row[]>> = {
  'aws-nlb': [
    ['protocol', 'tcp', AWS_MEMORY, 'A'],
    ['interval', '30 s', "AWS's documentation of an accelerator (awslabs)"],
    ['timeout', '10 s', AWS_MEMORY, 'A'],
    ['healthyThreshold', 5, ELB_API],
    ['unhealthyThreshold', 2, ELB_API],
    ['propagation', '0 s', UNPUBLISHED, 'A'],
    ['failOpen', true, AWS_MEMORY, 'A'],
    ['deregistrationDelay', '300 s', AWS_MEMORY, 'A'],
    ['resetsUnhealthy', true, NLB_GUIDE],
    ['idleTimeout', '350 s', AWS_MEMORY, 'A'],
  ],
  'azure-standard': [
    ['protocol', 'https', 'a probe of /readyz', 'A'],
    ['interval', '5 s', AZURE, 'A'],
    ['timeout', '5 s', AZURE, 'A'],
    ['healthyThreshold', 1, AZURE, 'A'],
    ['unhealthyThreshold', 1, AZURE, 'A'],
    ['propagation', '0 s', UNPUBLISHED, 'A'],
    ['failOpen', false, AZURE, 'A'],
    ['deregistrationDelay', '0 s', AZURE, 'A'],
    ['resetsUnhealthy', false, AZURE, 'A'],
    ['idleTimeout', '240 s', AZURE, 'A'],
  ],
  'gcp-passthrough': [
    ['protocol', 'https', 'a probe of /readyz', 'A'],
    ['interval', '5 s', GCP, 'A'],
    ['timeout', '5 s', GCP, 'A'],
    ['healthyThreshold', 2, GCP, 'A'],
    ['unhealthyThreshold', 2, GCP, 'A'],
    ['propagation', '0 s', UNPUBLISHED, 'A'],
    ['failOpen', true, GCP, 'A'],
    ['deregistrationDelay', '0 s', GCP, 'A'],
    ['resetsUnhealthy', false, GCP, 'A'],
    ['idleTimeout', '600 s', GCP, 'A'],
  ],
};

const CLIENTS: readonly Row[] = [['clients', 10, 'enough for a share to be told', 'A']];
const DNS: readonly Row[] = [['ttl', '60 s', 'usual for records that may have to change', 'A']];

/** @param machines how many machines the balancer stands on */
export function balancerDefaults(
  { kind, provider = DEFAULT_PROVIDER, script }: BalancerSection,
  machines: number,
): readonly SourcedDefault[] {
  switch (kind) {
    case 'none':
      return [];
    case 'haproxy':
      return ofHaproxy([]);
    case 'haproxy-keepalived':
      return ofKeepalived(machines, script);
    case 'kube-vip':
      return rows([], KUBE_VIP);
    case 'cloud': {
      const choice: Row = ['provider', DEFAULT_PROVIDER, 'a choice of Quorate', 'A'];
      return rows([], [choice, ...CLOUDS[provider]]);
    }
    case 'client-side':
      return [...rows([], CLIENTS), ...ofHaproxy(['haproxy'])];
    case 'dns':
      return rows([], DNS);
  }
}
