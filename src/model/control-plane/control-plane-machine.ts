/**
 * One control-plane machine: its API server under its kubelet, stacked an etcd member too, and a
 * candidate each for the leases of the controller manager and the scheduler, which ask the API
 * server beside them. Each process has a part where something can fail it, and else ends and starts
 * with the machine.
 */

import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { ApiServer } from '../api-server/api-server.ts';
import type { EtcdView } from '../api-server/etcd-connection.ts';
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import type { MemberId } from '../etcd/raft/message.ts';
import { StaticMember } from '../etcd/static-member.ts';
import { CandidateHealth } from '../lease/candidate-health.ts';
import type { LeaseElection } from '../lease/lease-election.ts';
import { candidateInPod } from '../lease/lease-holder.ts';
import type { Part, Parts } from '../parts/part.ts';
import { memberKey, serverKey } from '../parts/stream-keys.ts';
import { Kubelet, type KubeletSite, kubeletStreams } from '../process/kubelet.ts';
import { PROBE_RANKS, type ProbePlans } from '../process/kubelet-probes.ts';
import { SupervisedProcess } from '../process/managed-process.ts';
import { KUBEADM_LIVENESS, KUBEADM_READINESS, KUBEADM_STARTUP } from '../process/probe-settings.ts';
import type { KubernetesPlan } from './kubernetes-plan.ts';

interface MachineSite {
  readonly plan: KubernetesPlan;
  /** Its place among the control-plane machines. */
  readonly index: number;
  readonly etcd: EtcdCluster;
  /** The member on this machine, if there is one. */
  readonly member: MemberId | undefined;
  readonly view: EtcdView;
  readonly parts: Parts;
  readonly streams: RandomStreams;
  /** The first of `MACHINE_RANKS` ranks of timers. */
  readonly rank: number;
}

/** Ranks of timers of one machine: probes of API server, etcd member, and two controllers. */
export const MACHINE_RANKS = 4 * PROBE_RANKS;

export class ControlPlaneMachine {
  readonly name: string;
  readonly server: ApiServer;
  readonly kubelet: Kubelet;
  /** Stacked, the etcd member under the same kubelet, if that supervises it. */
  readonly member: StaticMember | undefined;
  readonly processes = new Map<string, SupervisedProcess>();
  /** Controller manager and scheduler. */
  private readonly controllers: { readonly health: CandidateHealth; readonly kubelet: Kubelet }[] =
    [];
  private readonly machine: Part;
  private readonly site: MachineSite;

  constructor(site: MachineSite, elections: Readonly<Record<string, LeaseElection>>) {
    const { plan, index, view, streams } = site;
    const { machine: name, members } = plan.controlPlanes[index]!;
    this.name = name;
    this.site = site;
    this.machine = site.parts.find(name)!;
    const key = serverKey(index);
    const draws = streams.stream(`${key}/draws`);
    const server = `${name}.apiServer`;
    const turnKey = () => streams.key(`${key}/turns`);
    this.server = new ApiServer(server, plan.apiServer, view, members, draws, turnKey);
    this.kubelet = this.superviseServer();
    this.member = this.superviseMember();
    Object.entries(elections).forEach(([process, election], index) => {
      this.enter(process, election, site.rank + (2 + index) * PROBE_RANKS);
    });
  }

  /** A replication starts: all has run for long. */
  restart(effects: Effects): void {
    for (const { health } of this.controllers) health.startWarm();
    for (const process of this.processes.values()) process.startWarm(effects);
  }

  ticksElided(now: Time): number {
    return this.controllers.reduce(
      (sum, { kubelet }) => sum + kubelet.ticksElided(now),
      this.kubelet.ticksElided(now),
    );
  }

  private podSite(process: string, probes: ProbePlans, rank: number): KubeletSite {
    const { plan, index, streams } = this.site;
    const container = process === 'apiServer' ? 'kubelet' : `kubelet.${process}`;
    return {
      machine: this.machine,
      probes,
      settings: plan.kubelet,
      streams: kubeletStreams(streams, serverKey(index), container),
      rank,
    };
  }

  private superviseServer(): Kubelet {
    const { server } = this;
    const probes = {
      startup: { endpoint: server.livez, settings: KUBEADM_STARTUP },
      readiness: { endpoint: server.readyz, settings: KUBEADM_READINESS },
      liveness: { endpoint: server.livez, settings: KUBEADM_LIVENESS },
    };
    const kubelet = new Kubelet(server, this.podSite('apiServer', probes, this.site.rank));
    const host = this.partOf('apiServer');
    this.processes.set('apiServer', new SupervisedProcess(server, kubelet, host));
    return kubelet;
  }

  private superviseMember(): StaticMember | undefined {
    const { plan, etcd, member, rank } = this.site;
    if (member === undefined || etcd.settings.supervisor !== 'kubelet') return undefined;
    const site = {
      machine: this.machine,
      settings: plan.kubelet,
      streams: kubeletStreams(this.site.streams, memberKey(member), 'kubelet.etcd'),
      rank: rank + PROBE_RANKS,
    };
    return new StaticMember(etcd, member, site, plan.apiServer.handling);
  }

  /** Nobody looks at what a scheduler's readiness probe finds: it is left out. */
  private enter(process: string, election: LeaseElection, rank: number): void {
    const name = `${this.name}.${process}`;
    const holder = election.add({ name, api: this.server.requests });
    const { handling } = this.site.plan.apiServer;
    const health = new CandidateHealth(holder, election.settings, handling);
    const { endpoint } = health;
    const probes = {
      startup: { endpoint, settings: KUBEADM_STARTUP },
      liveness: { endpoint, settings: KUBEADM_LIVENESS },
    };
    const site = this.podSite(process, probes, rank);
    const inPod = candidateInPod(holder, this.partOf(process), site);
    this.controllers.push({ health, ...inPod });
    this.processes.set(process, inPod.process);
  }

  private partOf(process: string): Part {
    return this.site.parts.find(`${this.name}.${process}`) ?? this.machine;
  }
}
