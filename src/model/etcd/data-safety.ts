/**
 * What becomes of committed data when disks are lost: a minority's members are replaced and catch
 * up; where a majority's data are gone the cluster can never agree again, and a backup is restored
 * to all members, which loses what was written since. Left out: rescuing data from a member that
 * survived, backups that fail.
 */

import { type Duration, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { BackupPlan } from './etcd-plan.ts';
import type { Configuration, MemberId } from './raft/message.ts';

/** What losses of data cost, over a replication. */
export interface DataLosses {
  count: number;
  restored: number;
  /** From each loss back to the last backup before it. */
  lostSpan: Duration;
  /** From losses to the moment at which the restored data were there. */
  restoreTime: Duration;
}

export interface SafeguardedCluster {
  /** As the latest change of membership has it, dead ones that were not yet taken out included. */
  readonly configuration: Configuration;
  readonly members: readonly unknown[];
  hasData(id: MemberId): boolean;
  isSeated(id: MemberId): boolean;
  /** Members without data are replaced one by one. */
  replace(id: MemberId, effects: Effects): void;
  /** All members start anew from a backup. */
  restore(effects: Effects): void;
  wake(effects: Effects): void;
  touched(): void;
  stepped(ticked: boolean, effects: Effects): void;
}

export class DataSafety implements Component {
  hasLost = false;
  losses: DataLosses = { count: 0, restored: 0, lostSpan: 0, restoreTime: 0 };
  private readonly cluster: SafeguardedCluster;
  private readonly backup: BackupPlan | undefined;
  private readonly stream: RandomStream;
  private readonly restores: SimulationEvent = { kind: 'restores', target: this };
  private lostAt: Time = 0;
  private isDue = false;

  constructor(cluster: SafeguardedCluster, backup: BackupPlan | undefined, stream: RandomStream) {
    this.cluster = cluster;
    this.backup = backup;
    this.stream = stream;
  }

  restart(): void {
    this.hasLost = false;
    this.lostAt = 0;
    this.isDue = false;
    this.losses = { count: 0, restored: 0, lostSpan: 0, restoreTime: 0 };
  }

  /** A member's data are gone. */
  lost(id: MemberId, effects: Effects): void {
    const { cluster } = this;
    if (this.hasLost) return;
    const { voters } = cluster.configuration;
    const holding = voters.filter((voter) => cluster.hasData(voter)).length;
    if (2 * holding > voters.length) {
      cluster.replace(id, effects);
      return;
    }
    this.hasLost = true;
    this.lostAt = effects.now;
    this.losses.count++;
    cluster.touched();
    effects.record({ kind: 'majorityLostData', subject: 'etcd' });
    if (this.backup === undefined) return;
    this.losses.lostSpan += effects.now % this.backup.every;
    const length = wholeMicroseconds(lawOf(this.backup.restore).draw(this.stream));
    effects.at(effects.now + length, this.restores);
  }

  /** A machine or disk is back: a restore may have waited for it. */
  look(effects: Effects): void {
    if (!this.isDue) return;
    const { cluster } = this;
    const { members } = cluster;
    const seated = members.filter((_, id) => cluster.isSeated(id)).length;
    if (2 * seated <= members.length) return;
    this.isDue = false;
    this.hasLost = false;
    this.losses.restored++;
    this.losses.restoreTime += effects.now - this.lostAt;
    cluster.restore(effects);
    effects.record({ kind: 'restoredFromBackup', subject: 'etcd' });
  }

  step(_event: SimulationEvent, effects: Effects): void {
    this.cluster.wake(effects);
    this.isDue = true;
    this.look(effects);
    this.cluster.touched();
    this.cluster.stepped(false, effects);
  }
}
