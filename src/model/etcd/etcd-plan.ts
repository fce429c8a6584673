/**
 * An etcd cluster at message level as plain data: its version's rules, timers, load, disks, network
 * and backups. It says nothing of what fails or when.
 */
import type { Duration } from '../../engine/clock.ts';
import type { LawPlan } from '../../engine/laws/law.ts';
import type { Latency } from '../network/link.ts';

export type EtcdVersion = '3.4' | '3.5' | '3.6';

/**
 * Who starts a member's process, and again: the kubelet of its machine, whose static pod it is, or
 * systemd, whose unit it is.
 */
export type SupervisorKind = 'kubelet' | 'systemd';

/** A snapshot of the database is taken every so often, and after a loss of quorum restored. */
export interface BackupPlan {
  readonly every: Duration;
  /** From the moment that the data are lost until all members serve the restored ones. */
  readonly restore: LawPlan;
}

/** How a member whose data are lost is replaced once its machine and disk are back. */
export interface ReplacementPlan {
  /** `removeFirst`: the dead member leaves before the new one joins, as etcd's FAQ asks for. */
  readonly order: 'removeFirst' | 'addFirst';
  /** Whether the new one joins as a learner and is promoted once it has caught up. */
  readonly asLearner: boolean;
}

export interface EtcdPlan {
  readonly version: EtcdVersion;
  /** One tick. */
  readonly heartbeatInterval: Duration;
  /** Whole ticks of it count. */
  readonly electionTimeout: Duration;
  readonly preVote: boolean;
  /** Whether a member that starts counts most of its first election time-out as passed. */
  readonly initialElectionTickAdvance: boolean;
  /** Whether changes of membership that would endanger the quorum are refused. */
  readonly strictReconfigCheck: boolean;
  /** Applied entries between snapshots, at which the log is cut. */
  readonly snapshotCount: number;
  /** Members' ticks lie at random (`independent`) or within 30 ms of each other (`together`). */
  readonly tickPhases: 'together' | 'independent';
  /** Writes of clients a second at the leader; 0 for none. */
  readonly writesPerSecond: number;
  /** Bytes. */
  readonly databaseSize: number;
  readonly supervisor: SupervisorKind;
  /** From the start of the process until its Raft runs. */
  readonly startUp: LawPlan;
  readonly fsync: LawPlan;
  /** Whether the backend's fsyncs go to the disk of the write-ahead log or to one of their own. */
  readonly backendDisk: 'same' | 'own';
  /** One-way, from member to member by their places: `latency[from][to]`. */
  readonly latency: readonly (readonly Latency[])[];
  /** Bytes a second, of each member's way to each other. */
  readonly bandwidth: number;
  /** Share of packets lost, each of which TCP sends again. */
  readonly loss: number;
  readonly replacement: ReplacementPlan;
  readonly backup: BackupPlan | undefined;
}

/**
 * What etcd at message level grants: a write can be committed now, a linearizable read answered;
 * nothing committed is lost.
 */
export type EtcdLevel = 'write' | 'read' | 'data';
