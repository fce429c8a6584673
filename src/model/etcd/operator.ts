/**
 * Whoever replaces members whose data are gone: takes the dead member out and puts a new one in, in
 * the right order or the wrong one, each step by way of the log, so that nothing goes on without a
 * quorum. Refusals are those of etcd's strict reconfiguration check. Left out: the time a person
 * takes, which belongs to the repair.
 */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { ReplacementPlan } from './etcd-plan.ts';
import { type Membership, withoutMember } from './membership.ts';
import type { Configuration, MemberId } from './raft/message.ts';

/** kubeadm asks again so often (constants.go, EtcdAPICallRetryInterval). */
const RETRY: Duration = 500 * MILLISECOND;
/** The leader must have been connected for so long (server.go, HealthInterval). */
const HEALTHY_FOR: Duration = 5 * SECOND;

interface Job {
  readonly seat: MemberId;
  readonly plan: ReplacementPlan;
  /** Where the latest change stood in the log when it was asked for. */
  readonly since: number;
  /** Whether the new member has been started. */
  isStarted: boolean;
}

export interface OperatedCluster {
  readonly membership: Membership;
  readonly leader: EtcdMember | undefined;
  readonly settings: { readonly strictReconfigCheck: boolean };
  /** Stands for a dead member beside the new one of the same seat; nobody answers under it. */
  ghostOf(seat: MemberId): MemberId;
  /** Whether the machine and disk of the seat are there again. */
  isSeated(seat: MemberId): boolean;
  /** How many of so many voters the leader must be connected to before one more may join. */
  connectedToAdd(voters: number): number;
  /** Voters, the leader among them, to which it has been connected since `time`. */
  connectedSince(leader: EtcdMember, time: Time): number;
  startNew(seat: MemberId, effects: Effects): void;
  /** A line in the trace about the member of a seat. */
  recordStep(seat: MemberId, step: ReplacementStep, effects: Effects): void;
  wake(effects: Effects): void;
}

export type ReplacementStep =
  | 'memberLeaves'
  | 'memberJoins'
  | 'learnerJoins'
  | 'learnerPromoted'
  | 'deadMemberLeaves'
  | 'memberReplaced';

export class Operator implements Component {
  private readonly cluster: OperatedCluster;
  private readonly looks: SimulationEvent = { kind: 'operatorLooks', target: this };
  private jobs: Job[] = [];
  private looksAt: Time = -1;

  constructor(cluster: OperatedCluster) {
    this.cluster = cluster;
  }

  restart(): void {
    this.jobs = [];
    this.looksAt = -1;
  }

  get isIdle(): boolean {
    return this.jobs.every((job) => !this.canGoOn(job));
  }

  /** The data of a member are gone: it is to be replaced. */
  request(seat: MemberId, plan: ReplacementPlan, effects: Effects): void {
    const since = this.cluster.membership.latestIndex;
    // A newcomer whose data are gone too is replaced like any other.
    this.jobs = this.jobs.filter((job) => job.seat !== seat);
    this.jobs.push({ seat, plan, since, isStarted: false });
    this.look(effects);
  }

  /** To be called whenever it may go on: a leader, a machine that is back. */
  look(effects: Effects): void {
    if (this.looksAt >= effects.now || !this.jobs.some((job) => this.canGoOn(job))) return;
    this.looksAt = effects.now + RETRY;
    effects.at(this.looksAt, this.looks);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.looksAt) return;
    this.looksAt = -1;
    this.cluster.wake(effects);
    for (const job of [...this.jobs]) if (this.canGoOn(job)) this.goOn(job, effects);
    this.look(effects);
  }

  /** A dead member is taken out at once; a new one needs its machine. */
  private canGoOn({ seat, plan }: Job): boolean {
    const { cluster } = this;
    if (cluster.leader === undefined) return false;
    const isDead = plan.order === 'removeFirst' && cluster.membership.latest.voters.includes(seat);
    return isDead || cluster.isSeated(seat);
  }

  /** One step: what it is follows from the membership that the leader has applied. */
  private goOn(job: Job, effects: Effects): void {
    const { cluster } = this;
    const { seat, plan } = job;
    const leader = cluster.leader!;
    const now = cluster.membership.at(leader.applied);
    const isIn = now.voters.includes(seat);
    const isNew = cluster.membership.isNewcomer(seat, leader.applied, job.since);
    const isLearner = now.learners.includes(seat);
    const ghost = cluster.ghostOf(seat);
    const hasGhost = now.voters.includes(ghost);
    const isOld = (isIn && plan.order === 'removeFirst') || isLearner;
    if (isOld && !job.isStarted && !isNew) {
      this.propose(leader, withoutMember(now, seat), 'memberLeaves', seat, effects);
    } else if (
      !job.isStarted &&
      !isLearner &&
      (!isIn || (!hasGhost && plan.order === 'addFirst'))
    ) {
      if (this.mayAdd(leader, now, plan.asLearner, effects.now)) {
        const what = plan.asLearner ? 'learnerJoins' : 'memberJoins';
        this.propose(leader, this.withNew(now, job), what, seat, effects);
      }
    } else if (!job.isStarted) {
      job.isStarted = true;
      cluster.startNew(seat, effects);
    } else if (isLearner) {
      if (!cluster.membership.isReady(leader, seat)) return;
      this.propose(leader, promoted(now, seat), 'learnerPromoted', seat, effects);
    } else if (hasGhost) {
      this.propose(leader, withoutMember(now, ghost), 'deadMemberLeaves', seat, effects);
    } else {
      this.jobs = this.jobs.filter((other) => other !== job);
      cluster.recordStep(seat, 'memberReplaced', effects);
    }
  }

  private propose(
    leader: EtcdMember,
    configuration: Configuration,
    step: ReplacementStep,
    seat: MemberId,
    effects: Effects,
  ): void {
    const { membership } = this.cluster;
    if (membership.propose(leader, configuration)) this.cluster.recordStep(seat, step, effects);
  }

  /** Added beside the dead member, the new one leaves it its vote under another number. */
  private withNew({ voters, learners }: Configuration, { seat, plan }: Job): Configuration {
    const ghost = this.cluster.ghostOf(seat);
    const others = voters.map((id) => (id === seat ? ghost : id));
    const newcomer = seat;
    if (plan.asLearner) return { voters: others, learners: [...learners, seat], newcomer };
    return { voters: [...others, seat], learners, newcomer };
  }

  /** One learner at a time; else as server.go, mayAddMember, also for learners. */
  private mayAdd(
    leader: EtcdMember,
    { voters, learners }: Configuration,
    asLearner: boolean,
    now: Time,
  ): boolean {
    if (asLearner && learners.length > 0) return false;
    if (!this.cluster.settings.strictReconfigCheck || voters.length === 1) return true;
    const needed = this.cluster.connectedToAdd(voters.length);
    return this.cluster.connectedSince(leader, now - HEALTHY_FOR) >= needed;
  }
}

function promoted({ voters, learners }: Configuration, seat: MemberId): Configuration {
  return { voters: [...voters, seat], learners: learners.filter((id) => id !== seat) };
}
