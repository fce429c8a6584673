/**
 * One etcd process: the single loop that takes a tick or what Raft has ready, writes it to the
 * write-ahead log and sends, beside a Raft that takes in messages even while the disk is busy. A
 * stalled fsync therefore stops ticks and heartbeats, and a stalled leader still believes. Left
 * out: the backend's own fsyncs, applying that takes time.
 */
import { type Duration, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { Disk } from '../disk.ts';
import type { MemberSurroundings } from './member-surroundings.ts';
import type { MemberId, Message, Proposal, TermMessage } from './message.ts';
import { NOBODY, type RaftCore } from './raft-core.ts';
import { stepRaft } from './raft-steps.ts';

/** What the loop took from Raft at once and is writing. */
interface Ready {
  readonly last: number;
  readonly term: number;
  readonly vote: MemberId;
  /** To be sent once it is written. */
  readonly messages: readonly Message[];
  readonly afterWrite: readonly Message[];
}

/** A leader that was asked to stop, and whom it waits to see lead. */
interface HandOver {
  readonly successor: MemberId;
  readonly until: Time;
}

export class EtcdMember implements Component {
  readonly name: string;
  readonly core: RaftCore;
  readonly disk: Disk;
  isRunning = true;
  isPaused = false;
  /** Applied up to here. */
  applied = 0;
  private readonly surroundings: MemberSurroundings;
  private readonly ticker: PeriodicTimer;
  private readonly written: SimulationEvent = { kind: 'written', target: this };
  private readonly handedOver: SimulationEvent = { kind: 'handedOver', target: this };
  private readonly interval: Duration;
  /** etcd's request time-out: 5 s and two election time-outs. */
  private readonly handOverLimit: Duration;
  private stopping: HandOver | undefined;
  private writing: Ready | undefined;
  private writtenAt = 0;
  private tickWaits = false;
  private inbox: (TermMessage | Proposal)[] = [];
  private proposals: Proposal[] = [];
  /** The term and vote on disk. */
  private persistedTerm = 0;
  private persistedVote: MemberId = NOBODY;

  constructor(
    name: string,
    core: RaftCore,
    disk: Disk,
    heartbeatInterval: Duration,
    surroundings: MemberSurroundings,
  ) {
    this.name = name;
    this.core = core;
    this.disk = disk;
    this.surroundings = surroundings;
    this.handOverLimit = 5 * SECOND + 2 * core.settings.electionTicks * heartbeatInterval;
    this.interval = heartbeatInterval;
    this.ticker = new PeriodicTimer(this, 'raftTick', heartbeatInterval, core.id);
  }

  /** The process starts; its first tick comes after `phase`. */
  start(phase: Duration, effects: Effects): void {
    this.isRunning = true;
    this.isPaused = false;
    this.ticker.start(effects.now + phase, effects);
    this.pump(effects);
  }

  /** Killed: what was not on disk is gone. */
  kill(): void {
    this.isRunning = false;
    this.isPaused = false;
    this.stopping = undefined;
    this.writing = undefined;
    this.tickWaits = false;
    this.inbox = [];
    this.proposals = [];
    this.core.term = this.persistedTerm;
    this.core.vote = this.persistedVote;
    this.core.restartFromDisk();
    this.applied = Math.min(this.applied, this.core.log.committed);
  }

  pause(): void {
    this.isPaused = true;
  }

  /**
   * Asked to stop (SIGTERM): a leader hands over to a successor, if there is one, and looks each
   * heartbeat interval whether it has; anybody else exits at once.
   */
  stop(successor: MemberId | undefined, effects: Effects): void {
    if (this.core.role !== 'leader' || successor === undefined) {
      this.surroundings.exits(this, effects);
      return;
    }
    this.stopping = { successor, until: effects.now + this.handOverLimit };
    this.core.transferTo(successor);
    effects.at(effects.now + this.interval, this.handedOver);
    this.pump(effects);
  }

  /** What arrived in the meantime is taken in, in order; at most one tick has waited. */
  resume(effects: Effects): void {
    this.isPaused = false;
    if (this.writing !== undefined && this.writtenAt <= effects.now) this.finishWriting(effects);
    for (const message of this.inbox.splice(0)) this.receive(message, effects);
    if (this.tickWaits) this.tick(effects);
    this.pump(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.handedOver) {
      this.lookAtHandOver(effects);
      return;
    }
    if (event === this.ticker.tick) {
      if (!this.isRunning || !this.ticker.isDue(effects.now)) return;
      this.ticker.tickAgain(effects);
      if (this.isPaused || this.writing !== undefined) this.tickWaits = true;
      else this.tick(effects);
    } else if (this.writing !== undefined && effects.now === this.writtenAt && !this.isPaused) {
      this.finishWriting(effects);
    }
    this.pump(effects);
    if (event === this.ticker.tick) this.surroundings.ticked(effects);
  }

  receive(message: Message, effects: Effects): void {
    if (!this.isRunning) return;
    if (this.isPaused) {
      this.inbox.push(message);
      return;
    }
    if (message.type === 'proposal') this.propose(message, effects);
    else stepRaft(this.core, message);
    this.pump(effects);
  }

  /** A write by a client or handed on by a follower; it waits while there is no leader. */
  propose(proposal: Proposal, effects: Effects): void {
    const { core } = this;
    if (core.leader === NOBODY) this.proposals.push(proposal);
    else if (core.role === 'leader') {
      if (core.propose(1)) this.surroundings.accepted(proposal, core);
    } else {
      const { leader: to, id: from } = core;
      this.surroundings.send({ ...proposal, from, to }, effects);
    }
  }

  /** Whether clients are let in: a server that is asked to stop first closes its client port. */
  get acceptsClients(): boolean {
    return this.isRunning && this.stopping === undefined;
  }

  /** Nothing under way and nothing waiting: only a tick or a message can change anything. */
  get isIdle(): boolean {
    if (this.isPaused || this.writing !== undefined || this.tickWaits) return false;
    if (this.stopping !== undefined) return false;
    return this.proposals.length === 0 && !this.hasReady();
  }

  /** Stops ticking until `wake`. The member must be idle. */
  sleep(): void {
    this.ticker.suspend();
  }

  wake(effects: Effects): void {
    this.ticker.wake(effects);
  }

  /** Of a sleeping member: ticks that it would have had before `time`. */
  ticksSleptBefore(time: Time): number {
    return this.ticker.ticksBefore(time);
  }

  ticksElided(now: Time): number {
    return this.ticker.elided(now);
  }

  /** Term, vote and log as they are, all on disk and applied. */
  settle(): void {
    const { core } = this;
    this.persistedTerm = core.term;
    this.persistedVote = core.vote;
    core.log.stable = core.log.last;
    this.applied = core.log.committed;
  }

  private lookAtHandOver(effects: Effects): void {
    if (this.stopping === undefined || this.isPaused) return;
    const { successor, until } = this.stopping;
    if (this.core.leader === successor || effects.now >= until) {
      this.surroundings.exits(this, effects);
    } else {
      effects.at(effects.now + this.interval, this.handedOver);
    }
  }

  private tick(effects: Effects): void {
    this.tickWaits = false;
    this.core.tick();
    this.surroundings.changed(this, effects);
  }

  /** Takes and writes what is ready until there is nothing left or the disk is busy. */
  private pump(effects: Effects): void {
    while (this.isRunning && !this.isPaused && this.writing === undefined) {
      this.surroundings.changed(this, effects);
      this.releaseProposals(effects);
      if (!this.hasReady()) return;
      this.take(effects);
    }
  }

  /** The client gave up on a write that waits for a leader. */
  withdraw(ticket: number): void {
    this.proposals = this.proposals.filter((proposal) => proposal.ticket !== ticket);
  }

  private releaseProposals(effects: Effects): void {
    if (this.proposals.length === 0 || this.core.leader === NOBODY) return;
    for (const proposal of this.proposals.splice(0)) this.propose(proposal, effects);
  }

  private hasReady(): boolean {
    const { core } = this;
    const { log, outbox, afterWrite } = core;
    return (
      outbox.length > 0 || afterWrite.length > 0 || log.committed > this.applied || this.mustSync()
    );
  }

  /** Entries, terms and votes are synced; a commit index alone is written without. */
  private mustSync(): boolean {
    const { log, term, vote } = this.core;
    return log.stable < log.last || term !== this.persistedTerm || vote !== this.persistedVote;
  }

  /** A leader sends before it writes, so that followers write at the same time; others after. */
  private take(effects: Effects): void {
    const { core } = this;
    const { term, vote, outbox, afterWrite } = core;
    core.outbox = [];
    core.afterWrite = [];
    const isLeader = core.role === 'leader';
    if (isLeader) for (const message of outbox) this.surroundings.send(message, effects);
    const messages = isLeader ? [] : outbox;
    const mustSync = this.mustSync();
    core.log.beginWriting();
    this.writing = { last: core.log.last, term, vote, messages, afterWrite };
    this.apply(effects);
    this.writtenAt = effects.now + (mustSync ? this.disk.fsync(effects.now) : 0);
    if (mustSync) effects.at(this.writtenAt, this.written);
    else this.finishWriting(effects);
  }

  private finishWriting(effects: Effects): void {
    const { last, term, vote, messages, afterWrite } = this.writing!;
    this.writing = undefined;
    this.persistedTerm = term;
    this.persistedVote = vote;
    const { core } = this;
    core.log.written(last);
    if (core.role === 'leader' && core.advanceCommit()) core.broadcastAppend();
    for (const message of messages) this.surroundings.send(message, effects);
    for (const message of afterWrite) {
      if (message.to !== core.id) this.surroundings.send(message, effects);
      else if (message.type !== 'proposal') stepRaft(core, message);
    }
    if (this.tickWaits) this.tick(effects);
  }

  private apply(effects: Effects): void {
    const { committed } = this.core.log;
    if (committed <= this.applied) return;
    this.applied = committed;
    this.surroundings.applied(this.core.id, committed, effects);
  }
}
