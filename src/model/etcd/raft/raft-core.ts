/**
 * One member's Raft, as etcd-io/raft behaves: ticks and randomised time-outs in ticks, PreVote,
 * CheckQuorum with in-lease refusal, Probe and Replicate, leadership transfer, linearizable reads.
 * It knows neither clocks nor disks nor networks: it takes ticks and messages, and leaves messages
 * to be sent, at once or after what it wrote is on disk. Left out: the payload of entries, joint
 * configurations.
 */

import type { RandomStream } from '../../../engine/random-streams.ts';
import {
  type Configuration,
  ENTRY_BYTES,
  type MemberId,
  type Message,
  NOBODY,
  type ReadAnswer,
} from './message.ts';
import { Progress } from './progress.ts';
import { RaftLog } from './raft-log.ts';

type Role = 'follower' | 'preCandidate' | 'candidate' | 'leader';

export interface RaftSettings {
  /** Ticks; etcd: election-timeout over heartbeat-interval. */
  readonly electionTicks: number;
  readonly preVote: boolean;
  readonly checkQuorum: boolean;
  /** Bytes of the database, as a snapshot sends it. */
  readonly snapshotSize: number;
  /** Whether any answer to an append ends Probe (3.6), or only one with news (3.4, 3.5). */
  readonly anyAnswerEndsProbe: boolean;
}

/** What a member's Raft tells and asks of its process. */
export interface RaftHooks {
  /** A whole number from 0 up to below `range`. */
  draw(range: number): number;
  /** Whether a committed change of membership is still to be applied. */
  hasUnappliedChange?(core: RaftCore): boolean;
  campaigned?(core: RaftCore): void;
  /** A rival's request for the same term reached a candidate: the votes may be split. */
  rivalled?(core: RaftCore): void;
  /** A leader found more to be committed. */
  committed?(core: RaftCore): void;
  /** What a leader knows of a peer changed in kind, or it committed for the first time. */
  progressed?(): void;
}

export class RaftCore {
  readonly id: MemberId;
  readonly log = new RaftLog();
  role: Role = 'follower';
  term = 0;
  vote: MemberId = NOBODY;
  leader: MemberId = NOBODY;
  electionElapsed = 0;
  randomizedTimeout = 0;
  transferee: MemberId = NOBODY;
  voters: readonly MemberId[] = [];
  learners: readonly MemberId[] = [];
  peers: readonly MemberId[] = [];
  majority = 0;
  /** Whether this member votes, and so may campaign. */
  isPromotable = false;
  readonly progress = new Map<MemberId, Progress>();
  readonly replication: Replication = new Replication(this);
  readonly reads: ReadIndex = new ReadIndex(this);
  /** To be sent: by a leader before it writes, by others after. */
  outbox: Message[] = [];
  /** To be sent, or taken back by this member itself, once what it wrote is on disk. */
  afterWrite: Message[] = [];
  readonly settings: RaftSettings;
  readonly votes = new Map<MemberId, boolean>();
  readonly hooks: RaftHooks;

  constructor(
    id: MemberId,
    configuration: Configuration,
    settings: RaftSettings,
    hooks: RaftHooks,
  ) {
    this.id = id;
    this.settings = settings;
    this.hooks = hooks;
    this.configure(configuration);
    this.becomeFollower(0, NOBODY);
  }

  /** A change of membership was applied. */
  configure({ voters, learners, newcomer }: Configuration): void {
    this.voters = voters;
    this.learners = learners;
    this.majority = Math.floor(voters.length / 2) + 1;
    this.isPromotable = voters.includes(this.id);
    this.peers = [...voters, ...learners].filter((peer) => peer !== this.id);
    if (this.role !== 'leader') return;
    for (const peer of [...this.progress.keys()]) {
      if (!this.peers.includes(peer) || peer === newcomer) this.progress.delete(peer);
    }
    for (const peer of this.peers) {
      if (!this.progress.has(peer)) this.progress.set(peer, this.unknownPeer());
    }
    if (!this.isPromotable) this.becomeFollower(this.term, NOBODY);
    else if (this.replication.advanceCommit()) this.replication.broadcastAppend();
    this.hooks.progressed?.();
  }

  /** A new peer counts as active until the next look at the quorum, as in etcd. */
  private unknownPeer(): Progress {
    const progress = new Progress(this.log.last);
    progress.recentlyActive = true;
    return progress;
  }

