/** What an etcd cluster runs by, and how it follows from the plan of a scenario. */
import { type Duration, MILLISECOND, NEVER, SECOND } from '../../engine/clock.ts';
import type { Law } from '../../engine/laws/law.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import type { Latency } from '../network/link.ts';
import type { BackupPlan, EtcdPlan, ReplacementPlan, SupervisorKind } from './etcd-plan.ts';
import type { MemberId } from './raft/message.ts';
import type { RaftSettings } from './raft/raft-core.ts';

export interface EtcdSettings extends RaftSettings {
  /** Of the members, by their places. */
  readonly names: readonly string[];
  /** One tick. */
  readonly heartbeatInterval: Duration;
  readonly initialElectionTickAdvance: boolean;
  readonly strictReconfigCheck: boolean;
  /**
   * Whether a member is added only while all voters are connected (3.4, and 3.5 before 3.5.30, 3.6
   * before 3.6.11), or while enough are for a majority with it (etcd-io/etcd#21641).
   */
  readonly addsOnlyToAll: boolean;
  readonly fsync: Law;
  /** Fsyncs longer than this are events of their own; NEVER for none. */
  readonly longestFsync: Duration;
  readonly backendDisk: 'same' | 'own';
  readonly supervisor: SupervisorKind;
  readonly startUp: Law;
  latency(from: MemberId, to: MemberId): Latency;
  readonly loss: number;
  /** Bytes a second. */
  readonly bandwidth: number;
  /** Between writes of clients at the leader; undefined for none. */
  readonly writeInterval: Duration | undefined;
  /** Members' ticks lie at random (`independent`) or within this of each other. */
  readonly tickSpread: 'independent' | Duration;
  /** Applied entries from one snapshot, which cuts the log, to the next. */
  readonly snapshotEvery: number;
  readonly replacement: ReplacementPlan;
  readonly backup: BackupPlan | undefined;
}

/** Ticks of members started together lie so close; measured at real members. */
const TOGETHER: Duration = 30 * MILLISECOND;
/** 3.6 cuts its log each 100 applied entries (server.go, memorySnapshotCount). */
const CUT_EVERY_SINCE_3_6 = 100;

/** @param machines of the members, by their places */
export function etcdSettings(plan: EtcdPlan, machines: readonly string[]): EtcdSettings {
  const { version, heartbeatInterval, electionTimeout, writesPerSecond } = plan;
  const fsync = lawOf(plan.fsync);
  const electionTicks = Math.floor(electionTimeout / heartbeatInterval);
  return {
    names: machines,
    electionTicks,
    preVote: plan.preVote,
    checkQuorum: true,
    anyAnswerEndsProbe: version === '3.6',
    snapshotSize: plan.databaseSize,
    heartbeatInterval,
    initialElectionTickAdvance: plan.initialElectionTickAdvance,
    strictReconfigCheck: plan.strictReconfigCheck,
    addsOnlyToAll: version === '3.4',
    fsync,
    longestFsync: longestFsync(fsync, heartbeatInterval),
    backendDisk: plan.backendDisk,
    supervisor: plan.supervisor,
    startUp: lawOf(plan.startUp),
    latency: (from, to) => plan.latency[from]![to]!,
    loss: plan.loss,
    bandwidth: plan.bandwidth,
    writeInterval: writesPerSecond > 0 ? Math.round(SECOND / writesPerSecond) : undefined,
    tickSpread: plan.tickPhases === 'together' ? TOGETHER : 'independent',
    snapshotEvery: version === '3.6' ? CUT_EVERY_SINCE_3_6 : plan.snapshotCount,
    replacement: plan.replacement,
    backup: plan.backup,
  };
}

/** Disks on which a larger share of fsyncs outlasts a tick are followed fsync by fsync. */
const MOST_LONG_FSYNCS = 1e-3;

/** An fsync that is over within a tick loses none, so it can be skipped. */
function longestFsync(fsync: Law, heartbeatInterval: Duration): Duration {
  const long = Math.exp(-fsync.cumulativeHazard(heartbeatInterval));
  return long > MOST_LONG_FSYNCS ? NEVER : heartbeatInterval;
}
