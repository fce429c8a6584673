/** The log of positions against a log that keeps every entry. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LogSlice, RaftLog } from '../../../../src/model/etcd/raft/raft-log.ts';
import { draws } from '../../../support/draws.ts';

interface Entry {
  readonly term: number;
}

/** A log as a plain list, where an entry replaced is another object. */
class PlainLog {
  entries: Entry[] = [];
  private readonly onDisk = new Set<Entry>();
  private beingWritten: readonly Entry[] = [];

  append(term: number, count: number): void {
    for (let more = 0; more < count; more++) this.entries.push({ term });
  }

  accept(previousIndex: number, previousTerm: number, sent: readonly Entry[]): boolean {
    if (this.termAt(previousIndex) !== previousTerm) return false;
    if (previousIndex > this.entries.length) return false;
    sent.forEach(({ term }, place) => {
      const index = previousIndex + place + 1;
      if (this.termAt(index) === term) return;
      this.entries = [...this.entries.slice(0, index - 1), { term }];
    });
    return true;
  }

  /** A snapshot is on disk once it is taken in. */
  restore(index: number, term: number): void {
    this.entries = Array.from({ length: index }, () => ({ term }));
    for (const entry of this.entries) this.onDisk.add(entry);
  }

  termAt(index: number): number {
    return this.entries[index - 1]?.term ?? 0;
  }

  beginWriting(): void {
    this.beingWritten = [...this.entries];
  }

  written(): void {
    for (const entry of this.beingWritten) this.onDisk.add(entry);
  }

  get stable(): number {
    const first = this.entries.findIndex((entry) => !this.onDisk.has(entry));
    return first === -1 ? this.entries.length : first;
  }

  loseUnstable(): void {
    this.entries = this.entries.slice(0, this.stable);
  }

  conflictByTerm(index: number, term: number): number {
    let guess = index;
    while (guess > 0 && this.termAt(guess) > term) guess--;
    return guess;
  }
}

/** One member: the log under test, the plain one, and the highest term it has heard of. */
class Pair {
  readonly log = new RaftLog();
  readonly plain = new PlainLog();
  term = 0;
  private writing: number | undefined;

  append(term: number, count: number): void {
    this.log.append(term, count);
    this.plain.append(term, count);
  }

  write(): void {
    if (this.writing === undefined) {
      this.log.beginWriting();
      this.plain.beginWriting();
      this.writing = this.log.last;
    } else {
      this.log.written(this.writing);
      this.plain.written();
      this.writing = undefined;
    }
  }

  crash(): void {
    this.writing = undefined;
    this.log.loseUnstable();
    this.plain.loseUnstable();
  }

  compare(at: number): void {
    const { log, plain } = this;
    const terms = Array.from({ length: log.last + 2 }, (_, index) => log.termAt(index));
    expect(terms).toEqual([0, ...plain.entries.map(({ term }) => term), 0]);
    expect(log.lastTerm).toBe(plain.termAt(plain.entries.length));
    expect(log.stable).toBe(plain.stable);
    const index = at % (log.last + 1);
    const term = at % (this.term + 2);
    expect(log.conflictByTerm(index, term)).toBe(plain.conflictByTerm(index, term));
    expect(log.matches(index, term)).toBe(plain.termAt(index) === term);
    const { lastTerm } = log;
    const isNewer = term > lastTerm || (term === lastTerm && at >= log.last);
    expect(log.isUpToDate(at, term)).toBe(isNewer);
    expect(entriesOf(log.slice(index))).toEqual(plain.entries.slice(index));
  }
}

function entriesOf(slice: LogSlice): Entry[] {
  const length = slice.last - slice.previousIndex;
  return Array.from({ length }, (_, place) => {
    const index = slice.previousIndex + place + 1;
    return { term: slice.runs.findLast(({ first }) => first <= index)!.term };
  });
}

