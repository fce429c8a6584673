/** HAProxy on machines of its own or of the control plane, and keepalived before several. */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { NetworkPath } from '../network/network-path.ts';
import { Part } from '../parts/part.ts';
import { balancerKey } from '../parts/stream-keys.ts';
import { SupervisedProcess } from '../process/managed-process.ts';
import { type SystemdRestart, SystemdUnit } from '../process/systemd.ts';
import { BalancerFront } from './balancer-front.ts';
import type { BalancerPlan } from './balancer-plan.ts';
import { BalancerProcess } from './balancer-process.ts';
import type { BalancerSite, BuiltBalancer, ClientPlace } from './balancer-site.ts';
import { ClientSide } from './client-side.ts';
import { Haproxy } from './haproxy/haproxy.ts';
import type { HaproxySettings } from './haproxy/haproxy-settings.ts';
import { Keepalived } from './keepalived/keepalived.ts';
import type { BalancerHost } from './load-balancer.ts';
import { AddressFrom } from './moving-address.ts';

/** What kubeadm's sample has HAProxy ask (docs/ha-considerations.md). */
const ASKED = 'healthz';
/** A node of keepalived takes so many ranks. */
const RANKS_A_NODE = 3;

type PlanOf<Kind extends BalancerPlan['kind']> = Extract<BalancerPlan, { kind: Kind }>;

/**
 * haproxy.service says Restart=always (admin/systemd); keepalived.service has no Restart=
 * (keepalived.service.in): nobody starts it again.
 */
const RESTART = { haproxy: 'always', keepalived: 'no' } as const satisfies Record<
  string,
  SystemdRestart
>;

interface UnitOfBalancer {
  readonly process: BalancerProcess;
  readonly supervised: SupervisedProcess;
}

/** The process of a balancer, on a part of its own where something can fail that. */
function unitOn(machine: string, kind: keyof typeof RESTART, site: BalancerSite): UnitOfBalancer {
  const name = `${machine}.${kind}`;
  const own = site.find(name);
  const host = own ?? site.part(machine, 'machine');
  const process = new BalancerProcess(own === undefined ? name : `${name}.process`, host);
  const unit = new SystemdUnit(process, RESTART[kind]);
  return { process, supervised: new SupervisedProcess(process, unit, host) };
}

/** One HAProxy that may fail. */
class MachineProxy {
  /** As what is on its own machine meets it. */
  readonly local: BalancerFront;
  readonly supervised: SupervisedProcess;
  private readonly process: BalancerProcess;
  private readonly haproxy: Haproxy;
  private readonly host: BalancerHost;
  private readonly site: BalancerSite;
  private readonly fronts: BalancerFront[];

  /** @param place of its machine among those of the balancer */
  constructor(machine: string, place: number, settings: HaproxySettings, site: BalancerSite) {
    const { network, streams } = site;
    const { process, supervised } = unitOn(machine, 'haproxy', site);
    this.process = process;
    this.supervised = supervised;
    const host = { machine: site.part(machine, 'machine'), process: process.part };
    this.host = host;
    this.site = site;
    const name = `${machine}.haproxy`;
    const endpoints = site.endpointsFrom(machine, ASKED);
    const rank = site.ranks(endpoints.length);
    const phases = streams.stream(`${balancerKey(place)}/haproxy.checks`);
    this.haproxy = new Haproxy(name, endpoints, settings, host, phases, rank);
    this.local = new BalancerFront(this.haproxy, host, () => network.isReached(machine));
    this.fronts = [this.local];
    network.onChanged((effects) => this.local.look(effects));
    process.freezer = (isFrozen, effects) => {
      for (const front of this.fronts) front.freeze(isFrozen, effects);
    };
  }

  /** As users of one place meet it. */
  frontFrom(place: ClientPlace): BalancerFront {
    const front = this.site.frontFrom(place, this.haproxy, this.host);
    this.fronts.push(front);
    return front;
  }

  restart(effects: Effects): void {
    this.process.restart();
    this.supervised.startWarm(effects);
    for (const front of this.fronts) front.isFrozen = false;
    this.haproxy.restart(effects);
  }

  ticksElided(now: Time): number {
    return this.haproxy.checksElided(now);
  }
}

export function buildHaproxy(plan: PlanOf<'haproxy'>, site: BalancerSite): BuiltBalancer {
  const proxy = new MachineProxy(plan.machine, 0, plan.haproxy, site);
  return {
    balancer: site.overPlaces(`${plan.machine}.haproxy`, (place) => proxy.frontFrom(place)),
    asked: ASKED,
    notices: true,
    moves: false,
    processes: new Map([[`${plan.machine}.haproxy`, proxy.supervised]]),
    restart: (effects) => proxy.restart(effects),
    ticksElided: (now) => proxy.ticksElided(now),
  };
}