  /** As in a cluster that has run for long under `leader` in term 1, all logs equal. */
  startWarm(index: number, leader: MemberId, draws: RandomStream): void {
    this.log.restore(index, 1);
    this.becomeFollower(1, leader);
    if (leader !== this.id) return;
    this.role = 'leader';
    this.electionElapsed = Math.floor(draws.double() * this.settings.electionTicks);
    for (const peer of this.peers) {
      const progress = new Progress(index);
      progress.match = index;
      progress.becomeReplicate();
      progress.recentlyActive = true;
      this.progress.set(peer, progress);
    }
  }

  /** A process that starts again from what was on disk. */
  restartFromDisk(): void {
    this.log.loseUnstable();
    this.outbox = [];
    this.afterWrite = [];
    this.becomeFollower(this.term, NOBODY);
  }

  tick(): void {
    this.electionElapsed++;
    if (this.role === 'leader') this.tickLeader();
    else if (this.isPromotable && this.electionElapsed >= this.randomizedTimeout) {
      this.electionElapsed = 0;
      this.hup(this.settings.preVote ? 'prospective' : 'real');
    }
  }

  /** So many ticks of campaigning that nobody hears, or nobody answers. */
  tickInVain(ticks: number): void {
    let left = ticks;
    if (this.isPromotable && this.settings.preVote) {
      const elapsed = this.electionElapsed + ticks;
      if (elapsed >= this.randomizedTimeout) {
        this.becomePreCandidate();
        this.votes.set(this.id, true);
      }
      this.electionElapsed = elapsed % this.randomizedTimeout;
      return;
    }
    while (this.isPromotable && this.electionElapsed + left >= this.randomizedTimeout) {
      left -= this.randomizedTimeout - this.electionElapsed;
      this.becomeCandidate();
      this.votes.set(this.id, true);
    }
    this.electionElapsed += left;
  }

  send(message: Message): void {
    const { type } = message;
    const isAnswer = type === 'appendAnswer' || type === 'voteAnswer';
    (isAnswer ? this.afterWrite : this.outbox).push(message);
  }

  becomeFollower(term: number, leader: MemberId): void {
    this.reset(term);
    this.role = 'follower';
    this.leader = leader;
  }

  /** Changes neither the term nor the vote nor the timer. */
  private becomePreCandidate(): void {
    this.votes.clear();
    this.role = 'preCandidate';
    this.leader = NOBODY;
  }

  private becomeCandidate(): void {
    this.reset(this.term + 1);
    this.vote = this.id;
    this.role = 'candidate';
  }

  /** Takes every peer to hold all that it holds itself, probes, and writes an empty entry. */
  becomeLeader(): void {
    this.reset(this.term);
    this.role = 'leader';
    this.leader = this.id;
    for (const peer of this.peers) this.progress.set(peer, new Progress(this.log.last));
    this.log.append(this.term, 1);
  }

  /**
   * To campaign by itself, or at once by order of the leader that hands over; but not before it
   * knows who votes (raft.go, hup).
   */
  hup(kind: 'prospective' | 'real' | 'transfer'): void {
    if (this.hooks.hasUnappliedChange?.(this) !== true) this.campaign(kind);
  }

  campaign(kind: 'prospective' | 'real' | 'transfer'): void {
    if (this.role === 'leader' || !this.isPromotable) return;
    const prospective = kind === 'prospective';
    if (prospective) this.becomePreCandidate();
    else this.becomeCandidate();
    this.hooks.campaigned?.(this);
    const term = prospective ? this.term + 1 : this.term;
    const { last: lastIndex, lastTerm } = this.log;
    const transfer = kind === 'transfer';
    for (const voter of this.voters) {
      const envelope = { from: this.id, to: voter, term, prospective } as const;
      if (voter === this.id) this.send({ ...envelope, type: 'voteAnswer', granted: true });
      else this.send({ ...envelope, type: 'vote', lastIndex, lastTerm, transfer });
    }
  }

  /** Writes of clients, at the leader. False where they are dropped, as while it hands over. */
  propose(count: number): boolean {
    if (this.role !== 'leader' || this.transferee !== NOBODY) return false;
    this.log.append(this.term, count);
    this.replication.broadcastAppend();
    return true;
  }

  /** Hands leadership to a voter. */
  transferTo(peer: MemberId): void {
    const progress = this.progress.get(peer);
    if (this.role !== 'leader' || progress === undefined) return;
    this.electionElapsed = 0;
    this.transferee = peer;
    if (progress.match === this.log.last) this.sendTimeoutNow(peer);
    else this.replication.sendAppend(peer, true);
  }

  sendTimeoutNow(peer: MemberId): void {
    this.send({ type: 'timeoutNow', from: this.id, to: peer, term: this.term });
  }