const step = fc.record({
  act: fc.constantFrom('lead', 'append', 'append', 'send', 'send', 'deliver', 'write', 'crash'),
  member: fc.nat(2),
  count: fc.integer({ min: 1, max: 4 }),
  at: fc.nat(40),
});

interface Sent {
  readonly term: number;
  readonly slice: LogSlice;
  readonly entries: readonly Entry[];
}

/** Three members with one leader a term, whose appends arrive late, twice or never. */
class Trio {
  private readonly members = [new Pair(), new Pair(), new Pair()];
  private readonly sent: Sent[] = [];
  private term = 0;
  private leader: Pair | undefined;

  play({ act, member, count, at }: { act: string; member: number; count: number; at: number }) {
    const pair = this.members[member]!;
    if (act === 'lead') this.lead(pair);
    else if (act === 'append') this.leader?.append(this.term, count);
    else if (act === 'send') this.send(at);
    else if (act === 'deliver') this.deliver(pair, at);
    else if (act === 'write') pair.write();
    else {
      pair.crash();
      if (pair === this.leader) this.leader = undefined;
    }
    for (const each of this.members) each.compare(at);
  }

  private lead(pair: Pair): void {
    this.leader = pair;
    pair.term = ++this.term;
    pair.append(this.term, 1);
  }

  private send(at: number): void {
    if (this.leader === undefined) return;
    const { log, plain } = this.leader;
    const previous = at % (log.last + 1);
    const entries = plain.entries.slice(previous);
    this.sent.push({ term: this.term, slice: log.slice(previous), entries });
  }

  private deliver(pair: Pair, at: number): void {
    const message = this.sent[at % Math.max(1, this.sent.length)];
    if (message === undefined || message.term < pair.term || pair === this.leader) return;
    pair.term = message.term;
    const { slice, entries } = message;
    const { previousIndex, previousTerm } = slice;
    const taken = pair.plain.accept(previousIndex, previousTerm, entries);
    expect(pair.log.accept(slice, 0)).toBe(taken);
  }
}

describe('the log of positions', () => {
  it('holds what a log of entries holds', () => {
    const sequences = fc.array(step, { minLength: 20, maxLength: 120 });
    fc.assert(
      fc.property(sequences, (steps) => {
        const trio = new Trio();
        for (const each of steps) trio.play(each);
      }),
      { numRuns: draws(80, 400), seed: 20_261_123 },
    );
  });

  it('takes a snapshot in place of what it had, while a write is under way', () => {
    const pair = new Pair();
    pair.append(1, 10);
    pair.write();
    pair.log.restore(6, 3);
    pair.plain.restore(6, 3);
    pair.append(4, 5);
    pair.write();
    expect(pair.log.stable).toBe(6);
    expect(pair.plain.stable).toBe(6);
    expect(pair.log).toMatchObject({ last: 11, committed: 6, compactedTo: 6, lastTerm: 4 });
  });

  it('commits no more than it holds and never less than before', () => {
    const log = new RaftLog();
    log.append(1, 5);
    log.commit(9);
    expect(log.committed).toBe(5);
    log.commit(2);
    expect(log.committed).toBe(5);
  });

  it('learns from an append what of it is committed, and no more than it carries', () => {
    const leader = new RaftLog();
    leader.append(2, 4);
    const follower = new RaftLog();
    expect(follower.accept(leader.slice(0), 3)).toBe(true);
    expect(follower.committed).toBe(3);
    const longer = new RaftLog();
    longer.append(2, 8);
    expect(longer.accept(leader.slice(2), 7)).toBe(true);
    expect(longer).toMatchObject({ last: 8, committed: 4 });
  });

  it('forgets at a crash what was never on disk, and what it took to be committed of it', () => {
    const log = new RaftLog();
    log.append(1, 3);
    log.beginWriting();
    log.written(3);
    log.append(2, 4);
    log.commit(5);
    log.loseUnstable();
    expect(log).toMatchObject({ last: 3, committed: 3, stable: 3, lastTerm: 1 });
  });
});
