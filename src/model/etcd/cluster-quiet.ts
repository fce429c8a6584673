/** Whether nothing in a cluster can change by itself. It may say no where it could say yes. */
import type { Time } from '../../engine/clock.ts';
import type { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { Channel } from './channel.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { Progress } from './progress.ts';
import { NOBODY, type RaftCore } from './raft-core.ts';

/** What of a cluster sleeps. */
export interface SleepingCluster {
  readonly members: readonly EtcdMember[];
  /** `channels[from][to]` */
  readonly channels: readonly (readonly Channel[])[];
  readonly leader: EtcdMember | undefined;
  /** The flow of writes, if there is one and it is let in. */
  readonly writes: PeriodicTimer | undefined;
  readonly hasSpaceAlarm: boolean;
  /** Nobody who looks after it is about to change anything. */
  readonly isUndisturbed: boolean;
  cutLog(member: EtcdMember, now: Time): void;
}

/** Members that take part: those that run and are not frozen. */
export function takingPart({ members }: SleepingCluster): EtcdMember[] {
  return members.filter(({ isRunning, isPaused }) => isRunning && !isPaused);
}

export function isQuiet(cluster: SleepingCluster, now: Time): boolean {
  const running = takingPart(cluster);
  const leaders = running.filter(({ core }) => core.role === 'leader');
  if (leaders.length > 1 || !cluster.isUndisturbed) return false;
  if (!running.every(({ isIdle, disk }) => isIdle && disk.isHealthy(now))) return false;
  if (!cluster.channels.every((row) => row.every((channel) => channel.isOrdinary(now))))
    return false;
  if (!frozenAreGivenUp(cluster, now)) return false;
  const [leader] = leaders;
  return leader === undefined
    ? isHopeless(cluster, running, now)
    : isSteady(cluster, leader, running, now);
}

/** A frozen member's peers have closed their streams to and from it. */
function frozenAreGivenUp({ members, channels }: SleepingCluster, now: Time): boolean {
  return members.every(
    ({ core: { id }, isRunning, isPaused }) =>
      !isRunning ||
      !isPaused ||
      members.every(({ core: { id: peer } }) => peer === id || channels[peer]![id]!.isDead(now)),
  );
}

/** A leader with a majority of followers that have all it has and answer it. */
function isSteady(
  cluster: SleepingCluster,
  leader: EtcdMember,
  running: readonly EtcdMember[],
  now: Time,
): boolean {
  const { core } = leader;
  if (core.transferee !== NOBODY || core.log.committed !== core.log.last) return false;
  if (core.log.termAt(core.log.last) !== core.term) return false;
  const others = running.filter((member) => member !== leader);
  const following = others.filter((member) => follows(cluster, leader, member, now));
  const astray = others.filter((member) => !following.includes(member));
  const voting = following.filter((member) => core.voters.includes(member.core.id)).length;
  if (voting + 1 < core.majority) return false;
  if (!astray.every((member) => hearsNobody(cluster, leader, member, now))) return false;
  if (!astray.every((member) => isPassedOver(cluster, leader, member, running, now))) return false;
  if (!isGivenUp(cluster, leader, following)) return false;
  return areHarmless(cluster, astray, core.majority, now) && carriesOnlyRoutine(cluster, core.term);
}

/** Clients write all the time. */
function isWritten({ writes, hasSpaceAlarm }: SleepingCluster): boolean {
  return writes !== undefined && !hasSpaceAlarm;
}

/** The leader has noticed of all others that it cannot reach them, and sends them nothing new. */
function isGivenUp(
  cluster: SleepingCluster,
  leader: EtcdMember,
  following: readonly EtcdMember[],
): boolean {
  const isWaitedFor = !isWritten(cluster);
  const reached = following.map(({ core }) => core.id);
  return [...leader.core.progress].every(
    ([peer, { state, paused }]) =>
      reached.includes(peer) || (state === 'probe' && (paused || isWaitedFor)),
  );
}

/** Hears the leader and is heard, and has all it has. */
function follows(
  cluster: SleepingCluster,
  leader: EtcdMember,
  member: EtcdMember,
  now: Time,
): boolean {
  const { channels } = cluster;
  const { core } = leader;
  const { id, log, term } = member.core;
  const progress = core.progress.get(id);
  const isHeard = channels[core.id]![id]!.isClear(now) && channels[id]![core.id]!.isClear(now);
  const isSame = term === core.term && log.last === core.log.last && log.committed === log.last;
  const isKnown = progress?.match === core.log.last && keepsState(cluster, core, progress);
  return isHeard && isSame && isKnown && member.core.leader === core.id;
}

/** A peer that has all leaves Probe with the next write, or since 3.6 with the next heartbeat. */
function keepsState(
  cluster: SleepingCluster,
  { settings }: RaftCore,
  { state, paused }: Progress,
): boolean {
  const staysInProbe = !settings.anyAnswerEndsProbe && !isWritten(cluster);
  return state === 'replicate' || (state === 'probe' && !paused && staysInProbe);
}

/**
 * Of a cluster that sleeps with a leader: who is not cut off from it follows it, whatever a
 * learner that hears nobody, and so never campaigns, still believes.
 */
export function isFollowing(
  { channels }: SleepingCluster,
  leader: EtcdMember,
  { core: { id } }: EtcdMember,
  now: Time,
): boolean {
  return id !== leader.core.id && !channels[leader.core.id]![id]!.isDead(now);
}

/** Cut off from the leader both ways, for good as far as connections go, and campaigning. */
function hearsNobody(
  { channels }: SleepingCluster,
  leader: EtcdMember,
  member: EtcdMember,
  now: Time,
): boolean {
  const { core } = member;
  const isCutOff =
    channels[leader.core.id]![core.id]!.isDead(now) &&
    channels[core.id]![leader.core.id]!.isDead(now);
  return isCutOff && isCampaigning(member);
}

/**
 * Whether those who follow pass over the member's requests in silence: they are within a lease,
 * which counts only against higher terms. To requests of a lower term they would answer.
 */
function isPassedOver(
  { channels }: SleepingCluster,
  leader: EtcdMember,
  member: EtcdMember,
  running: readonly EtcdMember[],
  now: Time,
): boolean {
  const { id, term } = member.core;
  return (
    term >= leader.core.term ||
    running.every(({ core }) => core.id === id || channels[id]![core.id]!.isDead(now))
  );
}

/** Campaigned at least once in vain, so that its time-out is that of a candidate; or never may. */
function isCampaigning({ core }: EtcdMember): boolean {
  if (!core.isPromotable)
    return core.leader === NOBODY || core.electionElapsed > core.settings.electionTicks;
  return core.role === (core.settings.preVote ? 'preCandidate' : 'candidate');
}

/**
 * Members that campaign in vain leave each other alone: they do not reach each other, or they only
 * ask (PreVote) in one and the same term, and together make no majority.
 */
function areHarmless(
  { channels }: SleepingCluster,
  members: readonly EtcdMember[],
  majority: number,
  now: Time,
): boolean {
  const [first] = members;
  if (first === undefined) return true;
  const { settings, term } = first.core;
  const onlyAsk = settings.preVote && members.every(({ core }) => core.term === term);
  if (onlyAsk && members.length < majority) return true;
  return members.every((one) =>
    members.every((other) => one === other || channels[one.core.id]![other.core.id]!.isDead(now)),
  );
}

/** Nobody leads, and nobody can win. */
function isHopeless(cluster: SleepingCluster, running: readonly EtcdMember[], now: Time): boolean {
  const [first] = running;
  if (first === undefined) return true;
  const { majority } = first.core;
  if (majority === 1) return false;
  return running.every(isCampaigning) && areHarmless(cluster, running, majority, now);
}

/** On the wire are heartbeats, appends and their answers of this term, and nothing else. */
function carriesOnlyRoutine({ channels }: SleepingCluster, term: number): boolean {
  return channels.flat().every((channel) =>
    channel.inFlight.every(({ message }) => {
      switch (message.type) {
        case 'heartbeat':
        case 'heartbeatAnswer':
        case 'append':
          return message.term === term;
        case 'appendAnswer':
          return message.term === term && message.refusal === undefined;
        default:
          return false;
      }
    }),
  );
}
