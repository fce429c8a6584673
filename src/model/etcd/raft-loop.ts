/**
 * The single loop of an etcd process: it takes a tick or what Raft has ready, writes it to the log,
 * waits for a processor and sends, beside a Raft that takes in messages all the while. So a stalled
 * fsync stops ticks and heartbeats, and a stalled leader still believes. What is committed is
 * applied beside it, as far as the backend lets, in no time of its own.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { Disk, DiskUser } from '../parts/disk.ts';
import { Processor } from '../parts/processor.ts';
import type { CrashPoint } from '../process/managed-process.ts';
import { Backend } from './backend.ts';
import type { MemberId, Message } from './raft/message.ts';
import { NOBODY } from './raft/message.ts';
import type { RaftCore } from './raft/raft-core.ts';
import { stepRaft } from './raft/raft-steps.ts';

/** Whoever asks gives up then (apiserver storagebackend/config.go, DefaultHealthcheckTimeout). */
const SLOW_FSYNC: Duration = 2 * SECOND;

const NONE: ReadonlySet<CrashPoint> = new Set();

/** What the loop takes from Raft at once, and writes. */
interface Ready {
  readonly last: number;
  readonly term: number;
  readonly vote: MemberId;
  /** To be sent once it is written. */
  readonly messages: readonly Message[];
  readonly afterWrite: readonly Message[];
  /** Whether it takes an fsync. */
  readonly mustSync: boolean;
  readonly committed: number;
}

/** The process around the loop. */
export interface LoopOwner {
  send(message: Message, effects: Effects): void;
  /** Everything up to `index` is applied, and before that was up to `before`. */
  hasApplied(before: number, index: number, effects: Effects): void;
  /** An fsync has returned, also to a process that is frozen; the process may end. */
  hasWritten(effects: Effects): void;
  /** A write failed, or the process came to the point at which it is to crash. */
  dies(effects: Effects, hasFailed?: boolean): void;
  /** Role, term or leader seen may have changed. */
  changed(effects: Effects): void;
  /** Whether it answers in time has changed. */
  touched(): void;
  /** To be called at the end of each step; `ticked` says whether it was a tick's. */
  stepped(ticked: boolean, effects: Effects): void;
}

export class RaftLoop implements Component, DiskUser {
  readonly core: RaftCore;
  readonly disk: Disk;
  readonly backend: Backend;
  readonly processor: Processor = new Processor();
  readonly ticker: PeriodicTimer;
  isRunning = false;
  isPaused = false;
  /** Applied up to here. */
  applied = 0;
  /** Points at which the process is to be killed, and the one at which it ends now. */
  crashesAt: ReadonlySet<CrashPoint> = NONE;
  crashedAt: CrashPoint | undefined = undefined;
  private readonly owner: LoopOwner;
  private readonly written: SimulationEvent = { kind: 'written', target: this };
  private readonly applies: SimulationEvent = { kind: 'applies', target: this };
  /** Handed on to be applied up to here. */
  private handedOn = 0;
  private appliesAt: Time = NEVER;
  private writing: Ready | undefined;
  private writingSince: Time = 0;
  private writtenAt: Time = 0;
  private tickWaits = false;
  /** The term and vote on disk. */
  private persistedTerm = 0;
  private persistedVote: MemberId = NOBODY;

  /** @param backendDisk where the database lies: the same disk or another */
  constructor(
    core: RaftCore,
    disk: Disk,
    backendDisk: Disk,
    heartbeatInterval: Duration,
    rank: number,
    owner: LoopOwner,
  ) {
    this.core = core;
    this.disk = disk;
    this.backend = new Backend(backendDisk);
    this.owner = owner;
    this.ticker = new PeriodicTimer(this, 'raftTick', heartbeatInterval, rank);
    disk.users.push(this);
  }

  start(firstTick: Time, effects: Effects): void {
    this.isRunning = true;
    this.isPaused = false;
    this.handedOn = this.applied;
    this.appliesAt = NEVER;
    this.backend.settle();
    this.ticker.start(firstTick, effects);
    this.pump(effects);
  }

