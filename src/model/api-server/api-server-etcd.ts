/**
 * The etcd cluster at message level as one API server sees it from its machine. What each member
 * grants is read from state, as the cluster's levels are, whenever somebody says that it may have
 * changed. A member that has started and is not known to the others yet has its port open and
 * answers nobody. A member is taken to have lost its leader as soon as it does not hear it: when it
 * notices itself, an election time-out or two later, is skipped. A network path so slow that a
 * round trip outlasts what connections bear is silent. Left out: snapshots of data old enough to
 * matter to a serializable read.
 */

import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import {
  type ClusterLevels,
  type ClusterView,
  hears,
  isServedBy,
  levelsOf,
} from '../etcd/cluster-levels.ts';
import type { EtcdMember } from '../etcd/etcd-member.ts';
import type { NetworkPath } from '../network/network-path.ts';
import {
  type EtcdReach,
  type EtcdRequest,
  type EtcdView,
  type EtcdWatcher,
  UNACKNOWLEDGED,
} from './etcd-connection.ts';

/** What an API server may know of one member. */
interface MemberView {
  readonly reach: EtcdReach;
  readonly knowsLeader: boolean;
  readonly reads: boolean;
  readonly writes: boolean;
  /** Writes fail at once: nothing but the alarm is in their way (etcd server/quota, ErrNoSpace). */
  readonly refusesWrites: boolean;
  readonly path: NetworkPath | undefined;
}

/** What the network paths from an API server's machine to the members' do to packets. */
interface PathsToEtcd {
  isPassable(member: number): boolean;
  /** Whether a fault impairs it, or lets it come and go. */
  isHindered(member: number): boolean;
  /** What impairs one; undefined where nothing does. */
  path(member: number): NetworkPath | undefined;
}

export class ClusterAsSeen implements EtcdView {
  private readonly cluster: ClusterView;
  private readonly paths: PathsToEtcd;
  private readonly watchers: EtcdWatcher[] = [];
  private seen: readonly MemberView[] = [];

  constructor(cluster: ClusterView, paths: PathsToEtcd) {
    this.cluster = cluster;
    this.paths = paths;
  }

  get members(): number {
    return this.cluster.members.length;
  }

  /** As at the start of a replication, when nobody is notified. */
  restart(now: Time): void {
    this.seen = this.lookAt(now, levelsOf(this.cluster, now));
  }

  /**
   * To be called at the end of each instant in which the cluster or the network path to it changed,
   * with what the cluster grants then.
   */
  look(effects: Effects, levels: ClusterLevels): void {
    const before = this.seen;
    this.seen = this.lookAt(effects.now, levels);
    if (this.seen.every((member, index) => isSame(member, before[index]))) return;
    for (const watcher of this.watchers) watcher.etcdChanged(effects);
  }

  reach(member: number): EtcdReach {
    return this.seen[member]?.reach ?? 'silent';
  }

  grants(member: number, request: EtcdRequest): boolean {
    const seen = this.seen[member];
    if (seen?.reach !== 'answers') return false;
    if (request === 'serializableRead') return true;
    return request === 'write' ? seen.writes : seen.reads;
  }

  refusesWrites(member: number): boolean {
    return this.seen[member]?.refusesWrites ?? false;
  }

  knowsLeader(member: number): boolean {
    return this.seen[member]?.knowsLeader ?? false;
  }

  isHindered(member: number): boolean {
    return this.paths.isHindered(member);
  }

  path(member: number): NetworkPath | undefined {
    return this.seen[member]?.path;
  }

  watch(watcher: EtcdWatcher): void {
    this.watchers.push(watcher);
  }

  private lookAt(now: Time, { write, read, phase }: ClusterLevels): MemberView[] {
    const { cluster } = this;
    const { leader } = cluster;
    return cluster.members.map((member) => {
      const isServed = leader !== undefined && isServedBy(cluster, leader, member, now);
      return {
        reach: this.reachOf(member),
        knowsLeader: leader !== undefined && hears(cluster, leader, member, now),
        reads: read && isServed,
        writes: write && isServed,
        refusesWrites: phase === 'spaceAlarm' && isServed,
        path: this.paths.path(member.core.id),
      };
    });
  }

  private reachOf({ core, isRunning, isPaused, isStopping, isPublished }: EtcdMember): EtcdReach {
    const { paths } = this;
    const isSilent =
      !paths.isPassable(core.id) || (paths.path(core.id)?.roundTrip ?? 0) >= UNACKNOWLEDGED;
    if (isSilent) return 'silent';
    if (!isRunning || isStopping) return 'refuses';
    return isPaused || !isPublished ? 'frozen' : 'answers';
  }
}

function isSame(one: MemberView, other: MemberView | undefined): boolean {
  return (
    one.reach === other?.reach &&
    one.knowsLeader === other.knowsLeader &&
    one.reads === other.reads &&
    one.writes === other.writes &&
    one.refusesWrites === other.refusesWrites &&
    one.path?.description === other.path?.description
  );
}
