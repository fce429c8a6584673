/**
 * What one etcd member answers at /livez and /readyz on its metrics port, which the kubelet beside
 * it asks. The port is served as soon as Raft runs, long before clients are let in (etcd
 * server/embed/etcd.go, serveMetrics), and closed by SIGTERM. /livez asks for a serializable read;
 * /readyz for a linearizable one too, and that the member votes (etcdhttp/health.go). Left out:
 * CORRUPT alarms, and disks so slow that a commit of the database outlasts a probe.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { Answer } from '../network/endpoint.ts';
import { ApiServerEndpoint, HANG, REFUSAL } from '../network/settable-endpoint.ts';
import { type ClusterView, isServedBy, levelsOf } from './cluster-levels.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { MemberId } from './raft/message.ts';
import { NOBODY } from './raft/message.ts';

/** Reads under way are dropped when a leader becomes known (ErrLeaderChanged). */
const DROPPED: Answer = { kind: 'error', after: 0 };

export class EtcdHealth {
  readonly livez: ApiServerEndpoint;
  readonly readyz: ApiServerEndpoint;
  private readonly cluster: ClusterView;
  private readonly id: MemberId;
  private readonly ok: Answer;
  private readonly error: Answer;
  /** The leader that the process last believed in, and its term. */
  private followed = '';

  /** @param handling how long an answer takes: as an API server's own, assumed */
  constructor(name: string, cluster: ClusterView, id: MemberId, handling: Duration) {
    this.ok = { kind: 'ok', after: handling };
    this.error = { kind: 'error', after: handling };
    this.cluster = cluster;
    this.id = id;
    this.livez = new ApiServerEndpoint(`${name}/livez`);
    this.readyz = new ApiServerEndpoint(`${name}/readyz`);
  }

  /** As at the start of a replication, when nobody is notified. */
  restart(now: Time): void {
    this.followed = this.leaderOf(this.member, this.followed);
    this.livez.reset(this.livezOf(this.member));
    this.readyz.reset(this.readyzOf(this.member, now));
  }

  /** To be called at the end of each instant in which the cluster changed. */
  look(effects: Effects): void {
    const { member } = this;
    const before = this.followed;
    this.followed = this.leaderOf(member, before);
    this.livez.become(this.livezOf(member), effects);
    const readyz = this.readyzOf(member, effects.now);
    const isNews = this.followed !== before && this.followed !== '';
    if (isNews && this.livez.answer.kind === 'ok') this.readyz.become(DROPPED, effects);
    this.readyz.become(readyz, effects);
  }

  private get member(): EtcdMember {
    return this.cluster.members[this.id]!;
  }

  /** One that has given its leader up is not told from one that still believes. */
  private leaderOf({ core, isRunning }: EtcdMember, before: string): string {
    if (!isRunning) return '';
    return core.leader === NOBODY ? before : `${core.leader} ${core.term}`;
  }

  private livezOf({ loop, isRunning, isPaused, isStopping }: EtcdMember): Answer {
    if (!isRunning) return REFUSAL;
    // The kernel goes on taking connections, and so it does for a process that has yet to stop.
    if (isPaused) return HANG;
    if (isStopping) return REFUSAL;
    return loop.backend.isHeld ? HANG : this.ok;
  }

  private readyzOf(member: EtcdMember, now: Time): Answer {
    const livez = this.livezOf(member);
    if (livez !== this.ok) return livez;
    const { leader } = this.cluster;
    if (leader === undefined || !this.isRead(leader, member, now)) {
      return { kind: 'error', after: member.requestTimeout };
    }
    // As the leader knows it: the member itself does a moment later.
    return leader.core.voters.includes(this.id) ? this.ok : this.error;
  }

  /** Whether the leader answers, and what it asks for is applied soon. */
  private isRead(leader: EtcdMember, member: EtcdMember, now: Time): boolean {
    const isBehind = leader.core.progress.get(this.id)?.state === 'snapshot';
    if (isBehind || !levelsOf(this.cluster, now).read) return false;
    return isServedBy(this.cluster, leader, member, now);
  }
}
