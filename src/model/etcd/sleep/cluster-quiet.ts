/** Whether nothing in a cluster can change by itself. It may say no where it could say yes. */
import type { Time } from '../../../engine/clock.ts';
import type { PeriodicTimer } from '../../../engine/periodic-timer.ts';
import type { Channel } from '../channel.ts';
import type { EtcdMember } from '../etcd-member.ts';
import { NOBODY } from '../raft/message.ts';
import type { Progress } from '../raft/progress.ts';
import type { RaftCore } from '../raft/raft-core.ts';
import type { SleepTerms } from './sleep-terms.ts';

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

/** Whether clients write. */
function isWritten({ leader, writes, hasSpaceAlarm }: SleepingCluster): boolean {
  return leader !== undefined && writes !== undefined && !hasSpaceAlarm;
}

/** Members that take part: those that run and are not frozen. */
export function takingPart({ members }: SleepingCluster): EtcdMember[] {
  return members.filter(({ isRunning, isPaused }) => isRunning && !isPaused);
}

export function isQuiet(cluster: SleepingCluster, terms: SleepTerms, now: Time): boolean {
  const running = takingPart(cluster);
  const leaders = running.filter(({ core }) => core.role === 'leader');
  if (leaders.length > 1 || !cluster.isUndisturbed) return false;
  if (leaders.length === 1 && terms.restless !== undefined) return false;
  const isAtEase = ({ isIdle, disk, loop }: EtcdMember) =>
    isIdle && disk.isHealthy(now) && loop.processor.isFree;
  if (!running.every(isAtEase)) return false;
  if (running.some((member) => isAboutToCrash(cluster, member))) return false;
  // Without PreVote each campaign writes its term.
  if (
    terms.losesTicks &&
    running.some(({ core }) => !core.settings.preVote && core.leader === NOBODY)
  ) {
    return false;
  }
  const isOrdinary = (channel: Channel) => channel.isOrdinary(now, terms.longestTrip);
  if (!cluster.channels.every((row) => row.every(isOrdinary))) return false;
  if (!frozenAreGivenUp(cluster, now)) return false;
  const [leader] = leaders;
  return leader === undefined
    ? isHopeless(cluster, running, now)
    : isSteady(cluster, leader, running, terms, now);
}

/** To be killed when it next writes, as it may: an entry, or the term of a campaign. */
function isAboutToCrash(cluster: SleepingCluster, { core, loop }: EtcdMember): boolean {
  return loop.crashesAtWrite && (isWritten(cluster) || !core.settings.preVote);
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
  terms: SleepTerms,
  now: Time,
): boolean {
  const { core } = leader;
  if (core.transferee !== NOBODY || core.log.committed !== core.log.last) return false;
  if (core.log.termAt(core.log.last) !== core.term) return false;
  const others = running.filter((member) => member !== leader);
  const following = others.filter((member) => follows(cluster, leader, member, terms, now));
  const astray = others.filter((member) => !following.includes(member));
  const voting = following.filter((member) => core.voters.includes(member.core.id)).length;
  if (voting + 1 < core.majority) return false;
  if (!astray.every((member) => hearsNobody(cluster, leader, member, now))) return false;
  const steady = [leader, ...following];
  if (!astray.every((member) => isPassedOver(cluster, leader, member, steady, now))) return false;
  if (!isGivenUp(cluster, leader, following, now)) return false;
  return areHarmless(cluster, astray, core.majority, now) && carriesOnlyRoutine(cluster, core.term);
}

/**
 * The leader has noticed of all others that it cannot reach them, and sends them nothing new; or
 * what it sends is held.
 */
function isGivenUp(
  cluster: SleepingCluster,
  leader: EtcdMember,
  following: readonly EtcdMember[],
  now: Time,
): boolean {
  const { channels } = cluster;
  const reached = following.map(({ core }) => core.id);
  return [...leader.core.progress].every(
    ([peer, { state, paused }]) =>
      reached.includes(peer) ||
      channels[leader.core.id]?.[peer]?.isHolding(now) ||
      (state === 'probe' && (paused || !isWritten(cluster))),
  );
}

