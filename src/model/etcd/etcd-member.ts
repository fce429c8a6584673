/**
 * One etcd process around its Raft loop: it starts, makes itself known, lets clients in, hands over
 * when asked to stop, is frozen, killed, or crashes at a point of its pipeline. Left out: leases,
 * watches and everything else that clients see beside reads and writes.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Disk } from '../parts/disk.ts';
import type { CrashPoint } from '../process/managed-process.ts';
import { HandOver, type StoppingMember } from './hand-over.ts';
import { LinearizableReads } from './linearizable-reads.ts';
import type { MemberId, Message, Proposal } from './raft/message.ts';
import { type Configuration, NOBODY } from './raft/message.ts';
import type { RaftCore } from './raft/raft-core.ts';
import { type LoopOwner, RaftLoop } from './raft-loop.ts';
import { type AdvancingMember, TickAdvance } from './tick-advance.ts';

/** The ticket of a member's own attributes, which it publishes through Raft. */
export const PUBLISH = -1;

interface ProcessSettings {
  readonly heartbeatInterval: Duration;
  readonly initialElectionTickAdvance: boolean;
  /** Orders the ticks of members among those of one instant. */
  readonly rank: number;
}

/** What a member asks of the cluster it is in. */
export interface MemberSurroundings {
  send(message: Message, effects: Effects): void;
  /** The leader wrote a client's proposal at the end of its log. */
  accepted(proposal: Proposal, leader: EtcdMember): void;
  /** The member has applied everything up to `index`. */
  applied(member: EtcdMember, index: number, effects: Effects): void;
  /** Something is about to change at the member that happens outside the routine. */
  wake(effects: Effects): void;
  /** The process is up: its peers dial it. */
  started(member: EtcdMember, effects: Effects): void;
  /** The process ends: a write failed, a signal came, or it has handed over as it was asked to. */
  exits(member: EtcdMember, effects: Effects, hasFailed?: boolean): void;
  /** Peers to which the member has a connection, as it sees them (etcd: ActivePeers). */
  activePeers(member: MemberId, effects: Effects): number;
  /** A step of the member is over; `ticked` says whether it was a tick's. */
  stepped(ticked: boolean, effects: Effects): void;
  /** The role or the leader seen may have changed. */
  changed(member: EtcdMember, effects: Effects): void;
  /** Something that service levels look at may have changed. */
  touched(): void;
}

export class EtcdMember implements Component, LoopOwner, AdvancingMember, StoppingMember {
  readonly name: string;
  readonly core: RaftCore;
  readonly loop: RaftLoop;
  readonly reads: LinearizableReads;
  /** Whether its data are there; a new member has none until it has caught up. */
  hasData = true;
  /** The term in which its data were last lost: what it acknowledged up to then it may lack. */
  lostInTerm = -1;
  /** Whether its attributes have been applied since it started, so that it lets clients in. */
  isPublished = false;
  private readonly surroundings: MemberSurroundings;
  private readonly settings: ProcessSettings;
  private readonly starts: SimulationEvent = { kind: 'starts', target: this };
  private readonly republishes: SimulationEvent = { kind: 'republishes', target: this };
  /** etcd's request time-out: 5 s and two election time-outs (config.go, ReqTimeout). */
  readonly requestTimeout: Duration;
  private startsAt: Time = NEVER;
  readonly handOver: HandOver;
  private readonly tickAdvance = new TickAdvance(this);
  private publishedUntil: Time = NEVER;
  private inbox: Message[] = [];
  private proposals: Proposal[] = [];