  /** Killed: what was not on disk is gone. */
  halt(): void {
    this.isRunning = false;
    this.isPaused = false;
    this.crashesAt = NONE;
    this.writing = undefined;
    this.tickWaits = false;
    this.core.term = this.persistedTerm;
    this.core.vote = this.persistedVote;
    this.core.restartFromDisk();
    this.applied = Math.min(this.applied, this.core.log.committed);
  }

  /** All that was on disk is gone too. */
  erase(): void {
    this.persistedTerm = 0;
    this.persistedVote = NOBODY;
    this.core.term = 0;
    this.core.vote = NOBODY;
    this.core.log.erase();
    this.applied = 0;
    this.core.restartFromDisk();
  }

  /** At most one tick has waited while the process was frozen. */
  resume(effects: Effects): void {
    this.isPaused = false;
    if (this.writing !== undefined && this.writtenAt <= effects.now) this.finishWriting(effects);
    if (this.appliesAt <= effects.now) this.apply(effects);
    if (this.isRunning && this.tickWaits && this.writing === undefined) this.tick(effects);
    this.pump(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    const isTick = event === this.ticker.tick;
    if (isTick) {
      if (!this.isRunning || !this.ticker.isDue(effects.now)) return;
      this.ticker.tickAgain(effects);
      if (this.isPaused || this.writing !== undefined) this.tickWaits = true;
      else this.tick(effects);
    } else if (event === this.written) {
      if (this.writing === undefined || effects.now !== this.writtenAt) return;
      if (this.isPaused) this.owner.hasWritten(effects);
      else this.finishWriting(effects);
    } else if (event === this.applies) {
      if (!this.isRunning || effects.now !== this.appliesAt || this.isPaused) return;
      this.apply(effects);
    }
    this.pump(effects);
    this.owner.stepped(isTick, effects);
  }

  /** Takes in a message, even while the disk is busy. */
  take(message: Message, effects: Effects): void {
    if (message.type === 'snapshot' && this.crashes('duringSnapshot', effects)) return;
    if (message.type === 'readRequest') this.core.reads.ask(message.from, message.read);
    else if (message.type !== 'proposal') stepRaft(this.core, message);
  }

  /** Fsyncs that were held may go on: those under way begin anew. */
  diskReleased(effects: Effects): void {
    this.backend.diskReleased(effects.now);
    if (this.writing !== undefined && this.writtenAt === NEVER) this.write(effects);
    if (this.appliesAt === NEVER && this.handedOn > this.applied) this.apply(effects);
    if (this.writing === undefined) this.owner.hasWritten(effects);
  }

  isStuck(now: Time): boolean {
    return this.isHeldUp(now) || this.backend.isHeld;
  }

  get isWriting(): boolean {
    return this.writing !== undefined || this.backend.isHeld;
  }

  /** It has waited for disk or processor for so long, or will, that it does not answer in time. */
  isHeldUp(now: Time): boolean {
    if (this.writing === undefined || this.writtenAt <= now) return false;
    return this.writtenAt - this.writingSince > SLOW_FSYNC;
  }

  /** Nothing under way and nothing waiting: only a tick or a message can change anything. */
  get isIdle(): boolean {
    if (this.isPaused || this.writing !== undefined || this.tickWaits) return false;
    return this.applied === this.handedOn && !this.hasReady();
  }

  /** It is to be killed when it next writes. */
  get crashesAtWrite(): boolean {
    return this.crashesAt.size > (this.crashesAt.has('duringSnapshot') ? 1 : 0);
  }

  /** Term, vote and log as they are, all on disk and applied. */
  settle(): void {
    const { core } = this;
    this.persistedTerm = core.term;
    this.persistedVote = core.vote;
    core.log.stable = core.log.last;
    this.applied = core.log.committed;
    this.handedOn = core.log.committed;
    this.appliesAt = NEVER;
    this.backend.settle();
  }

  /** Takes and writes what is ready until there is nothing left or the disk is busy. */
  pump(effects: Effects): void {
    while (this.isRunning && !this.isPaused && this.writing === undefined) {
      this.owner.changed(effects);
      if (!this.hasReady()) return;
      this.takeReady(effects);
    }
  }

  private tick(effects: Effects): void {
    this.tickWaits = false;
    this.core.tick();
    this.owner.changed(effects);
  }

  private hasReady(): boolean {
    const { core } = this;
    const { log, outbox, afterWrite } = core;
    if (outbox.length > 0 || afterWrite.length > 0 || core.reads.hasAnswers) return true;
    return log.committed > this.handedOn || this.mustSync();
  }

  /** Entries, terms and votes are synced; a commit index alone is written without. */
  private mustSync(): boolean {
    const { log, term, vote } = this.core;
    return log.stable < log.last || term !== this.persistedTerm || vote !== this.persistedVote;
  }

  /** A leader sends before it writes, so that followers write at the same time; others after. */
  private takeReady(effects: Effects): void {
    const { core } = this;
    const { term, vote, outbox, afterWrite } = core;
    const mustSync = this.mustSync();
    if (mustSync && this.crashes(core.role === 'leader' ? 'beforeSend' : undefined, effects))
      return;
    core.outbox = [];
    core.afterWrite = [];
    const isLeader = core.role === 'leader';
    if (isLeader) for (const message of outbox) this.owner.send(message, effects);
    const messages = isLeader ? [] : outbox;
    if (mustSync && this.crashes('beforeFsync', effects)) return;
    if (core.reads.hasAnswers) core.reads.takeAnswers();
    const { last, committed, stable } = core.log;
    core.log.beginWriting();
    this.writing = { last, term, vote, messages, afterWrite, mustSync, committed };
    // What is committed and not yet on this disk is applied once it is (3.4.21, 3.5.5 and later).
    if (committed <= stable) this.handOn(committed, effects);
    if (mustSync && this.disk.isBroken) this.owner.dies(effects, true);
    else this.write(effects);
  }

  private write(effects: Effects): void {
    this.writingSince = effects.now;
    const fsync = this.writing!.mustSync ? this.disk.fsync(effects.now) : 0;
    const length = fsync + this.processor.wait(effects.now + fsync);
    this.writtenAt = effects.now + length;
    if (length === 0) this.finishWriting(effects);
    else if (length !== NEVER) effects.at(this.writtenAt, this.written);
    if (length > SLOW_FSYNC) this.owner.touched();
  }

  private finishWriting(effects: Effects): void {
    const { last, term, vote, messages, afterWrite, mustSync, committed } = this.writing!;
    const { core } = this;
    if (effects.now - this.writingSince > SLOW_FSYNC) this.owner.touched();
    this.writing = undefined;
    this.persistedTerm = term;
    this.persistedVote = vote;
    core.log.written(last);
    this.handOn(committed, effects);
    if (mustSync && this.crashes('afterFsync', effects)) return;
    const isFollower = core.role !== 'leader';
    if (mustSync && this.crashes(isFollower ? 'beforeSend' : undefined, effects)) return;
    if (core.role === 'leader' && core.replication.advanceCommit())
      core.replication.broadcastAppend();
    for (const message of messages) this.owner.send(message, effects);
    for (const message of afterWrite) {
      if (message.to !== core.id) this.owner.send(message, effects);
      else if (message.type !== 'proposal' && message.type !== 'readRequest')
        stepRaft(core, message);
    }
    if (this.tickWaits) this.tick(effects);
    this.owner.hasWritten(effects);
  }

  private crashes(point: CrashPoint | undefined, effects: Effects): boolean {
    if (point === undefined || !this.crashesAt.has(point)) return false;
    this.crashedAt = point;
    this.owner.dies(effects);
    this.crashedAt = undefined;
    return true;
  }

  private handOn(committed: number, effects: Effects): void {
    if (committed <= this.handedOn) return;
    this.handedOn = committed;
    if (this.appliesAt === NEVER) this.apply(effects);
  }

  /** Applies what was handed on, once the backend lets. */
  private apply(effects: Effects): void {
    this.appliesAt = NEVER;
    if (this.handedOn <= this.applied) return;
    const time = this.backend.availableAt(effects.now);
    if (time > effects.now) {
      if (time === NEVER) return;
      this.appliesAt = time;
      effects.at(time, this.applies);
      return;
    }
    const before = this.applied;
    this.applied = this.handedOn;
    this.backend.applied(effects.now);
    this.owner.hasApplied(before, this.applied, effects);
  }
}
