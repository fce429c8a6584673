/** The members of one etcd cluster, the channels between them, and who leads. */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Law } from '../../engine/laws/law.ts';
import { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { keyOf } from '../../engine/stateless-draw.ts';
import { Disk } from '../disk.ts';
import { Channel, type Latency } from './channel.ts';
import type { SleepingCluster } from './cluster-quiet.ts';
import { ClusterSleep } from './cluster-sleep.ts';
import { EtcdMember } from './etcd-member.ts';
import type { MemberSurroundings, Observed } from './member-surroundings.ts';
import type { MemberId, Message, Proposal } from './message.ts';
import { NOBODY, RaftCore, type RaftSettings } from './raft-core.ts';

/** Writes that nobody waits for. */
const BACKGROUND = 0;

export interface EtcdSettings extends RaftSettings {
  readonly members: number;
  /** One tick. */
  readonly heartbeatInterval: Duration;
  readonly fsync: Law;
  latency(from: MemberId, to: MemberId): Latency;
  /** Between writes of clients at the leader; undefined for none. */
  readonly writeInterval: Duration | undefined;
  /** Members' ticks lie at random (`independent`) or within this of each other. */
  readonly tickSpread: 'independent' | Duration;
}

/** Told of what matters beyond the cluster. */
export interface ClusterListener {
  accepted?(proposal: Proposal, index: number, term: number): void;
  applied?(member: MemberId, index: number, effects: Effects): void;
  campaigned?(core: RaftCore): void;
  roleChanged?(member: Observed, effects: Effects): void;
}

export class EtcdCluster implements MemberSurroundings, SleepingCluster, Component {
  members: readonly EtcdMember[] = [];
  private readonly settings: EtcdSettings;
  private readonly streams: RandomStreams;
  private readonly listener: ClusterListener;
  readonly channels: Channel[][] = [];
  readonly writes: PeriodicTimer | undefined;
  private readonly sleep: ClusterSleep = new ClusterSleep(this);
  private readonly roles: string[] = [];

  constructor(settings: EtcdSettings, streams: RandomStreams, listener: ClusterListener) {
    this.settings = settings;
    this.streams = streams;
    this.listener = listener;
    const { writeInterval } = settings;
    if (writeInterval !== undefined) {
      this.writes = new PeriodicTimer(this, 'write', writeInterval, settings.members);
    }
  }

  /** New members with empty logs start together, each connected to each. */
  start(replication: number, effects: Effects): void {
    const { settings } = this;
    this.sleep.restart();
    const ids = Array.from({ length: settings.members }, (_, id) => id);
    this.members = ids.map((id) => this.member(id, ids));
    this.roles.length = 0;
    const phases = this.streams.stream('etcd/tickPhase');
    const period = settings.heartbeatInterval;
    const common = Math.floor(phases.double() * period);
    for (const from of ids) {
      this.channels[from] = ids.map((to) => this.channel(from, to, replication));
    }
    for (const member of this.members) {
      member.disk.restart(keyOf(`fsync ${member.name}`, replication));
      const own = phases.double();
      const phase =
        settings.tickSpread === 'independent'
          ? Math.floor(own * period)
          : (common + Math.floor(own * settings.tickSpread)) % period;
      member.start(phase, effects);
    }
    const { writeInterval } = settings;
    if (writeInterval !== undefined) {
      this.writes?.start(Math.floor(phases.double() * writeInterval), effects);
    }
  }

  /** A client writes at the leader, if there is one. */
  step(_event: SimulationEvent, effects: Effects): void {
    const { writes } = this;
    if (writes === undefined || !writes.isDue(effects.now)) return;
    writes.tickAgain(effects);
    const { leader } = this;
    if (leader === undefined) return;
    const { id } = leader.core;
    leader.receive({ type: 'proposal', from: id, to: id, ticket: BACKGROUND }, effects);
  }

  /** To be called before anything about the cluster is changed or looked at closely. */
  wake(effects: Effects): void {
    this.sleep.wake(effects);
  }

  ticked(effects: Effects): void {
    this.sleep.trySleep(effects);
  }

  ticksElided(now: Time): number {
    const members = this.members.reduce((sum, member) => sum + member.ticksElided(now), 0);
    return members + (this.writes?.elided(now) ?? 0);
  }

  /** The member that leads in the highest term among those that run. */
  get leader(): EtcdMember | undefined {
    let found: EtcdMember | undefined;
    for (const member of this.members) {
      if (!member.isRunning || member.core.role !== 'leader') continue;
      if (found === undefined || member.core.term > found.core.term) found = member;
    }
    return found;
  }

  kill(id: MemberId, effects: Effects): void {
    this.wake(effects);
    this.members[id]!.kill();
    for (let other = 0; other < this.members.length; other++) {
      this.channels[id]![other]!.close();
      this.channels[other]![id]!.close();
    }
    this.changed(this.members[id]!, effects);
  }

  /** Asked to stop (SIGTERM): a leader first hands over to a voter that it reaches. */
  stop(id: MemberId, effects: Effects): void {
    this.wake(effects);
    const successor = this.members.find(
      ({ core, isRunning }) =>
        core.id !== id && isRunning && this.channels[id]![core.id]!.isClear(effects.now),
    );
    this.members[id]!.stop(successor?.core.id, effects);
  }

  exits(member: Observed, effects: Effects): void {
    this.kill(member.core.id, effects);
  }

  /** The process starts again from its disk; its peers dial it anew. */
  restart(id: MemberId, effects: Effects): void {
    this.wake(effects);
    for (let other = 0; other < this.members.length; other++) {
      if (!this.members[other]!.isRunning) continue;
      this.channels[id]![other]!.open(effects);
      this.channels[other]![id]!.open(effects);
    }
    this.members[id]!.start(this.settings.heartbeatInterval, effects);
  }

  /** The process is frozen. */
  pause(id: MemberId, effects: Effects): void {
    this.wake(effects);
    this.members[id]!.pause();
  }

  resume(id: MemberId, effects: Effects): void {
    this.wake(effects);
    this.members[id]!.resume(effects);
  }

  /** No fsync of the member's disk returns before `until`. */
  stall(id: MemberId, until: Time, effects: Effects): void {
    this.wake(effects);
    this.members[id]!.disk.stall(until);
  }

  cut(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.channels[from]![to]!.cut(effects);
  }

  heal(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.channels[from]![to]!.heal(effects);
  }

  send(message: Message, effects: Effects): void {
    const delivered = this.channels[message.from]![message.to]!.send(message, effects);
    if (!delivered) this.members[message.from]!.core.reportUnreachable(message.to);
  }

  accepted(proposal: Proposal, leader: RaftCore): void {
    this.listener.accepted?.(proposal, leader.log.last, leader.term);
  }

  applied(member: MemberId, index: number, effects: Effects): void {
    this.listener.applied?.(member, index, effects);
  }

  changed(member: Observed, effects: Effects): void {
    const { core, isRunning } = member;
    const leader = core.leader === NOBODY ? 'nobody' : core.leader;
    const role = isRunning ? `${core.role} ${core.term} ${leader}` : 'down';
    if (this.roles[core.id] === role) return;
    this.roles[core.id] = role;
    this.listener.roleChanged?.(member, effects);
  }

  private member(id: MemberId, voters: readonly MemberId[]): EtcdMember {
    const { settings } = this;
    const name = `m${id + 1}`;
    const timeouts = this.streams.stream(`${name}/electionTimeout`);
    const core = new RaftCore(id, voters, settings, {
      draw: (range) => Math.floor(timeouts.double() * range),
      campaigned: (campaigner) => this.listener.campaigned?.(campaigner),
    });
    return new EtcdMember(name, core, new Disk(settings.fsync), settings.heartbeatInterval, this);
  }

  private channel(from: MemberId, to: MemberId, replication: number): Channel {
    const key = keyOf(`${from}->${to}`, replication);
    const latency = this.settings.latency(from, to);
    return new Channel(key, latency, (message, effects) =>
      this.members[to]!.receive(message, effects),
    );
  }
}
