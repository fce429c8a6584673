/**
 * Linearizable reads as etcd asks for them (ReadIndex, ReadOnlySafe): the leader makes sure by a
 * round of heartbeats that it still leads, and answers with the index up to which the reader must
 * have applied. Left out: reads by leases, which etcd never turns on.
 */
import type { MemberId, ReadAnswer } from './message.ts';
import type { RaftCore } from './raft-core.ts';

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

export class ReadIndex {
  /** Told of each answered read of this member: the index, and which read. */
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