  constructor(
    name: string,
    core: RaftCore,
    disks: { readonly wal: Disk; readonly backend: Disk },
    settings: ProcessSettings,
    surroundings: MemberSurroundings,
  ) {
    this.name = name;
    this.core = core;
    this.settings = settings;
    this.surroundings = surroundings;
    const { heartbeatInterval, rank } = settings;
    this.requestTimeout = 5 * SECOND + 2 * core.settings.electionTicks * heartbeatInterval;
    this.loop = new RaftLoop(core, disks.wal, disks.backend, heartbeatInterval, rank, this);
    this.reads = new LinearizableReads(this.loop, this.requestTimeout);
    this.handOver = new HandOver(this, heartbeatInterval, this.requestTimeout);
  }

  get isRunning(): boolean {
    return this.loop.isRunning;
  }

  /** The process is there, and its Raft does not run yet. */
  get isStarting(): boolean {
    return this.startsAt !== NEVER;
  }

  get isPaused(): boolean {
    return this.loop.isPaused;
  }

  get applied(): number {
    return this.loop.applied;
  }

  get disk(): Disk {
    return this.loop.disk;
  }

  /** The process is started; its Raft runs after `startUp`. */
  boot(startUp: Duration, effects: Effects): void {
    this.startsAt = effects.now + startUp;
    effects.at(this.startsAt, this.starts);
  }

  /** Raft runs; its first tick comes after `phase`. Without peers it knows nobody yet. */
  start(phase: Duration, effects: Effects): void {
    this.startsAt = NEVER;
    this.isPublished = false;
    this.publishedUntil = NEVER;
    this.loop.start(effects.now + phase, effects);
    if (this.core.peers.length === 0) this.advanceTicks(1, effects);
    else if (this.settings.initialElectionTickAdvance) this.tickAdvance.start(effects);
  }

  /** As one that has run for long: known to all, clients let in. */
  startWarm(firstTick: Time, effects: Effects): void {
    this.startsAt = NEVER;
    this.hasData = true;
    this.isPublished = true;
    this.loop.start(firstTick, effects);
  }

  /** Killed: what was not on disk is gone. */
  kill(): void {
    this.startsAt = NEVER;
    this.handOver.end();
    this.isPublished = false;
    this.tickAdvance.stop();
    this.inbox = [];
    this.proposals = [];
    this.reads.reset();
    this.loop.halt();
  }

  /** The disk's content is gone. The process must not run. */
  erase(): void {
    this.hasData = false;
    this.lostInTerm = Math.max(this.lostInTerm, this.core.term);
    this.loop.erase();
  }

  /** The data of a backup, in a new cluster. The process must not run. */
  restore(index: number, term: number, configuration: Configuration): void {
    this.hasData = true;
    this.core.configure(configuration);
    this.core.log.restore(index, term);
    this.core.term = term;
    this.loop.settle();
  }

  pause(): void {
    this.loop.isPaused = true;
    this.surroundings.touched();
  }

  resume(effects: Effects): void {
    this.loop.isPaused = false;
    for (const message of this.inbox.splice(0)) this.receive(message, effects);
    this.loop.resume(effects);
    this.handOver.thawed(effects);
    this.surroundings.touched();
  }

  /**
   * Asked to stop (SIGTERM): a leader hands over to a successor, if there is one, and looks each
   * heartbeat interval whether it has. Anybody else exits, once all else of this instant has
   * happened: a leader that is stopped together with its followers still finds them there.
   */
  stop(successor: MemberId | undefined, effects: Effects): void {
    this.surroundings.touched();
    this.handOver.begin(successor, effects);
    this.loop.pump(effects);
  }

