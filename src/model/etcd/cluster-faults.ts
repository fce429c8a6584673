/**
 * What befalls a cluster from outside beside its processes (processes.ts): disks stall and break,
 * links are cut and impaired, data are lost. Each wakes the cluster first.
 */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { Impairment } from '../network/link.ts';
import type { Spell } from '../parts/disk.ts';
import type { Wait } from '../parts/wait.ts';
import { ClusterCare } from './cluster-care.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import type { ReplacementPlan } from './etcd-plan.ts';
import type { MemberId } from './raft/message.ts';

export class ClusterFaults {
  readonly care: ClusterCare;
  private readonly cluster: EtcdCluster;
  private alarms = 0;

  constructor(cluster: EtcdCluster) {
    this.cluster = cluster;
    this.care = new ClusterCare(cluster);
  }

  restart(): void {
    this.alarms = 0;
    this.care.restart();
  }

  /** The disk's content is gone, and the process with it. */
  loseData(id: MemberId, effects: Effects): void {
    this.wake(effects);
    this.cluster.processes.remove(id, effects);
    this.cluster.members[id]!.erase();
    this.care.safety.lost(id, effects);
    this.changed(effects);
  }

  /** The member is gone for good, and a new one takes its place. */
  replaceOnPurpose(id: MemberId, plan: ReplacementPlan, effects: Effects): void {
    this.wake(effects);
    this.cluster.processes.remove(id, effects);
    this.cluster.members[id]!.erase();
    this.care.operator.request(id, plan, effects);
    this.changed(effects);
  }

  /** No fsync of the member's disk that begins before `until` returns before it. */
  stall(id: MemberId, until: Time, effects: Effects): void {
    this.disk(id, effects).stall(effects.now, until);
  }

  /** The member's disk, to do something to. */
  disk(id: MemberId, effects: Effects) {
    this.wake(effects);
    this.cluster.touched();
    return this.cluster.members[id]!.disk;
  }

  /** No fsync returns until as many calls of `releaseDisk`. */
  holdDisk(id: MemberId, effects: Effects): void {
    this.disk(id, effects).hold(effects.now);
    this.changed(effects);
  }

  releaseDisk(id: MemberId, effects: Effects): void {
    this.disk(id, effects).release(effects);
    this.changed(effects);
  }

  slowDisk(id: MemberId, spell: Spell, effects: Effects): void {
    this.disk(id, effects).beginSpell(spell);
  }

  endSpell(id: MemberId, spell: Spell, effects: Effects): void {
    this.disk(id, effects).endSpell(spell);
  }

  /** The member's loop waits so for a processor from now on; undefined: not at all. */
  occupyProcessor(id: MemberId, wait: Wait | undefined, effects: Effects): void {
    this.wake(effects);
    this.cluster.touched();
    this.cluster.members[id]!.loop.processor.occupy(wait);
  }

  cut(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).cut(effects);
    this.cluster.channel(to, from).loseAcks(effects);
  }

  heal(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).heal(effects);
    this.cluster.channel(to, from).regainAcks(effects);
  }

  impair(from: MemberId, to: MemberId, impairment: Impairment, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).impair(impairment, effects);
  }

  relieve(from: MemberId, to: MemberId, impairment: Impairment, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).relieve(impairment, effects);
  }

  /** The database is over its quota, until as many calls with false as with true. */
  alarm(isOn: boolean, effects: Effects): void {
    this.wake(effects);
    this.alarms += isOn ? 1 : -1;
    this.cluster.hasSpaceAlarm = this.alarms > 0;
    this.changed(effects);
  }

  private wake(effects: Effects): void {
    this.cluster.wake(effects);
  }

  private changed(effects: Effects): void {
    this.cluster.touched();
    this.cluster.look(effects);
  }
}
