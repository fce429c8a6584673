/**
 * Scenario files of some minutes with API servers behind every kind of balancer, drawn at random:
 * faults of the balancer, the API servers, etcd and the network, several at a time, with load and
 * established connections or without.
 */
import { type RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';

const BALANCERS = {
  none: 'none',
  haproxy: { kind: 'haproxy' },
  keepalived: { kind: 'haproxy-keepalived', machines: 2 },
  'kube-vip': { kind: 'kube-vip' },
  cloud: { kind: 'cloud', provider: 'aws-nlb', protocol: 'https', interval: '10 s' },
  'client-side': {
    kind: 'client-side',
    clients: 3,
    haproxy: { onMarkedDown: 'shutdown-sessions' },
  },
  dns: { kind: 'dns' },
} as const;

export type BalancerKind = keyof typeof BALANCERS;
export const BALANCER_KINDS = Object.keys(BALANCERS) as BalancerKind[];

export interface RandomApiOptions {
  readonly balancer: BalancerKind;
  readonly seconds: number;
  /** Whether there is load, and whether connections stay; drawn where it is not said. */
  readonly isBusy?: boolean;
}

/** The text of a scenario; the same for the same seed. */
export function randomApiScenario(seed: string, options: RandomApiOptions): string {
  const draws = new RandomStreams(seed).stream('scenario');
  const { balancer, seconds } = options;
  const isExternal = draws.double() < 0.4;
  const hasLoad = options.isBusy ?? draws.double() < 0.4;
  const established = pick(draws, options.isBusy ? ['50 %', '90 %'] : ['0 %', '70 %', '100 %']);
  const members = ['1', '2', '3'].map((index) => `${isExternal ? 'etcd' : 'cp'}${index}`);
  const effects = effectsOf(balancer, members);
  const count = 2 + Math.floor(draws.double() * 5);
  const events = Array.from({ length: count }, (_, index) => {
    const at = `${(draws.double() * seconds * 0.8).toFixed(3)} s`;
    const lasts = pick(draws, [0.5, 5, 40, 120]) * (0.5 + draws.double());
    const effect = pick(draws, effects);
    const isOver = 'kill' in effect;
    return {
      name: `e${index}`,
      at,
      ...(isOver ? {} : { for: `${lasts.toFixed(3)} s` }),
      ...effect,
    };
  });
  const surge = { name: 'surge', at: '30 s', for: '40 s', surge: { listsPerNode: '10 / min' } };
  return JSON.stringify({
    quorate: 1,
    seed,
    horizon: `${seconds} s`,
    topology: {
      ...(isExternal ? { layout: 'external', etcdMembers: 3 } : {}),
      controlPlanes: 3,
      loadBalancer: BALANCERS[balancer],
    },
    ...(hasLoad ? { load: { nodes: pick(draws, [300, 1500]) } } : {}),
    clients: { timeout: '10 s', established },
    failures: {},
    events: hasLoad ? [...events, surge] : events,
    objectives: ['availability(api.write) >= 1 %'],
  });
}

const SERVERS = ['cp1', 'cp2', 'cp3'];

function effectsOf(balancer: BalancerKind, members: readonly string[]): readonly object[] {
  const servers = SERVERS.map((name) => `${name}.apiServer`);
  return [
    ...balancerEffects(balancer),
    ...servers.flatMap((name) => [{ kill: name }, { freeze: name }]),
    { freeze: servers.slice(0, 2) },
    { fail: servers },
    { crash: 'cp1' },
    { crash: members[1] },
    { freeze: 'leader' },
    { stallDisk: 'leader' },
    { crash: members.slice(0, 2) },
    { partition: { between: [['leader'], ['followers']] } },
    { partition: { between: [['cp1'], ['cp2', 'cp3']] } },
    { degradeNetwork: { from: 'cp1', to: ['cp2', 'cp3'], loss: '40 %' } },
  ];
}

function balancerEffects(balancer: BalancerKind): readonly object[] {
  switch (balancer) {
    case 'haproxy':
      return [
        { crash: 'lb1' },
        { kill: 'lb1.haproxy' },
        { freeze: 'lb1.haproxy' },
        { partition: { between: [['lb1'], ['cp1', 'cp2']] } },
        { degradeNetwork: { from: 'lb1', to: SERVERS, delay: '3 s', jitter: '1 s' } },
      ];
    case 'keepalived':
      return [
        { crash: 'lb1' },
        { kill: 'lb1.keepalived' },
        { fail: 'lb2.keepalived' },
        { freeze: 'lb1.haproxy' },
        { partition: { between: [['lb2'], ['lb1', ...SERVERS]] } },
        { partition: { between: [['lb2'], ['lb1']] } },
      ];
    case 'kube-vip':
      return SERVERS.flatMap((name) => [
        { kill: `${name}.kubeVip` },
        { freeze: `${name}.kubeVip` },
        { crash: name },
      ]);
    case 'cloud':
      return [{ fail: 'loadBalancer' }, { fail: 'loadBalancer' }];
    default:
      return [{ crash: 'cp2' }];
  }
}

function pick<Value>(draws: RandomStream, values: readonly Value[]): Value {
  return values[Math.floor(draws.double() * values.length)]!;
}
