/**
 * A member's log as positions: which term wrote which stretch of it, how far it is committed, and
 * where it was compacted. Entries themselves are not kept, so a log of any length costs a few
 * numbers.
 */

/** Entries from `first` on were written in `term`, up to the next run or the end of the log. */
interface TermRun {
  readonly first: number;
  readonly term: number;
}

/** A stretch of a log in a message: the entries after `previous`, up to `last`. */
export interface LogSlice {
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly runs: readonly TermRun[];
  readonly last: number;
}

const NO_RUNS: readonly TermRun[] = [];

export class RaftLog {
  last = 0;
  committed = 0;
  /** Entries up to here are only in a snapshot. */
  compactedTo = 0;
  /** Entries up to here are on disk. */
  stable = 0;
  private runs: TermRun[] = [];
  /** Where the log was cut back to since the write under way began. */
  private cutBackTo = Number.POSITIVE_INFINITY;

  /** All up to the present end goes to disk. */
  beginWriting(): void {
    this.cutBackTo = Number.POSITIVE_INFINITY;
  }

  /** What was handed to the disk, up to `index`, is there, but for what was replaced since. */
  written(index: number): void {
    this.stable = Math.max(this.stable, Math.min(index, this.cutBackTo, this.last));
  }

  /** The term that wrote the entry at `index`; 0 before the log begins and beyond its end. */
  termAt(index: number): number {
    if (index > this.last) return 0;
    for (let place = this.runs.length - 1; place >= 0; place--) {
      const run = this.runs[place]!;
      if (run.first <= index) return run.term;
    }
    return 0;
  }

  get lastTerm(): number {
    const { runs } = this;
    return runs.length === 0 ? 0 : runs[runs.length - 1]!.term;
  }

  /** Whether a log that ends so is at least as long as this one, by term and then by index. */
  isUpToDate(index: number, term: number): boolean {
    const { lastTerm } = this;
    return term > lastTerm || (term === lastTerm && index >= this.last);
  }

  matches(index: number, term: number): boolean {
    return index <= this.last && this.termAt(index) === term;
  }

  /** A leader's own entries. */
  append(term: number, count: number): void {
    if (this.lastTerm !== term) this.runs.push({ first: this.last + 1, term });
    this.last += count;
  }

  /** So many more entries, all committed. */
  advance(term: number, count: number): void {
    if (count > 0) this.append(term, count);
    this.committed = this.last;
  }

  /** The entries after `previousIndex`, at most so many, as a message carries them. */
  slice(previousIndex: number, most = Number.POSITIVE_INFINITY): LogSlice {
    const previousTerm = this.termAt(previousIndex);
    const first = previousIndex + 1;
    const last = Math.min(this.last, previousIndex + most);
    if (last < first) return { previousIndex, previousTerm, runs: NO_RUNS, last };
    const newest = this.runs[this.runs.length - 1]!;
    if (newest.first <= first) {
      return { previousIndex, previousTerm, runs: [{ first, term: newest.term }], last };
    }
    const runs: TermRun[] = [];
    this.runs.forEach((run, place) => {
      const end = this.runs[place + 1]?.first ?? this.last + 1;
      if (end > first && run.first <= last) {
        runs.push({ first: Math.max(run.first, first), term: run.term });
      }
    });
    return { previousIndex, previousTerm, runs, last };
  }

  /** Takes in a leader's entries where they join on; false where they do not. */
  accept(slice: LogSlice, leaderCommit: number): boolean {
    if (!this.matches(slice.previousIndex, slice.previousTerm)) return false;
    const conflict = this.firstConflict(slice);
    if (conflict !== undefined) {
      this.truncate(conflict - 1);
      for (const run of slice.runs) this.extend(run, slice);
    }
    this.commit(Math.min(leaderCommit, slice.last));
    return true;
  }

  commit(index: number): void {
    if (index > this.committed) this.committed = Math.min(index, this.last);
  }

  /** The largest index up to `index` whose term is at most `term`: a guess at where logs part. */
  conflictByTerm(index: number, term: number): number {
    let guess = index;
    while (guess > 0 && this.termAt(guess) > term) {
      const run = this.runs.findLast(({ first }) => first <= guess)!;
      guess = run.first - 1;
    }
    return guess;
  }

  /** Replaces the log by a snapshot that ends so. */
  restore(index: number, term: number): void {
    this.runs = index === 0 ? [] : [{ first: index, term }];
    this.last = index;
    this.committed = index;
    this.compactedTo = index;
    this.stable = index;
    this.cutBackTo = index;
  }

  /** Entries up to `index` may be forgotten: who lacks them needs a snapshot. */
  compact(index: number): void {
    this.compactedTo = Math.max(this.compactedTo, index);
  }

  /** An empty log, as on a new disk. */
  erase(): void {
    this.restore(0, 0);
  }

  /** What was not on disk is gone with the process. */
  loseUnstable(): void {
    this.truncate(this.stable);
    this.committed = Math.min(this.committed, this.last);
  }

  /** The first of the slice's entries that this log lacks or holds in another term. */
  private firstConflict(slice: LogSlice): number | undefined {
    for (let place = 0; place < slice.runs.length; place++) {
      const { first, term } = slice.runs[place]!;
      const end = slice.runs[place + 1]?.first ?? slice.last + 1;
      if (this.termAt(first) !== term) return first;
      const mine = this.runs.findIndex((run) => run.first > first);
      const myEnd = mine === -1 ? this.last + 1 : this.runs[mine]!.first;
      if (myEnd < end) return myEnd;
    }
    return undefined;
  }

  private truncate(last: number): void {
    if (last >= this.last) return;
    this.runs = this.runs.filter(({ first }) => first <= last);
    this.last = last;
    this.stable = Math.min(this.stable, last);
    this.cutBackTo = Math.min(this.cutBackTo, last);
  }

  /** Adds what of a run lies beyond the end of the log. */
  private extend(run: TermRun, slice: LogSlice): void {
    const next = slice.runs.find(({ first }) => first > run.first);
    const end = (next?.first ?? slice.last + 1) - 1;
    if (end <= this.last) return;
    this.append(run.term, end - this.last);
  }
}