  /** To be killed when it next comes to one of these points. */
  crashAt(points: ReadonlySet<CrashPoint>): void {
    this.loop.crashesAt = points;
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.starts) {
      if (effects.now !== this.startsAt) return;
      this.startsAt = NEVER;
      this.surroundings.started(this, effects);
    } else if (event === this.republishes && effects.now === this.publishedUntil) {
      this.publishedUntil = NEVER;
      this.changed(effects);
    }
    this.surroundings.stepped(false, effects);
  }

  receive(message: Message, effects: Effects): void {
    if (!this.isRunning) return;
    if (this.isPaused) {
      this.inbox.push(message);
      return;
    }
    if (message.type === 'proposal') this.propose(message);
    else this.loop.take(message, effects);
    this.loop.pump(effects);
    this.reads.applied(effects);
  }

  /**
   * A write by a client or handed on by a follower. It waits while there is no leader; a follower
   * hands it on like any message, once what it writes meanwhile is on disk.
   */
  propose(proposal: Proposal): void {
    const { core } = this;
    if (core.leader === NOBODY) this.proposals.push(proposal);
    else if (core.role === 'leader') {
      if (core.propose(1)) this.surroundings.accepted(proposal, this);
    } else core.outbox.push({ ...proposal, from: core.id, to: core.leader });
  }

  /** The client gave up on a write that waits for a leader. */
  withdraw(ticket: number): void {
    this.proposals = this.proposals.filter((proposal) => proposal.ticket !== ticket);
  }

  /** The member's attributes, proposed since it started, have been applied. */
  publish(effects: Effects): void {
    this.isPublished = true;
    this.publishedUntil = NEVER;
    effects.record({ kind: 'memberServesClients', subject: this.name });
    this.surroundings.touched();
  }

  /** Whether clients are let in: a server that is asked to stop first closes its client port. */
  get acceptsClients(): boolean {
    return this.isRunning && this.isPublished && !this.isStopping;
  }

  get isStopping(): boolean {
    return this.handOver.isUnderWay;
  }

  /** Nothing under way and nothing waiting: only a tick or a message can change anything. */
  get isIdle(): boolean {
    if (this.isStopping || this.tickAdvance.isUnderWay || this.proposals.length > 0) return false;
    const publishes = !this.isPublished && this.core.leader !== NOBODY;
    return !publishes && this.reads.isIdle && this.loop.isIdle;
  }

  ticksElided(now: Time): number {
    return this.loop.ticker.elided(now);
  }

  send(message: Message, effects: Effects): void {
    this.surroundings.send(message, effects);
  }

  hasApplied(before: number, index: number, effects: Effects): void {
    const { log } = this.core;
    this.surroundings.applied(this, index, effects);
    // A leader begins its term with an empty entry, at which etcd's servers ask for reads again.
    if (log.termAt(before) !== log.termAt(index)) this.reads.askAgain(effects);
    this.reads.applied(effects);
  }

  dies(effects: Effects, hasFailed = false): void {
    this.surroundings.exits(this, effects, hasFailed);
  }

  hasWritten(effects: Effects): void {
    this.handOver.hasWritten(effects);
  }

  /** What waits for a leader goes to it. */
  changed(effects: Effects): void {
    this.surroundings.changed(this, effects);
    if (this.core.leader === NOBODY) return;
    if (this.proposals.length > 0) {
      for (const proposal of this.proposals.splice(0)) this.propose(proposal);
    }
    if (!this.isPublished && this.publishedUntil === NEVER) this.proposeAttributes(effects);
  }

  touched(): void {
    this.surroundings.touched();
  }

  stepped(ticked: boolean, effects: Effects): void {
    this.surroundings.stepped(ticked, effects);
  }

  /** A proposal that is lost is made again when the request's time is over. */
  private proposeAttributes(effects: Effects): void {
    this.publishedUntil = effects.now + this.requestTimeout;
    effects.at(this.publishedUntil, this.republishes);
    const { id } = this.core;
    this.propose({ type: 'proposal', from: id, to: id, ticket: PUBLISH - id });
  }

  activePeers(effects: Effects): number {
    return this.surroundings.activePeers(this.core.id, effects);
  }

  advanceTicks(left: number, effects: Effects): void {
    if (this.isPaused) return;
    for (let tick = this.core.settings.electionTicks - left; tick > 0; tick--) this.core.tick();
    this.changed(effects);
    this.loop.pump(effects);
  }
}
