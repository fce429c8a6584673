/**
 * Who looks after a cluster: the operator that replaces members and whoever restores a backup, each
 * with what it may know and do.
 */
import { NEVER, type Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import { DataSafety, type SafeguardedCluster } from './data-safety.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import type { EtcdMember } from './etcd-member.ts';
import { type OperatedCluster, Operator, type ReplacementStep } from './operator.ts';
import type { MemberId } from './raft/message.ts';

export class ClusterCare implements OperatedCluster, SafeguardedCluster {
  readonly operator: Operator = new Operator(this);
  readonly safety: DataSafety;
  private readonly cluster: EtcdCluster;

  constructor(cluster: EtcdCluster) {
    this.cluster = cluster;
    const { settings, streams } = cluster;
    this.safety = new DataSafety(this, settings.backup, streams.stream('etcd/restore'));
  }

  restart(): void {
    this.operator.restart();
    this.safety.restart();
  }

  /** A machine and its disk are there again. */
  seated(effects: Effects): void {
    this.operator.look(effects);
    this.safety.look(effects);
  }

  isSeated(id: MemberId): boolean {
    return this.cluster.isSeated(id);
  }

  get membership() {
    return this.cluster.membership;
  }

  get leader(): EtcdMember | undefined {
    return this.cluster.leader;
  }

  get strictReconfigCheck(): boolean {
    return this.cluster.settings.strictReconfigCheck;
  }

  connectedToAdd(voters: number): number {
    return this.cluster.settings.addsOnlyToAll ? voters : Math.floor((voters + 1) / 2) + 1;
  }

  ghostOf(seat: MemberId): MemberId {
    return this.cluster.members.length + seat;
  }

  connectedSince({ core }: EtcdMember, time: Time): number {
    const { channels } = this.cluster;
    const since = (voter: MemberId) => channels[voter]?.[core.id]?.activeSince(time) ?? NEVER;
    return core.voters.filter((voter) => voter === core.id || since(voter) <= time).length;
  }

  startNew(id: MemberId, effects: Effects): void {
    const member = this.cluster.members[id]!;
    member.hasData = true;
    member.core.configure(this.cluster.membership.latest);
    this.cluster.processes.boot(id, effects);
    this.cluster.touched();
  }

  tell(id: MemberId, step: ReplacementStep, effects: Effects): void {
    effects.record({
      kind: 'replacement',
      subject: this.cluster.members[id]!.name,
      step,
    });
  }

  get voters(): readonly MemberId[] {
    return this.cluster.membership.latest.voters;
  }

  get seats(): readonly MemberId[] {
    return this.cluster.members.map((_, id) => id);
  }

  hasData(id: MemberId): boolean {
    return this.cluster.members[id]?.hasData ?? false;
  }

  replace(id: MemberId, effects: Effects): void {
    this.operator.request(id, this.cluster.settings.replacement, effects);
  }

  /**
   * All members begin anew as one cluster, from the same data. One whose machine or disk is gone
   * gets none: it is replaced, as any that has lost its data, when there is where to put it.
   */
  restore(effects: Effects): void {
    const { members, membership, processes } = this.cluster;
    const term = Math.max(...members.map(({ core }) => core.term)) + 1;
    const index = Math.max(1, ...members.map(({ core }) => core.log.committed));
    this.operator.restart();
    this.cluster.chronicle.restored();
    membership.restart(this.seats);
    for (const member of members) {
      const { id } = member.core;
      processes.remove(id, effects);
      member.restore(index, term, membership.latest);
      if (!this.isSeated(id)) member.erase();
      else if (processes.isKept(id)) processes.boot(id, effects);
    }
    for (const id of this.seats) if (!this.hasData(id)) this.replace(id, effects);
  }

  wake(effects: Effects): void {
    this.cluster.wake(effects);
  }

  touched(): void {
    this.cluster.touched();
  }

  stepped(ticked: boolean, effects: Effects): void {
    this.cluster.stepped(ticked, effects);
  }
}