export function buildKeepalived(
  plan: PlanOf<'haproxy-keepalived'>,
  site: BalancerSite,
): BuiltBalancer {
  const { machines, haproxy, vrrp, script } = plan;
  const { network, streams } = site;
  const proxies = machines.map((machine, place) => new MachineProxy(machine, place, haproxy, site));
  const units = machines.map((machine) => unitOn(machine, 'keepalived', site));
  const nodes = machines.map((machine, index) => ({
    host: { machine: site.part(machine, 'machine'), process: units[index]!.process.part },
    balancer: proxies[index]!.local,
  }));
  const rank = site.ranks(machines.length * RANKS_A_NODE);
  const keepalived = new Keepalived('keepalived', nodes, vrrp, script, streams, rank);
  const balancer = site.overPlaces(keepalived.name, (place) => {
    const isReached = (node: number) => network.passes(place.name, machines[node]!);
    return new AddressFrom(keepalived, {
      isReached,
      proxies: proxies.map((proxy) => proxy.frontFrom(place)),
    });
  });
  const adverts = new Adverts(machines, keepalived, site);
  network.onChanged((effects) => adverts.look(effects));
  const processes = new Map<string, SupervisedProcess>();
  machines.forEach((machine, index) => {
    const { process, supervised } = units[index]!;
    process.onSigterm = (effects) => keepalived.stop(index, effects);
    processes.set(`${machine}.haproxy`, proxies[index]!.supervised);
    processes.set(`${machine}.keepalived`, supervised);
  });
  return {
    balancer,
    asked: ASKED,
    notices: true,
    moves: true,
    processes,
    restart: (effects) => {
      for (const { process, supervised } of units) {
        process.restart();
        supervised.startWarm(effects);
      }
      for (const proxy of proxies) proxy.restart(effects);
      keepalived.restart(effects);
      adverts.restart();
    },
    ticksElided: (now) =>
      proxies.reduce((sum, proxy) => sum + proxy.ticksElided(now), keepalived.ticksElided(now)),
  };
}

/** Tells keepalived whose adverts do not arrive, or not all of them. */
class Adverts {
  private readonly machines: readonly string[];
  private readonly keepalived: Keepalived;
  private readonly site: BalancerSite;
  /** `from>to`, by places. */
  private readonly lost = new Set<string>();
  private readonly paths = new Map<string, NetworkPath>();

  constructor(machines: readonly string[], keepalived: Keepalived, site: BalancerSite) {
    this.machines = machines;
    this.keepalived = keepalived;
    this.site = site;
  }

  restart(): void {
    this.lost.clear();
    this.paths.clear();
  }

  look(effects: Effects): void {
    this.machines.forEach((_sender, from) => {
      this.machines.forEach((_receiver, to) => {
        if (from !== to) this.lookAt(from, to, effects);
      });
    });
  }

  private lookAt(from: number, to: number, effects: Effects): void {
    const { network } = this.site;
    const [sender, receiver] = [this.machines[from]!, this.machines[to]!];
    const isLost =
      network.isCut(sender, receiver) ||
      !network.isAttached(sender) ||
      !network.isAttached(receiver);
    const key = `${from}>${to}`;
    const path = network.path(sender, receiver);
    if (path?.description !== this.paths.get(key)?.description) {
      if (path === undefined) this.paths.delete(key);
      else this.paths.set(key, path);
      this.keepalived.reroute(from, to, path, effects);
    }
    if (isLost === this.lost.has(key)) return;
    if (isLost) {
      this.lost.add(key);
      this.keepalived.cut(from, to, effects);
    } else {
      this.lost.delete(key);
      this.keepalived.heal(from, to, effects);
    }
  }
}

export function buildClientSide(plan: PlanOf<'client-side'>, site: BalancerSite): BuiltBalancer {
  const proxies: Haproxy[] = [];
  const proxyFrom = (place: ClientPlace) => {
    const name = `client${proxies.length + 1}`;
    const machine = new Part({ name, kind: 'machine', hosts: [], hostsNeeded: 0 }, []);
    const endpoints = site.endpointsFrom(place.name, ASKED);
    const rank = site.ranks(endpoints.length);
    const phases = site.streams.stream(`${name}/haproxy.checks`);
    const host = { machine, process: machine };
    const proxy = new Haproxy(`${name}.haproxy`, endpoints, plan.haproxy, host, phases, rank);
    proxies.push(proxy);
    return proxy;
  };
  const balancer = site.overPlaces('clients', (place) => {
    const length = Math.max(Math.round(plan.clients * place.share), 1);
    return new ClientSide(
      'clients',
      Array.from({ length }, () => proxyFrom(place)),
    );
  });
  return {
    balancer,
    asked: ASKED,
    notices: true,
    moves: false,
    processes: new Map(),
    restart: (effects) => {
      for (const proxy of proxies) proxy.restart(effects);
    },
    ticksElided: (now) => proxies.reduce((sum, proxy) => sum + proxy.checksElided(now), 0),
  };
}
