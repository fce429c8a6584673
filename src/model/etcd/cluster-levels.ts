/**
 * What a cluster grants at this instant: a write that can be committed, a linearizable read that
 * can be answered, and what an outage waits for. It looks at state, never at single requests. Left
 * out: how long a request takes, short of an fsync that holds a member up for more than 2 s.
 */
import type { Time } from '../../engine/clock.ts';
import type { Channel } from './channel.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { MemberId } from './raft/message.ts';
import { type Configuration, NOBODY } from './raft/message.ts';
import type { RaftCore } from './raft/raft-core.ts';

/** What an outage waits for, in the order in which it goes by. */
export type OutagePhase =
  /** Members still believe in a leader that cannot serve. */
  | 'detection'
  /** Somebody campaigns, or must. */
  | 'election'
  /** A leader is elected and has not yet committed in its term. */
  | 'firstCommit'
  /** A leader stands, and waits for members that start, reconnect or catch up. */
  | 'recovery'
  /** Too few members run. */
  | 'structural'
  /** The data of a majority are lost: a backup is restored, if there is one. */
  | 'restore'
  /** The database is over its quota. */
  | 'spaceAlarm';

export interface ClusterView {
  readonly members: readonly EtcdMember[];
  /** Of those that run and are not frozen. */
  readonly leader: EtcdMember | undefined;
  readonly configuration: Configuration;
  readonly hasLostData: boolean;
  readonly hasSpaceAlarm: boolean;
  channel(from: MemberId, to: MemberId): Channel;
  /** Whether the parts that the member depends on work. */
  isSeated(id: MemberId): boolean;
}

export interface ClusterLevels {
  readonly write: boolean;
  readonly read: boolean;
  readonly data: boolean;
  /** Of an outage of writes; undefined where there is none. */
  readonly phase: OutagePhase | undefined;
}

export function levelsOf(cluster: ClusterView, now: Time): ClusterLevels {
  const data = !cluster.hasLostData;
  const { leader } = cluster;
  if (leader === undefined || !data) {
    return { write: false, read: false, data, phase: phaseOf(cluster, leader, now) };
  }
  const hasCommitted = leader.core.log.termAt(leader.core.log.committed) === leader.core.term;
  const answers = (follower: EtcdMember) => follows(cluster, leader, follower, now);
  const isOpen = cluster.members.some(
    (member) => member.acceptsClients && (member === leader || answers(member)),
  );
  const serves = hasCommitted && isOpen && !leader.loop.isHeldUp(now);
  const read = serves && isMajority(cluster, leader, answers);
  const acknowledges = (follower: EtcdMember) =>
    follower.disk.takesWrites && answers(follower) && takesWrites(leader.core, follower.core.id);
  const handsOver = leader.core.transferee !== NOBODY;
  const canLead = serves && !handsOver && leader.disk.takesWrites;
  const canCommit = canLead && isMajority(cluster, leader, acknowledges);
  const write = canCommit && !cluster.hasSpaceAlarm;
  return { write, read, data, phase: write ? undefined : phaseOf(cluster, leader, now) };
}

/** Whether a follower hears the leader, is heard, and answers in time. */
function follows(
  cluster: ClusterView,
  { core: leader }: EtcdMember,
  { core, loop, isRunning, isPaused }: EtcdMember,
  now: Time,
): boolean {
  return (
    isRunning &&
    !isPaused &&
    core.id !== leader.id &&
    core.leader === leader.id &&
    core.term === leader.term &&
    !loop.isHeldUp(now) &&
    cluster.channel(leader.id, core.id).isClear(now) &&
    cluster.channel(core.id, leader.id).isClear(now)
  );
}

/** Whether the leader sends what is written to the peer without waiting for it first. */
function takesWrites({ progress, log }: RaftCore, peer: MemberId): boolean {
  return progress.get(peer)?.takesWrites(log.last) ?? false;
}

function isMajority(
  { members }: ClusterView,
  { core }: EtcdMember,
  counts: (follower: EtcdMember) => boolean,
): boolean {
  let count = 0;
  for (const voter of core.voters) {
    const member = members[voter];
    if (voter === core.id || (member !== undefined && counts(member))) count++;
  }
  return count >= core.majority;
}

function phaseOf(cluster: ClusterView, leader: EtcdMember | undefined, now: Time): OutagePhase {
  if (cluster.hasLostData) return 'restore';
  const { voters } = cluster.configuration;
  const majority = Math.floor(voters.length / 2) + 1;
  const seated = cluster.members.filter(({ core: { id } }) => cluster.isSeated(id));
  if (2 * seated.length <= cluster.members.length) return 'structural';
  const running = seated.filter(({ core, isRunning }) => isRunning && voters.includes(core.id));
  if (leader !== undefined) {
    const { core } = leader;
    if (core.log.termAt(core.log.committed) !== core.term) return 'firstCommit';
    if (core.transferee !== NOBODY) return 'election';
    if (leader.loop.isHeldUp(now) || !leader.disk.takesWrites) return 'detection';
    const following = running.filter((member) => follows(cluster, leader, member, now)).length;
    if (following + 1 >= majority) {
      return cluster.hasSpaceAlarm ? 'spaceAlarm' : 'recovery';
    }
  }
  if (running.length < majority) return 'recovery';
  const campaigns = ({ core, isPaused }: EtcdMember) =>
    !isPaused && (core.role === 'preCandidate' || core.role === 'candidate');
  const believes = running.filter((member) => member.core.leader !== -1 && !campaigns(member));
  return running.some(campaigns) || believes.length === 0 ? 'election' : 'detection';
}

/** Whether what is asked of a member gets to the leader and back. */
export function isServedBy(
  cluster: ClusterView,
  leader: EtcdMember,
  member: EtcdMember,
  now: Time,
): boolean {
  if (member.loop.isHeldUp(now) || !hears(cluster, leader, member, now)) return false;
  const there = member.core.id;
  return there === leader.core.id || cluster.channel(there, leader.core.id).isClear(now);
}

/** Whether a member believes in the leader and is told of it. */
export function hears(
  cluster: ClusterView,
  { core: leader }: EtcdMember,
  { core }: EtcdMember,
  now: Time,
): boolean {
  if (core.id === leader.id) return true;
  const believes = core.leader === leader.id && core.term === leader.term;
  return believes && cluster.channel(leader.id, core.id).isClear(now);
}
