/**
 * How fast work goes now: over the latter half or so of its time, because it begins slowly, while
 * code is compiled and threads start.
 */
/** Seconds of work of which nothing is told. */
const LEAST = 0.4;

interface Mark {
  readonly at: number;
  readonly done: number;
}

export class Rate {
  private from: Mark;
  private later: Mark;
  private readonly start: Mark;

  /** @param at in seconds */
  constructor(at: number, done: number) {
    this.start = { at, done };
    this.from = this.start;
    this.later = this.start;
  }

  /** A second; 0 as long as it cannot be said. */
  at(now: number, done: number): number {
    if (now - this.start.at >= 2 * (this.later.at - this.start.at) && done > this.later.done) {
      this.from = this.later;
      this.later = { at: now, done };
    }
    const { from } = this;
    if (now - this.start.at < LEAST) return 0;
    return (done - from.done) / (now - from.at);
  }
}
