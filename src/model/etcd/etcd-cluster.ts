/**
 * One etcd cluster at message level: its members, the channels between them, who leads, and what it
 * grants. It goes to sleep when nothing can change by itself and is woken before anything does.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import type { Impairment } from '../network/link.ts';
import type { Disk, Spell } from '../parts/disk.ts';
import type { Wait } from '../parts/wait.ts';
import type { Channel, ChannelEnds } from './channel.ts';
import { buildChannels, buildMembers, FIRST_RANK } from './cluster-building.ts';
import { Chronicle, type ClusterListener } from './cluster-chronicle.ts';
import { type ClusterView, levelsOf } from './cluster-levels.ts';
import { DataSafety, type SafeguardedCluster } from './data-safety.ts';
import { type EtcdMember, type MemberSurroundings, PUBLISH } from './etcd-member.ts';
import type { ReplacementPlan } from './etcd-plan.ts';
import type { EtcdSettings } from './etcd-settings.ts';
import type { LongFsyncs } from './long-fsyncs.ts';
import { MemberProcess, type ProcessSurroundings } from './member-process.ts';
import { Membership } from './membership.ts';
import { type OperatedCluster, Operator, type ReplacementStep } from './operator.ts';
import type { Configuration, MemberId, Message, Proposal, Snapshot } from './raft/message.ts';
import type { RaftHooks } from './raft/raft-core.ts';
import type { SleepingCluster } from './sleep/cluster-quiet.ts';
import { ClusterSleep } from './sleep/cluster-sleep.ts';

/** Writes that nobody waits for. */
const BACKGROUND = 0;
/** Entries that stay behind a snapshot (server.go, SnapshotCatchUpEntries). */
const CATCH_UP_ENTRIES = 5000;
/** A log is cut again so long after a snapshot was sent (server.go, releaseDelayAfterSnapshot). */
const SPARED_AFTER_SNAPSHOT: Duration = 30 * SECOND;

