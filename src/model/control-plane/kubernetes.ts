/**
 * What depends on etcd, built from its plan: API servers under kubelets, candidates for the two
 * leases, and the network path from users to them. It wakes nobody in etcd: it looks where etcd
 * looks.
 */

import type { Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { ClusterAsSeen } from '../api-server/api-server-etcd.ts';
import { levelsOf } from '../etcd/cluster-levels.ts';
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import { StaticMember } from '../etcd/static-member.ts';
import { ControllersLevel } from '../lease/controllers-level.ts';
import { LeaseElection } from '../lease/lease-election.ts';
import { Connections } from '../load/connections.ts';
import { BalancerSite, type BuiltBalancer } from '../load-balancer/balancer-site.ts';
import { buildBalancer } from '../load-balancer/balancers.ts';
import { ServerList } from '../load-balancer/server-list.ts';
import type { Impairment } from '../network/link.ts';
import type { CutPlan } from '../network/machine-network.ts';
import { MachineNetwork, type NetworkPlace } from '../network/machine-network.ts';
import type { Parts } from '../parts/part.ts';
import { memberKey } from '../parts/stream-keys.ts';
import { kubeletStreams } from '../process/kubelet.ts';
import { PROBE_RANKS } from '../process/kubelet-probes.ts';
import type { SupervisedProcess } from '../process/managed-process.ts';
import { ApiLevels } from './api-levels.ts';
import { ControlPlaneMachine, MACHINE_RANKS } from './control-plane-machine.ts';
import { KubernetesLoad } from './kubernetes-load.ts';
import type { KubernetesPlan } from './kubernetes-plan.ts';
import type { TopologyPlan } from './topology.ts';

/**
 * Ticks come after those of all etcd members of one instant, whose ranks begin at 2^20, first the
 * kubelets' probes by machine and then the balancer's own.
 */
const FIRST_RANK = 2 ** 21;

export class Kubernetes implements Component {
  readonly machines: readonly ControlPlaneMachine[];
  /** Etcd members under kubelets, on whichever machines. */
  readonly staticMembers: readonly StaticMember[];
  readonly built: BuiltBalancer;
  readonly serverList: ServerList;
  /** What loads the API servers, where the plan has it. */
  readonly load: KubernetesLoad | undefined;
  readonly levels: ApiLevels;
  readonly controllers: ControllersLevel;
  readonly elections: Readonly<Record<'controllerManager' | 'scheduler', LeaseElection>>;
  private readonly etcd: EtcdCluster;
  private readonly parts: Parts;
  private readonly network: MachineNetwork;
  /** Where clients' connections stand, where somebody asks. */
  private readonly connections: Connections | undefined;
  private readonly views: readonly ClusterAsSeen[];
  private readonly site: BalancerSite;
  private readonly looks: SimulationEvent = { kind: 'looksAtEtcd', target: this };
  private isLookDue = false;
  private now: () => Time = () => 0;
  private nextRank = FIRST_RANK;

  constructor(
    plan: KubernetesPlan,
    topology: TopologyPlan,
    parts: Parts,
    etcd: EtcdCluster,
    streams: RandomStreams,
  ) {
    this.etcd = etcd;
    this.parts = parts;
    this.network = new MachineNetwork(placesOf(plan, topology, parts), streams);
    const { controllerManager, scheduler } = plan.controllers;
    this.elections = {
      controllerManager: new LeaseElection('kube-controller-manager', controllerManager, streams),
      scheduler: new LeaseElection('kube-scheduler', scheduler, streams),
    };
    this.views = plan.controlPlanes.map(({ machine }) => this.viewFrom(machine, topology, etcd));
    this.machines = plan.controlPlanes.map(({ machine }, index) => {
      const rank = this.takeRanks(MACHINE_RANKS);
      const place = topology.members.findIndex((one) => one.machine === machine);
      const member = place < 0 ? undefined : place;
      const view = this.views[index]!;
      const site = { plan, index, etcd, member, view, parts, streams, rank };
      return new ControlPlaneMachine(site, this.elections);
    });
    this.staticMembers = [
      ...this.machines.flatMap(({ member }) => (member === undefined ? [] : [member])),
      ...this.externalMembers(plan, streams),
    ];
    const take = (count: number) => this.takeRanks(count);
    this.site = new BalancerSite(plan.clients, this.machines, this.network, parts, streams, take);
    this.built = buildBalancer(plan.balancer, this.site, plan.kubelet);
    const names = plan.controlPlanes.map(({ machine }) => machine);
    this.serverList = new ServerList(this.built, names);
    if (plan.load !== undefined || plan.establishedShare > 0) {
      const { balancer, asked } = this.built;
      const answerTime = (server: number) => this.machines[server]!.server[asked].answer.after;
      this.connections = new Connections(balancer, this.machines.length, answerTime);
    }
    this.load = this.loadOf(plan, topology, etcd, streams);
    this.levels = this.apiLevels(plan, etcd);
    if (this.connections !== undefined) this.connections.onChanged = () => this.levels.forget();
    this.controllers = new ControllersLevel(
      this.elections.controllerManager,
      this.elections.scheduler,
    );
    this.network.onChanged((effects) => this.lookSoon(effects));
  }

  /** Members on machines of their own, where kubelets run them too. */
  private externalMembers(plan: KubernetesPlan, streams: RandomStreams) {
    const { controlPlanes, kubelet, apiServer } = plan;
    const { etcd, parts } = this;
    if (etcd.settings.supervisor !== 'kubelet') return [];
    const others = new Set(controlPlanes.map(({ machine }) => machine));
    return etcd.settings.names.flatMap((name, id) => {
      if (others.has(name)) return [];
      const own = kubeletStreams(streams, memberKey(id), 'kubelet.etcd');
      const rank = this.takeRanks(PROBE_RANKS);
      const site = { machine: parts.find(name)!, settings: kubelet, streams: own, rank };
      return [new StaticMember(etcd, id, site, apiServer.handling)];
    });
  }

  private apiLevels(plan: KubernetesPlan, etcd: EtcdCluster): ApiLevels {
    const { machines, built, network } = this;
    const { clientTimeout, apiServer } = plan;
    const isReached = (machine: string) =>
      plan.clients.some(({ name }) => network.passes(name, machine));
    const { handling } = apiServer;
    const { connections, load } = this;
    const { establishedShare } = plan;
    const users = { connections, establishedShare, load: load?.cluster };
    const sources = { machines, built, etcd, clientTimeout, handling, isReached, ...users };
    return new ApiLevels(sources, () => this.now());
  }

  private loadOf(
    { load }: KubernetesPlan,
    { members }: TopologyPlan,
    etcd: EtcdCluster,
    streams: RandomStreams,
  ): KubernetesLoad | undefined {
    const { connections, machines } = this;
    if (load === undefined || connections === undefined) return undefined;
    const memberOn = (machine: string) => {
      const member = members.findIndex((one) => one.machine === machine);
      return member < 0 ? undefined : member;
    };
    const changed = () => this.levels.forget();
    return new KubernetesLoad(load, { machines, etcd, connections, streams, memberOn, changed });
  }

  private viewFrom(machine: string, topology: TopologyPlan, etcd: EtcdCluster): ClusterAsSeen {
    const machineOf = (member: number) => topology.members[member]!.machine;
    return new ClusterAsSeen(etcd, {
      isPassable: (member) => this.network.passes(machine, machineOf(member)),
      isHindered: (member) => this.network.isHindered(machine, machineOf(member)),
      path: (member) => this.network.path(machine, machineOf(member)),
    });
  }

  private takeRanks(count: number): number {
    const first = this.nextRank;
    this.nextRank += count;
    return first;
  }

  /** All has run for long. Parts must be restarted before, and etcd founded. */
  restart(effects: Effects): void {
    this.now = () => effects.now;
    this.isLookDue = false;
    this.serverList.restart();
    this.network.restart();
    for (const view of this.views) view.restart(effects.now);
    for (const { server } of this.machines) server.startWarm();
    this.site.restart();
    for (const machine of this.machines) machine.restart(effects);
    for (const member of this.staticMembers) member.restart(effects);
    for (const election of Object.values(this.elections)) election.restart(effects);
    this.built.restart(effects);
    this.connections?.restart(effects.now);
    this.load?.restart(effects);
    this.levels.forget();
  }

  ticksElided(now: Time): number {
    let sum = this.built.ticksElided(now);
    for (const machine of this.machines) sum += machine.ticksElided(now);
    for (const member of this.staticMembers) sum += member.ticksElided(now);
    for (const election of Object.values(this.elections)) sum += election.ticksElided(now);
    return sum;
  }

  /** A process by its name, such as `cp1.apiServer`. Throws a RangeError where there is none. */
  process(name: string): SupervisedProcess {
    const found = this.findProcess(name);
    if (found === undefined) throw new RangeError(`no process is named "${name}"`);
    return found;
  }

  findProcess(name: string): SupervisedProcess | undefined {
    const [machine, process = ''] = name.split('.');
    return (
      this.built.processes.get(name) ??
      this.machines.find((one) => one.name === machine)?.processes.get(process)
    );
  }

  /** Balancers, which systemd keeps, before what kubelets keep. */
  processesByMachine(): ReadonlyMap<string, readonly SupervisedProcess[]> {
    const found = new Map<string, SupervisedProcess[]>();
    const add = (machine: string, process: SupervisedProcess) => {
      found.set(machine, [...(found.get(machine) ?? []), process]);
    };
    for (const [name, process] of this.built.processes) add(name.split('.')[0]!, process);
    for (const { name, processes } of this.machines) {
      for (const process of processes.values()) add(name, process);
    }
    return found;
  }

  /** Whether every API server serves: what a careful operator waits for. */
  get allServe(): boolean {
    return this.machines.every(({ server }) => server.phase === 'serving');
  }

  cut(plan: CutPlan, effects: Effects): void {
    this.network.cut(plan, effects);
  }

  heal(plan: CutPlan, effects: Effects): void {
    this.network.heal(plan, effects);
  }

  /** Packets between these machines are late or lost until `relieve` of the same. */
  impair(plan: CutPlan, impairment: Impairment, effects: Effects): void {
    this.network.impair(plan, impairment, effects);
  }

  relieve(plan: CutPlan, impairment: Impairment, effects: Effects): void {
    this.network.relieve(plan, impairment, effects);
  }

  /** etcd may look otherwise: to be called at the end of an instant, when it has looked itself. */
  etcdLooked(effects: Effects): void {
    const levels = levelsOf(this.etcd, effects.now);
    for (const view of this.views) view.look(effects, levels);
    for (const member of this.staticMembers) member.look(effects);
    this.load?.etcdLooked(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    this.isLookDue = false;
    this.etcdLooked(effects);
  }

  /** At the end of this instant, as etcd does. */
  private lookSoon(effects: Effects): void {
    this.levels.forget();
    if (this.isLookDue) return;
    this.isLookDue = true;
    effects.atEndOfInstant(this.looks);
  }
}

/** Where each machine is that anybody speaks from or to. */
function placesOf(plan: KubernetesPlan, topology: TopologyPlan, parts: Parts) {
  const attachments = new Map(topology.members.map((one) => [one.machine, one.attachment]));
  const balancers =
    'machines' in plan.balancer
      ? plan.balancer.machines
      : 'machine' in plan.balancer
        ? [plan.balancer.machine]
        : [];
  const names = [
    ...topology.members.map(({ machine }) => machine),
    ...plan.controlPlanes.map(({ machine }) => machine),
    ...balancers,
  ];
  const places = new Map<string, NetworkPlace>();
  for (const name of names) {
    const machine = parts.find(name);
    if (machine === undefined) throw new RangeError(`the topology has no part named "${name}"`);
    const attachment = parts.find(attachments.get(name) ?? `${name}.attachment`);
    places.set(name, { machine, attachment });
  }
  return places;
}
