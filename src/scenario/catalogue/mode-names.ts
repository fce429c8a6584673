/** The kinds of failure that `failures` and `overrides` may name. */

/** What fails, by kind, as `failures` may name it. */
export const MODE_NAMES = [
  'machine.crash',
  'machine.loss',
  'machine.isolation',
  'etcd.crash',
  'etcd.freeze',
  'disk.failure',
  'disk.stall',
  'disk.slow',
  'disk.full',
  'nic.failure',
  'link.failure',
  'switch.failure',
  'rack.outage',
  'zone.outage',
  'zone.isolation',
  'zoneLink.failure',
  'apiServer.crash',
  'apiServer.hang',
  'controllerManager.crash',
  'scheduler.crash',
  'haproxy.crash',
  'keepalived.crash',
  'kubeVip.crash',
  'loadBalancer.outage',
  'clients.surge',
] as const;

export type ModeName = (typeof MODE_NAMES)[number];

/** Kinds that end a process, which whoever keeps it starts again: they have no repair. */
export const KILLING_MODES: readonly ModeName[] = [
  'apiServer.crash',
  'controllerManager.crash',
  'scheduler.crash',
  'haproxy.crash',
  'kubeVip.crash',
];

/** Kinds that hit what stands on etcd, or the way to it. */
export const KUBERNETES_MODES: readonly ModeName[] = [
  ...KILLING_MODES,
  'apiServer.hang',
  'keepalived.crash',
  'loadBalancer.outage',
  'clients.surge',
];

export const MODE_DESCRIPTIONS: Readonly<Record<ModeName, string>> = {
  'machine.crash': 'A machine stops and comes back by itself.',
  'machine.loss': 'A machine is lost and replaced, with all its parts, by a crew.',
  'machine.isolation': 'The network cuts one machine off from all others, both ways.',
  'etcd.crash': "An etcd process ends; the kubelet's back-off comes before `repair`, its start-up.",
  'etcd.freeze': 'An etcd process stands still and goes on by itself, such as in a paused machine.',
  'disk.failure': 'The disk under an etcd member fails and is replaced, empty, by a crew.',
  'disk.stall': 'No fsync of a disk under an etcd member returns, until it is over by itself.',
  'disk.slow': 'A disk under an etcd member takes `slowdown` times as long, until a crew acts.',
  'disk.full': 'A disk under an etcd member is full, so that etcd exits, until a crew clears it.',
  'nic.failure': 'A network card fails and is replaced by a crew.',
  'link.failure': 'The link of a network card fails and is repaired by a crew.',
  'switch.failure': "A rack's switch fails and is repaired by a crew.",
  'rack.outage': 'A rack loses power or network as a whole; repaired by a crew.',
  'zone.outage': 'A zone goes down as a whole and comes back by itself.',
  'zone.isolation': 'The network cuts one zone off from all others, both ways.',
  'zoneLink.failure': 'The network between two zones fails, both ways, each pair by itself.',
  'apiServer.crash': 'An API server ends; the kubelet starts it again after its back-off.',
  'apiServer.hang': 'An API server stands still; its liveness probe may end it before `repair`.',
  'controllerManager.crash': 'A controller manager ends and is started again by the kubelet.',
  'scheduler.crash': 'A scheduler ends and is started again by the kubelet.',
  'haproxy.crash': 'An HAProxy on a machine of its own ends and is started again.',
  'keepalived.crash': 'A keepalived ends, and stays away until a crew starts it.',
  'kubeVip.crash': 'A kube-vip ends and is started again by the kubelet.',
  'loadBalancer.outage': "A cloud's load balancer fails as a whole and comes back by itself.",
  'clients.surge': 'Nodes ask more of the API servers for a while; needs the section `load`.',
};
