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
import { candidateKubelet, keptCandidate } from '../lease/kept-candidate.ts';
import type { LeaseElection } from '../lease/lease-election.ts';
import type { Part, Parts } from '../parts/part.ts';
import { memberKey, serverKey } from '../parts/stream-keys.ts';
import { keptContainer, type PodSite, podKubelet } from '../process/kept-container.ts';
import type { KeptProcess } from '../process/kept-process.ts';
import { type Kubelet, type KubeletStreams, kubeletStreams } from '../process/kubelet.ts';
import { PROBE_RANKS } from '../process/kubelet-probes.ts';
import { KUBEADM_LIVENESS, KUBEADM_READINESS, KUBEADM_STARTUP } from '../process/probe-settings.ts';
import type { KubernetesPlan } from './kubernetes-plan.ts';

export interface MachineSite {
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
  /** Stacked, the etcd member under the same kubelet, if it is one that keeps it. */
  readonly member: StaticMember | undefined;
  readonly processes = new Map<string, KeptProcess>();
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
    this.kubelet = this.keep(this.server);
    this.member = this.keepMember();
    Object.entries(elections).forEach(([process, election], index) => {
      this.enter(process, election, site.rank + (2 + index) * PROBE_RANKS);
    });
  }

  /** A replication starts: all has run for long. */
  restart(effects: Effects): void {
    this.kubelet.found(effects);
    for (const { health, kubelet } of this.controllers) {
      health.found();
      kubelet.found(effects);
    }
    for (const process of this.processes.values()) process.restart();
  }

  ticksElided(now: Time): number {
    return this.controllers.reduce(
      (sum, { kubelet }) => sum + kubelet.ticksElided(now),
      this.kubelet.ticksElided(now),
    );
  }

  private keep(server: ApiServer): Kubelet {
    const { plan, rank } = this.site;
    const probes = {
      startup: { endpoint: server.livez, settings: KUBEADM_STARTUP },
      readiness: { endpoint: server.readyz, settings: KUBEADM_READINESS },
      liveness: { endpoint: server.livez, settings: KUBEADM_LIVENESS },
    };
    const site: PodSite = {
      machine: this.machine,
      host: this.partOf('apiServer'),
      probes,
      settings: plan.kubelet,
      streams: this.streamsOf('kubelet'),
      rank,
    };
    const kubelet = podKubelet(server, site);
    const whenEnded = (listener: Kubelet['onExited']) => {
      kubelet.onExited = listener;
    };
    this.processes.set('apiServer', keptContainer(server, kubelet, site, whenEnded));
    return kubelet;
  }

  private keepMember(): StaticMember | undefined {
    const { plan, etcd, member, rank } = this.site;
    if (member === undefined || etcd.settings.keeper !== 'kubelet') return undefined;
    const streams = kubeletStreams(this.site.streams, memberKey(member), 'kubelet.etcd');
    return new StaticMember(
      etcd,
      member,
      this.machine,
      plan.kubelet,
      plan.apiServer.handling,
      streams,
      rank + PROBE_RANKS,
    );
  }

  private streamsOf(keeper: string): KubeletStreams {
    return kubeletStreams(this.site.streams, serverKey(this.site.index), keeper);
  }

  /** Nobody looks at what a scheduler's readiness probe finds: it is left out. */
  private enter(process: string, election: LeaseElection, rank: number): void {
    const name = `${this.name}.${process}`;
    const holder = election.add({ name, api: this.server.requests });
    const health = new CandidateHealth(
      holder,
      election.settings,
      this.site.plan.apiServer.handling,
    );
    const { endpoint } = health;
    const site: PodSite = {
      machine: this.machine,
      host: this.partOf(process),
      probes: {
        startup: { endpoint, settings: KUBEADM_STARTUP },
        liveness: { endpoint, settings: KUBEADM_LIVENESS },
      },
      settings: this.site.plan.kubelet,
      streams: this.streamsOf(`kubelet.${process}`),
      rank,
    };
    const kubelet = candidateKubelet(holder, site);
    this.controllers.push({ health, kubelet });
    this.processes.set(process, keptCandidate(holder, kubelet, site));
  }

  private partOf(process: string): Part {
    return this.site.parts.find(`${this.name}.${process}`) ?? this.machine;
  }
}