/** Hears the leader and is heard, each of late, and has all it has. */
function follows(
  cluster: SleepingCluster,
  leader: EtcdMember,
  member: EtcdMember,
  terms: SleepTerms,
  now: Time,
): boolean {
  const { channels } = cluster;
  const { core } = leader;
  const { id, log, term } = member.core;
  const progress = core.progress.get(id);
  const isHeard = channels[core.id]![id]!.isClear(now) && channels[id]![core.id]!.isClear(now);
  const isSame = term === core.term && log.last === core.log.last && log.committed === log.last;
  const isKnown = progress?.match === core.log.last && keepsState(cluster, core, progress);
  const isOfLate = progress?.recentlyActive === true && !terms.isOverdue(member.core);
  return isHeard && isSame && isKnown && isOfLate && member.core.leader === core.id;
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
 * Of a cluster that sleeps with a leader: who is not cut off from it follows it, whatever one that
 * hears nobody still believes.
 */
export function isFollowing(
  { channels }: SleepingCluster,
  leader: EtcdMember,
  { core: { id } }: EtcdMember,
  now: Time,
): boolean {
  return id !== leader.core.id && !isSilent(channels[leader.core.id]![id]!, now);
}

/** Cut off from the leader both ways. */
function hearsNobody(
  { channels }: SleepingCluster,
  leader: EtcdMember,
  member: EtcdMember,
  now: Time,
): boolean {
  const { core } = member;
  const isCutOff =
    isSilent(channels[leader.core.id]![core.id]!, now) &&
    isSilent(channels[core.id]![leader.core.id]!, now);
  return isCutOff && member.core.role !== 'leader';
}

/**
 * Whether those who follow pass over the member's requests in silence: they are within a lease,
 * which counts only against higher terms. To requests of a lower term they would answer.
 */
function isPassedOver(
  { channels }: SleepingCluster,
  leader: EtcdMember,
  member: EtcdMember,
  steady: readonly EtcdMember[],
  now: Time,
): boolean {
  const { id, term } = member.core;
  const isUnheard = ({ core }: EtcdMember) => isSilent(channels[id]![core.id]!, now);
  if (steady.every(isUnheard)) return true;
  return term >= leader.core.term && isCampaigning(member);
}

/** Campaigned at least once in vain, so that its time-out is that of a candidate; or never may. */
function isCampaigning({ core }: EtcdMember): boolean {
  if (!core.isPromotable)
    return core.leader === NOBODY || core.electionElapsed > core.settings.electionTicks;
  return core.role === (core.settings.preVote ? 'preCandidate' : 'candidate');
}

/**
 * Members that campaign in vain leave each other alone: those that reach each other only ask
 * (PreVote), in one and the same term, and together make no majority.
 */
function areHarmless(
  cluster: SleepingCluster,
  members: readonly EtcdMember[],
  majority: number,
  now: Time,
): boolean {
  return groupsOf(cluster, members, now).every((group) => {
    if (group.length === 1) return true;
    const [{ core }] = group;
    const isSame = (one: EtcdMember) => one.core.term === core.term && isCampaigning(one);
    return core.settings.preVote && group.length < majority && group.every(isSame);
  });
}

/** Nothing that is sent arrives, unless a healing delivers what is still held. */
function isSilent(channel: Channel, now: Time): boolean {
  return channel.isDead(now) || channel.isHolding(now);
}

type Group = readonly [EtcdMember, ...EtcdMember[]];

/** Members by whom they reach or are reached by, directly or by way of others. */
function groupsOf(
  { channels }: SleepingCluster,
  members: readonly EtcdMember[],
  now: Time,
): readonly Group[] {
  const reach = ({ core: { id: one } }: EtcdMember, { core: { id: other } }: EtcdMember) =>
    !isSilent(channels[one]![other]!, now) || !isSilent(channels[other]![one]!, now);
  let groups: Group[] = [];
  for (const member of members) {
    const isNear = (group: Group) => group.some((other) => reach(member, other));
    const near = groups.filter(isNear).flat();
    groups = [...groups.filter((group) => !isNear(group)), [member, ...near]];
  }
  return groups;
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
