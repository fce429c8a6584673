/** Every kind of balancer before the same three API servers, for tests that hold for them all. */

import { SECOND } from '../../../src/engine/clock.ts';
import type { Effects } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { ClientSide } from '../../../src/model/load-balancer/client-side.ts';
import { Cloud } from '../../../src/model/load-balancer/cloud/cloud.ts';
import { Direct } from '../../../src/model/load-balancer/direct.ts';
import { Dns, GO_CLIENT } from '../../../src/model/load-balancer/dns.ts';
import { Haproxy } from '../../../src/model/load-balancer/haproxy/haproxy.ts';
import { Keepalived } from '../../../src/model/load-balancer/keepalived/keepalived.ts';
import { KubeVip } from '../../../src/model/load-balancer/kube-vip.ts';
import type { LoadBalancer } from '../../../src/model/load-balancer/load-balancer.ts';
import { Part } from '../../../src/model/parts/part.ts';
import {
  AWS_NLB,
  KUBE_VIP_LEASE,
  KUBEADM_HAPROXY,
  KUBEADM_TRACK_SCRIPT,
  KUBEADM_VRRP,
} from '../defaults.ts';
import { hostOf, ScriptedEndpoint } from './balancer-bench.ts';

export interface Built {
  readonly balancer: LoadBalancer;
  restart(effects: Effects): void;
  /** All of the balancer is gone; absent where it has nothing that could go. */
  readonly parts: readonly Part[];
}

export interface Kind {
  readonly name: string;
  build(endpoints: readonly ScriptedEndpoint[]): Built;
  /** How long it takes at most until a server's state of this kind hurts nobody any more. */
  readonly heals: {
    readonly refusal: number | undefined;
    readonly silence: number | undefined;
    readonly hang: number | undefined;
  };
}

const streams = () => new RandomStreams('kinds');

function haproxy(endpoints: readonly ScriptedEndpoint[], name = 'lb', rank = 0) {
  const host = hostOf(name);
  const phases = streams().stream(name);
  const proxy = new Haproxy(name, endpoints, KUBEADM_HAPROXY, host, phases, rank);
  return { host, proxy };
}

function pair(endpoints: readonly ScriptedEndpoint[]): Built {
  const proxies = ['lb0', 'lb1'].map((name, index) => haproxy(endpoints, name, 10 * index));
  const processes = proxies.map(({ host }, index) => {
    const plan = { hosts: [host.machine.name], hostsNeeded: 1, kind: 'process' as const };
    return new Part({ ...plan, name: `keepalived${index}` }, [host.machine]);
  });
  const nodes = proxies.map(({ host, proxy }, index) => ({
    host: { machine: host.machine, process: processes[index]! },
    balancer: proxy,
  }));
  const script = KUBEADM_TRACK_SCRIPT;
  const keepalived = new Keepalived('vip', nodes, KUBEADM_VRRP, script, streams(), 100);
  return {
    balancer: keepalived,
    restart: (effects) => {
      for (const { proxy } of proxies) proxy.restart(effects);
      keepalived.restart(effects);
    },
    parts: nodes.map(({ host }) => host.machine),
  };
}

/** kube-vip on machines apart from the servers, with a proxy behind the address on each. */
function lease(endpoints: readonly ScriptedEndpoint[]): Built {
  const proxies = ['lb0', 'lb1'].map((name, index) => haproxy(endpoints, name, 10 * index));
  const nodes = proxies.map(({ host, proxy }, index) => ({
    host,
    balancer: proxy,
    api: new ScriptedEndpoint(`api${index}`),
  }));
  const kubeVip = new KubeVip('vip', nodes, KUBE_VIP_LEASE, streams());
  return {
    balancer: kubeVip,
    restart: (effects) => {
      for (const { proxy } of proxies) proxy.restart(effects);
      kubeVip.restart(effects);
    },
    parts: proxies.map(({ host }) => host.machine),
  };
}

export const KINDS: readonly Kind[] = [
  {
    name: 'haproxy',
    build: (endpoints) => {
      const { host, proxy } = haproxy(endpoints);
      return { balancer: proxy, restart: proxy.restart.bind(proxy), parts: [host.machine] };
    },
    heals: { refusal: 7, silence: 13, hang: 13 },
  },
  { name: 'keepalived', build: pair, heals: { refusal: 7, silence: 13, hang: 13 } },
  { name: 'kube-vip', build: lease, heals: { refusal: 7, silence: 13, hang: 13 } },
  {
    name: 'cloud',
    build: (endpoints) => {
      const own = new Part({ name: 'nlb', kind: 'component', hosts: [], hostsNeeded: 0 }, []);
      const settings = { ...AWS_NLB, protocol: 'https' as const };
      const cloud = new Cloud('cloud', endpoints, settings, own, streams().stream('cloud'), 0);
      return { balancer: cloud, restart: cloud.restart.bind(cloud), parts: [own] };
    },
    heals: { refusal: 91, silence: 101, hang: 101 },
  },
  {
    name: 'HAProxy on each client',
    build: (endpoints) => {
      const proxies = Array.from({ length: 5 }, (_, index) =>
        haproxy(endpoints, `node${index}`, 10 * index),
      );
      return {
        balancer: new ClientSide(
          'clients',
          proxies.map(({ proxy }) => proxy),
        ),
        restart: (effects) => {
          for (const { proxy } of proxies) proxy.restart(effects);
        },
        parts: proxies.map(({ host }) => host.machine),
      };
    },
    heals: { refusal: 7, silence: 13, hang: 13 },
  },
  {
    name: 'DNS',
    build: (endpoints) => {
      const addresses = endpoints.map((endpoint, index) => new Direct(endpoint, index));
      const dns = new Dns('api', addresses, { ttl: 60 * SECOND, ...GO_CLIENT });
      return { balancer: dns, restart: dns.restart.bind(dns), parts: [] };
    },
    heals: { refusal: 0, silence: undefined, hang: undefined },
  },
];