export class EtcdCluster
  implements
    MemberSurroundings,
    ProcessSurroundings,
    SleepingCluster,
    ClusterView,
    OperatedCluster,
    SafeguardedCluster,
    ChannelEnds,
    Component
{
  members: readonly EtcdMember[] = [];
  readonly settings: EtcdSettings;
  readonly streams: RandomStreams;
  readonly listener: ClusterListener;
  readonly membership = new Membership();
  readonly chronicle: Chronicle = new Chronicle();
  readonly processes: readonly MemberProcess[];
  /** Replaces members. */
  readonly operator: Operator = new Operator(this);
  readonly safety: DataSafety;
  readonly writes: PeriodicTimer | undefined;
  /** `channels[from][to]` */
  channels: readonly (readonly Channel[])[] = [];
  hasSpaceAlarm = false;
  private spaceAlarms = 0;
  private longFsyncs: readonly LongFsyncs[] = [];
  private readonly sleep: ClusterSleep;
  private readonly publications = new Map<MemberId, { index: number; term: number }>();
  private appliedBefore: number[] = [];
  private sparesLogUntil: Time[] = [];
  private isTouched = false;
  private readonly looks: SimulationEvent = { kind: 'looks', target: this };
  private isLookDue = false;

  constructor(settings: EtcdSettings, streams: RandomStreams, listener: ClusterListener = {}) {
    this.settings = settings;
    this.streams = streams;
    this.listener = listener;
    this.processes = settings.names.map((_, id) => new MemberProcess(this, id));
    this.safety = new DataSafety(this, settings.backup, streams.stream('etcd/restore'));
    this.sleep = new ClusterSleep(this, settings);
    const { writeInterval, names } = settings;
    if (writeInterval !== undefined) {
      this.writes = new PeriodicTimer(this, 'write', writeInterval, FIRST_RANK + names.length);
    }
  }

  /** New members with empty logs start together, each connected to each. */
  start(effects: Effects): void {
    const firstTicks = this.build(effects);
    this.members.forEach((member, id) => {
      member.start(firstTicks[id]!, effects);
    });
    this.startFlows(effects);
  }

  /** A cluster that has run for long: a leader, followers with equal logs, clients let in. */
  startWarm(effects: Effects): void {
    const firstTicks = this.build(effects);
    const draws = this.streams.stream('etcd/founding');
    const { snapshotEvery } = this.settings;
    const index = 1_000_000 + Math.floor(draws.double() * snapshotEvery);
    const leader = Math.floor(draws.double() * this.members.length);
    for (const { core } of this.members) core.startWarm(index, leader, draws);
    this.members.forEach((member, id) => {
      member.loop.settle();
      member.startWarm(effects.now + firstTicks[id]!, effects);
      this.cutLog(member, effects.now);
    });
    this.startFlows(effects);
    this.look(effects);
    this.sleep.trySleep(effects);
  }

  private build(effects: Effects): readonly Time[] {
    const { settings, streams } = this;
    const hooksOf = (id: MemberId) => this.hooksOf(id);
    const { members, firstTicks, longFsyncs } = buildMembers(settings, streams, this, hooksOf);
    this.members = members;
    this.longFsyncs = longFsyncs;
    this.channels = buildChannels(settings, streams, this);
    this.membership.restart(members.map((_, id) => id));
    this.appliedBefore = members.map(() => 0);
    this.sparesLogUntil = [];
    this.publications.clear();
    this.chronicle.restart();
    for (const process of this.processes) process.restart(effects);
    this.operator.restart();
    this.safety.restart();
    this.spaceAlarms = 0;
    this.sleep.restart();
    this.hasSpaceAlarm = false;
    this.isTouched = true;
    this.isLookDue = false;
    return firstTicks;
  }

  private hooksOf(id: MemberId): Omit<RaftHooks, 'draw'> {
    return {
      hasUnappliedChange: (campaigner) =>
        this.membership.hasUnapplied(campaigner, this.members[id]!.applied),
      campaigned: (campaigner) => this.listener.campaigned?.(campaigner),
      committed: (leader) => this.chronicle.hasCommitted(leader, this.members),
      rivalled: (candidate) => this.chronicle.rivalled(candidate),
      progressed: () => this.touched(),
    };
  }

  private startFlows(effects: Effects): void {
    const { writeInterval } = this.settings;
    if (writeInterval !== undefined) {
      const phase = this.streams.stream('etcd/writePhase').double();
      this.writes?.start(effects.now + Math.floor(phase * writeInterval), effects);
    }
    for (const long of this.longFsyncs) long.restart(effects);
  }

  /** A client writes at the leader, if there is one; or it is time to look. */
  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.looks) {
      this.isLookDue = false;
      this.chronicle.look(levelsOf(this, effects.now), effects);
      this.listener.looked?.(effects);
      return;
    }
    const { writes } = this;
    if (writes === undefined || !writes.isDue(effects.now)) return;
    writes.tickAgain(effects);
    const { leader } = this;
    if (leader === undefined || this.hasSpaceAlarm) this.sleep.trySleep(effects);
    else {
      const { id } = leader.core;
      leader.receive({ type: 'proposal', from: id, to: id, ticket: BACKGROUND }, effects);
      this.look(effects);
    }
  }

  /** To be called before anything about the cluster is changed or looked at closely. */
  wake(effects: Effects): void {
    this.sleep.wake(effects);
  }

  stepped(ticked: boolean, effects: Effects): void {
    this.look(effects);
    if (ticked) this.sleep.trySleep(effects);
  }

  touched(): void {
    this.isTouched = true;
  }

  /** What it grants may have changed: looked at the end of this instant. */
  look(effects: Effects): void {
    if (!this.isTouched || this.sleep.isReplaying) return;
    this.isTouched = false;
    if (this.isLookDue) return;
    this.isLookDue = true;
    effects.atEndOfInstant(this.looks);
  }

  /** Nobody but its own members can change anything about it. */
  get isUndisturbed(): boolean {
    return this.operator.isIdle;
  }

  get configuration(): Configuration {
    return this.membership.latest;
  }

  get hasLostData(): boolean {
    return this.safety.hasLost;
  }

  isSeated(id: MemberId): boolean {
    return this.processes[id]?.isSeated ?? false;
  }

  channel(from: MemberId, to: MemberId): Channel {
    return this.channels[from]![to]!;
  }

  /** Events of the past replayed, since the cluster was made. */
  get eventsReplayed(): number {
    return this.sleep.eventsReplayed;
  }

  ticksElided(now: Time): number {
    const members = this.members.reduce((sum, member) => sum + member.ticksElided(now), 0);
    return members + (this.writes?.elided(now) ?? 0);
  }

  /** The member that leads in the highest term among those that run and are not frozen. */
  get leader(): EtcdMember | undefined {
    let found: EtcdMember | undefined;
    for (const member of this.members) {
      if (!member.isRunning || member.isPaused || member.core.role !== 'leader') continue;
      if (found === undefined || member.core.term > found.core.term) found = member;
    }
    return found;
  }

  send(message: Message, effects: Effects): void {
    const channel = this.channels[message.from]![message.to];
    const sender = this.members[message.from]!;
    if (channel?.send(message, effects)) {
      if (message.type === 'snapshot') {
        const to = this.members[message.to]!.name;
        effects.record({ kind: 'snapshotSent', subject: sender.name, to });
      }
      return;
    }
    const { core } = sender;
    core.replication.reportUnreachable(message.to);
    if (message.type === 'snapshot') core.replication.reportSnapshotLost(message.to);
  }

  deliver(message: Message, effects: Effects): void {
    this.members[message.to]!.receive(message, effects);
    this.look(effects);
    // With members far apart writes are under way at most ticks, and none just after a commit.
    if (message.type === 'append' && message.slice.runs.length === 0) this.sleep.trySleep(effects);
  }

  snapshotArrived({ from, to }: Snapshot, effects: Effects): void {
    this.members[from]!.core.replication.reportSnapshotArrived(to);
    this.sparesLogUntil[from] = effects.now + SPARED_AFTER_SNAPSHOT;
    effects.record({ kind: 'snapshotReceived', subject: this.members[to]!.name });
  }

  snapshotLost({ from, to }: Snapshot): void {
    this.members[from]!.core.replication.reportSnapshotLost(to);
  }

  channelChanged(effects: Effects): void {
    this.isTouched = true;
    this.look(effects);
  }

  channelGivenUp(effects: Effects): void {
    this.sleep.givenUp(effects);
  }

  accepted(proposal: Proposal, { core }: EtcdMember): void {
    const place = { index: core.log.last, term: core.term };
    if (proposal.ticket <= PUBLISH) this.publications.set(PUBLISH - proposal.ticket, place);
    this.listener.accepted?.(proposal, place.index, place.term);
  }

  applied(member: EtcdMember, index: number, effects: Effects): void {
    const { core } = member;
    const before = this.appliedBefore[core.id]!;
    this.appliedBefore[core.id] = index;
    this.chronicle.hasApplied(member, index);
    this.membership.applied(member, before, index);
    this.cutLog(member, effects.now);
    const place = this.publications.get(core.id);
    if (place !== undefined && index >= place.index) {
      this.publications.delete(core.id);
      if (core.log.termAt(place.index) === place.term) member.publish(effects);
    }
    this.listener.applied?.(member, index, effects);
  }

  started(member: EtcdMember, effects: Effects): void {
    this.processes[member.core.id]!.started(effects);
  }

  exits(member: EtcdMember, effects: Effects, hasFailed?: boolean): void {
    this.processes[member.core.id]!.exit(effects, hasFailed);
  }

  activePeers(id: MemberId, { now }: Effects): number {
    const isActive = (peer: MemberId) => this.activeSince(peer, id, now) !== NEVER;
    return this.members[id]!.core.peers.filter(isActive).length;
  }

  changed(member: EtcdMember, effects: Effects): void {
    if (!this.chronicle.memberChanged(member, effects)) return;
    this.isTouched = true;
    this.listener.roleChanged?.(member, effects);
    if (member.core.role === 'leader') this.operator.look(effects);
  }

  /** Forgets what followers need no longer: who lacks it will be sent a snapshot. */
  cutLog({ core, applied }: EtcdMember, now: Time): void {
    // What comes after a snapshot stays while that is on its way and a while longer.
    if (now < (this.sparesLogUntil[core.id] ?? 0)) return;
    for (const { state } of core.progress.values()) if (state === 'snapshot') return;
    core.log.compact(applied - (applied % this.settings.snapshotEvery) - CATCH_UP_ENTRIES);
  }

  activeSince(from: MemberId, to: MemberId, now: Time): Time {
    return this.channels[from]?.[to]?.activeSince(now) ?? NEVER;
  }

  isGivenUp(id: MemberId): boolean {
    return this.processes[id]!.isGivenUp;
  }

  /** To be called when a machine and its disk are there again. */
  seated(effects: Effects): void {
    this.operator.look(effects);
    this.safety.look(effects);
  }

  connectedToAdd(voters: number): number {
    return this.settings.addsOnlyToAll ? voters : Math.floor((voters + 1) / 2) + 1;
  }

  ghostOf(seat: MemberId): MemberId {
    return this.members.length + seat;
  }

  connectedSince({ core }: EtcdMember, time: Time): number {
    const isConnected = (voter: MemberId) => this.activeSince(voter, core.id, time) <= time;
    return core.voters.filter((voter) => voter === core.id || isConnected(voter)).length;
  }

  startNew(id: MemberId, effects: Effects): void {
    const member = this.members[id]!;
    member.hasData = true;
    member.core.configure(this.membership.latest);
    this.processes[id]!.boot(effects);
    this.touched();
  }

  recordStep(id: MemberId, step: ReplacementStep, effects: Effects): void {
    effects.record({ kind: 'replacement', subject: this.members[id]!.name, step });
  }

  hasData(id: MemberId): boolean {
    return this.members[id]?.hasData ?? false;
  }

  replace(id: MemberId, effects: Effects): void {
    this.operator.request(id, this.settings.replacement, effects);
  }

  /**
   * All members begin anew as one cluster, from the same data. One whose machine or disk is gone
   * gets none: it is replaced, as any that has lost its data, when there is where to put it.
   */
  restore(effects: Effects): void {
    const { members, membership } = this;
    const term = Math.max(...members.map(({ core }) => core.term)) + 1;
    const index = Math.max(1, ...members.map(({ core }) => core.log.committed));
    this.operator.restart();
    this.chronicle.restored();
    membership.restart(members.map((_, id) => id));
    members.forEach((member, id) => {
      const process = this.processes[id]!;
      process.remove(effects);
      member.restore(index, term, membership.latest);
      if (!process.isSeated) member.erase();
      else if (process.isKept) process.boot(effects);
    });
    members.forEach(({ hasData }, id) => {
      if (!hasData) this.replace(id, effects);
    });
  }

  /** The disk's content is gone, and the process with it. */
  loseData(id: MemberId, effects: Effects): void {
    this.wake(effects);
    this.processes[id]!.remove(effects);
    this.members[id]!.erase();
    this.safety.lost(id, effects);
    this.lookAnew(effects);
  }

  /** The member is gone for good, and a new one takes its place. */
  replaceOnPurpose(id: MemberId, plan: ReplacementPlan, effects: Effects): void {
    this.wake(effects);
    this.processes[id]!.remove(effects);
    this.members[id]!.erase();
    this.operator.request(id, plan, effects);
    this.lookAnew(effects);
  }

  /** No fsync of the member's disk that begins before `until` returns before it. */
  stall(id: MemberId, until: Time, effects: Effects): void {
    this.disk(id, effects).stall(effects.now, until);
  }

  /** The member's disk, to do something to. */
  disk(id: MemberId, effects: Effects): Disk {
    this.wake(effects);
    this.touched();
    return this.members[id]!.disk;
  }

  /** No fsync returns until as many calls of `releaseDisk`. */
  holdDisk(id: MemberId, effects: Effects): void {
    this.disk(id, effects).hold(effects.now);
    this.lookAnew(effects);
  }

  releaseDisk(id: MemberId, effects: Effects): void {
    this.disk(id, effects).release(effects);
    this.lookAnew(effects);
  }

  slowDisk(id: MemberId, spell: Spell, effects: Effects): void {
    this.disk(id, effects).beginSpell(spell);
  }

  endSpell(id: MemberId, spell: Spell, effects: Effects): void {
    this.disk(id, effects).endSpell(spell);
  }

  /** The member's loop waits so for a processor from now on; undefined: not at all. */
  occupyProcessor(id: MemberId, wait: Wait | undefined, effects: Effects): void {
    this.wake(effects);
    this.touched();
    this.members[id]!.loop.processor.occupy(wait);
  }

  cut(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.channel(from, to).cut(effects);
    this.channel(to, from).loseAcks(effects);
  }

  heal(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.channel(from, to).heal(effects);
    this.channel(to, from).regainAcks(effects);
  }

  impair(from: MemberId, to: MemberId, impairment: Impairment, effects: Effects): void {
    this.wake(effects);
    this.channel(from, to).impair(impairment, effects);
  }

  relieve(from: MemberId, to: MemberId, impairment: Impairment, effects: Effects): void {
    this.wake(effects);
    this.channel(from, to).relieve(impairment, effects);
  }

  /** The database is over its quota, until as many calls with false as with true. */
  alarm(isOn: boolean, effects: Effects): void {
    this.wake(effects);
    this.spaceAlarms += isOn ? 1 : -1;
    this.hasSpaceAlarm = this.spaceAlarms > 0;
    this.lookAnew(effects);
  }

  private lookAnew(effects: Effects): void {
    this.touched();
    this.look(effects);
  }
}
