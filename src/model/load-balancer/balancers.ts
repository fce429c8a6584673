/** Builds the network path from users to the API servers that a plan asks for. */
import type { Effects } from '../../engine/effects.ts';
import type { KubeletSettings } from '../process/kubelet.ts';
import { type BalancerPlan, KUBE_VIP_PROCESS } from './balancer-plan.ts';
import type { BalancerSite, BuiltBalancer } from './balancer-site.ts';
import { Cloud } from './cloud/cloud.ts';
import { Direct } from './direct.ts';
import { Dns, GO_CLIENT } from './dns.ts';
import { KubeVip } from './kube-vip.ts';
import { buildClientSide, buildHaproxy, buildKeepalived } from './proxies.ts';

/** Nobody looks whether servers are well. */
const UNNOTICING = {
  asked: 'healthz',
  notices: false,
  moves: false,
  processes: new Map(),
  ticksElided: () => 0,
} as const;

/** @param kubelet of the machines with an API server, for a balancer that it runs */
export function buildBalancer(
  plan: BalancerPlan,
  site: BalancerSite,
  kubelet: KubeletSettings,
): BuiltBalancer {
  switch (plan.kind) {
    case 'none':
      return buildDirect(site);
    case 'haproxy':
      return buildHaproxy(plan, site);
    case 'haproxy-keepalived':
      return buildKeepalived(plan, site);
    case 'kube-vip':
      return buildKubeVip(plan, site, kubelet);
    case 'cloud':
      return buildCloud(plan, site);
    case 'client-side':
      return buildClientSide(plan, site);
    case 'dns':
      return buildDns(plan, site);
  }
}

function buildDirect(site: BalancerSite): BuiltBalancer {
  const [first] = site.endpoints('healthz');
  const balancer = new Direct(first!, 0);
  return { ...UNNOTICING, balancer, restart: () => {} };
}

function buildDns(
  { ttl }: Extract<BalancerPlan, { kind: 'dns' }>,
  site: BalancerSite,
): BuiltBalancer {
  const addresses = site.endpoints('healthz').map((endpoint, index) => new Direct(endpoint, index));
  const balancer = new Dns('dns', addresses, { ttl, ...GO_CLIENT });
  const told = new Set<number>();
  const register = (some: readonly number[], isIn: boolean, effects: Effects) => {
    for (const address of some) {
      if (isIn) told.add(address);
      else told.delete(address);
    }
    const inOrder = [...told].sort((one, other) => one - other);
    balancer.tell(inOrder, effects);
  };
  const restart = (effects: Effects) => {
    for (const address of addresses.keys()) told.add(address);
    balancer.restart(effects);
  };
  return { ...UNNOTICING, balancer, register, restart };
}

/** A check over TCP learns nothing of what a server would answer, whatever it asks. */
function buildCloud(
  { cloud }: Extract<BalancerPlan, { kind: 'cloud' }>,
  site: BalancerSite,
): BuiltBalancer {
  const name = 'loadBalancer';
  const own = site.part(name, 'component');
  const endpoints = site.endpoints('readyz');
  const phases = site.streams.stream(`${name}/checks`);
  const balancer = new Cloud(name, endpoints, cloud, own, phases, site.ranks(endpoints.length));
  return {
    balancer,
    asked: 'readyz',
    notices: true,
    moves: false,
    register: (targets, isIn, effects) => {
      for (const target of targets) balancer.register(target, isIn, effects);
    },
    processes: new Map(),
    restart: (effects) => balancer.restart(effects),
    ticksElided: (now) => balancer.probesElided(now),
  };
}

function buildKubeVip(
  { times, restartAfter }: Extract<BalancerPlan, { kind: 'kube-vip' }>,
  site: BalancerSite,
  kubelet: KubeletSettings,
): BuiltBalancer {
  const endpoints = site.endpoints('healthz');
  const processName = (machine: string) => `${machine}.${KUBE_VIP_PROCESS}`;
  const nodes = site.machines.map(({ name, server }, index) => {
    const machine = site.part(name, 'machine');
    return {
      host: { machine, process: site.find(processName(name)) ?? machine },
      balancer: new Direct(endpoints[index]!, index),
      api: server.requests,
    };
  });
  const balancer = new KubeVip('kube-vip', nodes, { times, restartAfter, kubelet }, site.streams);
  const processes = new Map(
    site.machines.map(({ name }, node) => [processName(name), balancer.process(node)]),
  );
  return {
    balancer,
    asked: 'healthz',
    notices: true,
    moves: true,
    processes,
    restart: (effects) => balancer.restart(effects),
    ticksElided: (now) => balancer.callsElided(now),
  };
}