  private reset(term: number): void {
    if (term !== this.term) {
      this.term = term;
      this.vote = NOBODY;
    }
    this.leader = NOBODY;
    this.electionElapsed = 0;
    const { electionTicks } = this.settings;
    this.randomizedTimeout = electionTicks + this.hooks.draw(electionTicks);
    this.transferee = NOBODY;
    this.votes.clear();
    this.progress.clear();
    this.reads.reset();
  }

  /** Heartbeats go out each tick; the quorum is checked each election time-out. */
  private tickLeader(): void {
    if (this.electionElapsed >= this.settings.electionTicks) {
      this.electionElapsed = 0;
      if (this.settings.checkQuorum) this.checkQuorum();
      this.transferee = NOBODY;
    }
    if (this.role === 'leader') this.replication.broadcastHeartbeat(this.reads.latest);
  }

  private checkQuorum(): void {
    const isActive = (voter: MemberId) =>
      voter === this.id || this.progress.get(voter)!.recentlyActive;
    const active = this.voters.filter(isActive).length;
    if (active < this.majority) this.becomeFollower(this.term, NOBODY);
    for (const progress of this.progress.values()) progress.recentlyActive = false;
  }
}

/** Entries in one message; etcd: MaxSizePerMsg 1 MiB (server/etcdserver/raft.go). */
const MOST_ENTRIES = (1024 * 1024) / ENTRY_BYTES;

/**
 * A leader's side of replication: what it sends to each peer, as far as it knows the peer's log,
 * and what a majority holds and so is committed. Left out: the window of 512 messages in flight.
 */
class Replication {
  private readonly core: RaftCore;
  private readonly held: number[] = [];

  constructor(core: RaftCore) {
    this.core = core;
  }

  /** The transport could not deliver to a peer. */
  reportUnreachable(peer: MemberId): void {
    const progress = this.core.progress.get(peer);
    if (this.core.role !== 'leader' || progress === undefined) return;
    progress.hadAll = false;
    if (progress.state !== 'replicate') return;
    progress.becomeProbe();
    this.core.hooks.progressed?.();
  }

  /** The transport could not deliver a snapshot: the peer is probed anew. */
  reportSnapshotLost(peer: MemberId): void {
    const progress = this.core.progress.get(peer);
    if (this.core.role !== 'leader' || progress?.state !== 'snapshot') return;
    progress.pendingSnapshot = 0;
    progress.becomeProbe();
    progress.paused = true;
  }

  /** The transport delivered a snapshot; whether the peer took it in, a probe will tell. */
  reportSnapshotArrived(peer: MemberId): void {
    const progress = this.core.progress.get(peer);
    if (this.core.role !== 'leader' || progress?.state !== 'snapshot') return;
    progress.becomeProbe();
    progress.paused = true;
  }

  broadcastAppend(): void {
    for (const peer of this.core.peers) this.sendAppend(peer, true);
  }

  /** Sends the entries that a peer lacks, unless it must be waited for; whether it did. */
  sendAppend(peer: MemberId, evenIfEmpty: boolean): boolean {
    const progress = this.core.progress.get(peer)!;
    if (progress.isPaused) return false;
    const previous = progress.next - 1;
    if (previous < this.core.log.compactedTo) return this.sendSnapshot(peer, progress);
    const slice = this.core.log.slice(previous, MOST_ENTRIES);
    const hasEntries = slice.runs.length > 0;
    if (!hasEntries && !evenIfEmpty) return false;
    const { term, id } = this.core;
    const committed = this.core.log.committed;
    this.core.outbox.push({ type: 'append', from: id, to: peer, term, slice, committed });
    progress.sent(slice.last, hasEntries);
    return true;
  }

  /** The highest index that a majority of voters holds is committed, if it is of this term. */
  advanceCommit(): boolean {
    const { log } = this.core;
    const index = this.majorityIndex();
    if (index <= log.committed || log.termAt(index) !== this.core.term) return false;
    const isFirst = log.termAt(log.committed) !== this.core.term;
    log.commit(index);
    this.core.hooks.committed?.(this.core);
    if (isFirst) {
      this.core.reads.release();
      this.core.hooks.progressed?.();
    }
    return true;
  }

  /** The highest index that enough voters hold; of some few, counting is faster than sorting. */
  private majorityIndex(): number {
    const { held } = this;
    const { voters, majority } = this.core;
    let best = 0;
    for (let place = 0; place < voters.length; place++) held[place] = this.matchOf(voters[place]!);
    for (let place = 0; place < voters.length; place++) {
      const index = held[place]!;
      if (index <= best) continue;
      let holders = 0;
      for (let other = 0; other < voters.length; other++) if (held[other]! >= index) holders++;
      if (holders >= majority) best = index;
    }
    return best;
  }

