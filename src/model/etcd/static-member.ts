/**
 * An etcd member as kubeadm has it, stacked, and external too by its guide (website,
 * setup-ha-etcd-with-kubeadm): the only container of a static pod, which the kubelet of its machine
 * starts, asks through probes, ends and starts again.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import { Kubelet, type KubeletSite } from '../process/kubelet.ts';
import { KUBEADM_LIVENESS, KUBEADM_READINESS, KUBEADM_STARTUP } from '../process/probe-settings.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import { EtcdHealth } from './etcd-health.ts';
import type { MemberId } from './raft/message.ts';

export class StaticMember {
  readonly kubelet: Kubelet;
  private readonly health: EtcdHealth;

  /** @param handling how long its health endpoint takes */
  constructor(
    cluster: EtcdCluster,
    id: MemberId,
    site: Omit<KubeletSite, 'probes'>,
    handling: Duration,
  ) {
    const process = cluster.processes[id]!;
    this.health = new EtcdHealth(process.name, cluster, id, handling);
    // cmd/kubeadm/app/phases/etcd/local.go, GetEtcdPodSpec.
    const { livez, readyz } = this.health;
    const probes = {
      startup: { endpoint: readyz, settings: KUBEADM_STARTUP },
      readiness: { endpoint: readyz, settings: KUBEADM_READINESS },
      liveness: { endpoint: livez, settings: KUBEADM_LIVENESS },
    };
    this.kubelet = new Kubelet(process, { ...site, probes });
    process.superviseBy(this.kubelet);
  }

  /** A replication starts: it has run for long. */
  restart(effects: Effects): void {
    this.health.restart(effects.now);
    this.kubelet.startWarm(effects);
  }

  /** To be called at the end of each instant in which etcd changed. */
  look(effects: Effects): void {
    this.health.look(effects);
  }

  ticksElided(now: Time): number {
    return this.kubelet.ticksElided(now);
  }
}
