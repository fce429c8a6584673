/** Builds the network path from users to the API servers that a plan asks for. */
import type { Effects } from '../../engine/effects.ts';
import type { KubeletSettings } from '../process/kubelet.ts';
import { type BalancerPlan, CLOUD_BALANCER, KUBE_VIP_PROCESS } from './balancer-plan.ts';
import type { BalancerSite, BuiltBalancer, ClientPlace } from './balancer-site.ts';
import { Cloud } from './cloud/cloud.ts';
import { Direct } from './direct.ts';
import { Dns, DnsFrom, GO_CLIENT } from './dns.ts';
import { KubeVip } from './kube-vip.ts';
import { AddressFrom } from './moving-address.ts';
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

/** The API servers without anything before them, as one end of the network meets them. */
function directFrom(end: string, site: BalancerSite): Direct[] {
  return site.endpointsFrom(end, 'healthz').map((endpoint, index) => new Direct(endpoint, index));
}

function buildDirect(site: BalancerSite): BuiltBalancer {
  const balancer = site.overPlaces('apiServer', ({ name }) => {
    return new Direct(site.endpointsFrom(name, 'healthz')[0]!, 0);
  });
  return { ...UNNOTICING, balancer, restart: () => {} };
}

function buildDns(
  { ttl }: Extract<BalancerPlan, { kind: 'dns' }>,
  site: BalancerSite,
): BuiltBalancer {
  const addressesFrom = ({ name }: ClientPlace) => directFrom(name, site);
  const addresses = addressesFrom(site.clients[0]!);
  const dns = new Dns('dns', addresses, { ttl, ...GO_CLIENT });
  const balancer = site.overPlaces('dns', (place) => {
    return place === site.clients[0] ? dns : new DnsFrom(dns, addressesFrom(place));
  });
  const told = new Set<number>();
  const register = (some: readonly number[], isIn: boolean, effects: Effects) => {
    for (const address of some) {
      if (isIn) told.add(address);
      else told.delete(address);
    }
    const inOrder = [...told].sort((one, other) => one - other);
    dns.tell(inOrder, effects);
  };
  const restart = (effects: Effects) => {
    for (const address of addresses.keys()) told.add(address);
    dns.restart(effects);
  };
  return { ...UNNOTICING, balancer, register, restart };
}

/** A check over TCP learns nothing of what a server would answer, whatever it asks. */
function buildCloud(
  { cloud }: Extract<BalancerPlan, { kind: 'cloud' }>,
  site: BalancerSite,
): BuiltBalancer {
  const name = CLOUD_BALANCER;
  const own = site.part(name, 'component');
  const endpoints = site.endpointsFrom(name, 'readyz');
  const phases = site.streams.stream(`${name}/checks`);
  const inner = new Cloud(name, endpoints, cloud, own, phases, site.ranks(endpoints.length));
  const host = { machine: own, process: own };
  const balancer = site.overPlaces(name, (place) => {
    return site.frontFrom(place, inner, host);
  });
  return {
    balancer,
    asked: 'readyz',
    notices: true,
    moves: false,
    register: (targets, isIn, effects) => {
      for (const target of targets) inner.register(target, isIn, effects);
    },
    processes: new Map(),
    restart: (effects) => inner.restart(effects),
    ticksElided: (now) => inner.probesElided(now),
  };
}

function buildKubeVip(
  { times, restartAfter }: Extract<BalancerPlan, { kind: 'kube-vip' }>,
  site: BalancerSite,
  kubelet: KubeletSettings,
): BuiltBalancer {
  const seen = new Map(site.clients.map((place) => [place, directFrom(place.name, site)]));
  const processName = (machine: string) => `${machine}.${KUBE_VIP_PROCESS}`;
  const nodes = site.machines.map(({ name, server }, index) => {
    const machine = site.part(name, 'machine');
    return {
      host: { machine, process: site.find(processName(name)) ?? machine },
      balancer: seen.get(site.clients[0]!)![index]!,
      api: server.requests,
    };
  });
  const kubeVip = new KubeVip('kube-vip', nodes, { times, restartAfter, kubelet }, site.streams);
  const processes = new Map(
    site.machines.map(({ name }, node) => [processName(name), kubeVip.process(node)]),
  );
  const balancer = site.overPlaces(kubeVip.name, (place) => {
    const isReached = (node: number) => site.network.passes(place.name, site.machines[node]!.name);
    return new AddressFrom(kubeVip, { isReached, proxies: seen.get(place)! });
  });
  return {
    balancer,
    asked: 'healthz',
    notices: true,
    moves: true,
    processes,
    restart: (effects) => kubeVip.restart(effects),
    ticksElided: (now) => kubeVip.callsElided(now),
  };
}