  /** A leader counts its own entries once they are on disk. */
  private matchOf(voter: MemberId): number {
    return voter === this.core.id
      ? this.core.log.stable
      : (this.core.progress.get(voter)?.match ?? 0);
  }

  private sendSnapshot(peer: MemberId, progress: Progress): boolean {
    if (!progress.recentlyActive) return false;
    const index = this.core.log.committed;
    progress.becomeSnapshot(index);
    const indexTerm = this.core.log.termAt(index);
    const envelope = { from: this.core.id, to: peer, term: this.core.term };
    const size = this.core.settings.snapshotSize;
    this.core.send({ type: 'snapshot', ...envelope, index, indexTerm, size });
    return true;
  }

  /** @param read the latest linearizable read that waits for answers; 0 for none */
  broadcastHeartbeat(read: number): void {
    const { id, term, peers, log } = this.core;
    for (let place = 0; place < peers.length; place++) {
      const to = peers[place]!;
      const committed = Math.min(this.core.progress.get(to)!.match, log.committed);
      this.core.outbox.push({ type: 'heartbeat', from: id, to, term, committed, read });
    }
  }
}

/** A read that waits for a majority to answer a heartbeat. */
interface Waiting {
  /** Numbers the rounds of this leader, from 1. */
  readonly round: number;
  readonly index: number;
  readonly asker: MemberId;
  readonly read: number;
  readonly heard: Set<MemberId>;
}

interface Asked {
  readonly asker: MemberId;
  readonly read: number;
}

/**
 * Linearizable reads as etcd asks for them (ReadIndex, ReadOnlySafe): the leader makes sure by a
 * round of heartbeats that it still leads, and answers with the index up to which the reader must
 * have applied. Left out: reads by leases, which etcd never turns on.
 */
class ReadIndex {
  /** Notified of each answered read of this member: the index, and which read. */
  onAnswer: (index: number, read: number) => void = () => {};
  /** Answered, and to be taken with the next of what is ready. */
  private answers: { readonly index: number; readonly read: number }[] = [];
  private readonly core: RaftCore;
  private rounds = 0;
  private waiting: Waiting[] = [];
  /** Reads that came before the leader's first commit. */
  private queued: Asked[] = [];

  constructor(core: RaftCore) {
    this.core = core;
  }

  /** The latest round that waits for answers; 0 for none. */
  get latest(): number {
    return this.waiting.length === 0 ? 0 : this.waiting[this.waiting.length - 1]!.round;
  }

  get hasAnswers(): boolean {
    return this.answers.length > 0;
  }

  takeAnswers(): void {
    for (const { index, read } of this.answers.splice(0)) this.onAnswer(index, read);
  }

  reset(): void {
    this.rounds = 0;
    this.waiting = [];
    this.queued = [];
  }

  /** A member, perhaps itself, asks; one that leads no more drops it, and is not asked again. */
  ask(asker: MemberId, read: number): void {
    const { core } = this;
    const { log } = core;
    if (core.role !== 'leader') return;
    if (core.majority === 1) {
      this.answer({ asker, read }, log.committed);
      return;
    }
    if (log.termAt(log.committed) !== core.term) {
      this.queued.push({ asker, read });
      return;
    }
    const round = ++this.rounds;
    this.waiting.push({ round, index: log.committed, asker, read, heard: new Set([core.id]) });
    core.replication.broadcastHeartbeat(round);
  }

  /** The leader's first commit. */
  release(): void {
    for (const { asker, read } of this.queued.splice(0)) this.ask(asker, read);
  }

  /** A voter's answer to a heartbeat of this round answers all rounds before it too. */
  heard(from: MemberId, round: number): void {
    if (!this.core.voters.includes(from)) return;
    for (const one of this.waiting) if (one.round <= round) one.heard.add(from);
    while (this.waiting.length > 0 && this.waiting[0]!.heard.size >= this.core.majority) {
      const one = this.waiting.shift()!;
      this.answer(one, one.index);
    }
  }

  answered({ index, read }: ReadAnswer): void {
    this.answers.push({ index, read });
  }

  private answer({ asker, read }: Asked, index: number): void {
    const { id: from, term } = this.core;
    if (asker === from) this.answers.push({ index, read });
    else this.core.outbox.push({ type: 'readAnswer', from, to: asker, term, index, read });
  }
}
