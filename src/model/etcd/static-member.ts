/**
 * An etcd member as kubeadm has it, stacked, and external too by its guide (website,
 * setup-ha-etcd-with-kubeadm): the only container of a static pod, which the kubelet of its machine
 * starts, asks through probes, ends and starts again.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { Part } from '../parts/part.ts';
import {
  type Container,
  Kubelet,
  type KubeletSettings,
  type KubeletStreams,
} from '../process/kubelet.ts';
import { KUBEADM_LIVENESS, KUBEADM_READINESS, KUBEADM_STARTUP } from '../process/probe-settings.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import { EtcdHealth } from './etcd-health.ts';
import type { MemberKeeper, MemberProcess } from './member-keeper.ts';
import type { MemberId } from './raft/message.ts';

class EtcdContainer implements Container {
  readonly name: string;
  onExit: (effects: Effects) => void = () => {};
  private readonly process: MemberProcess;

  constructor(name: string, process: MemberProcess) {
    this.name = name;
    this.process = process;
  }

  start(effects: Effects): void {
    this.process.start(effects);
  }

  terminate(effects: Effects): void {
    this.process.terminate(effects);
  }

  kill(effects: Effects): void {
    this.process.kill(effects);
  }
}

export class StaticMember implements MemberKeeper {
  readonly grace: Duration;
  readonly kubelet: Kubelet;
  private readonly container: EtcdContainer;
  private readonly health: EtcdHealth;

  /** The probes' ticks are ranked from `rank` on. */
  constructor(
    cluster: EtcdCluster,
    id: MemberId,
    machine: Part,
    settings: KubeletSettings,
    handling: Duration,
    streams: KubeletStreams,
    rank: number,
  ) {
    const { processes } = cluster;
    this.grace = settings.gracePeriod;
    const name = `${cluster.settings.names[id]}.etcd`;
    this.health = new EtcdHealth(name, cluster, id, handling);
    this.container = new EtcdContainer(name, processes.processOf(id));
    // cmd/kubeadm/app/phases/etcd/local.go, GetEtcdPodSpec.
    const { livez, readyz } = this.health;
    const probes = {
      startup: { endpoint: readyz, settings: KUBEADM_STARTUP },
      readiness: { endpoint: readyz, settings: KUBEADM_READINESS },
      liveness: { endpoint: livez, settings: KUBEADM_LIVENESS },
    };
    this.kubelet = new Kubelet(this.container, probes, settings, streams, rank);
    processes.keepBy(id, this);
    machine.watch({ partStopped: () => this.kubelet.machineWentOff(), partStarted: () => {} });
  }

  /** A replication starts: it has run for long. */
  restart(effects: Effects): void {
    this.health.restart(effects.now);
    this.kubelet.found(effects);
  }

  /** To be called at the end of each instant in which etcd changed. */
  look(effects: Effects): void {
    this.health.look(effects);
  }

  ticksElided(now: Time): number {
    return this.kubelet.ticksElided(now);
  }

  begin(effects: Effects): void {
    this.kubelet.machineStarted(effects);
  }

  end(effects: Effects): void {
    this.kubelet.machineStopped(effects);
  }

  /** The pod of a member whose data are gone is taken away with it. */
  withdraw(effects: Effects): void {
    this.kubelet.machineStopped(effects);
  }

  exited(effects: Effects): void {
    this.container.onExit(effects);
  }
}
