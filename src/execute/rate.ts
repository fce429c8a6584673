/**
 * How fast work goes now: over the latter half or so of the time since the first of it was done,
 * because it begins slowly, while threads start and code is compiled.
 */
interface Mark {
  readonly at: number;
  readonly done: number;
}

/** Seconds of work of which nothing is told. */
const LEAST = 0.4;

export class Rate {
  private readonly doneBefore: number;
  private start: Mark | undefined = undefined;
  private from: Mark = { at: 0, done: 0 };
  private later: Mark = this.from;

  /** @param doneBefore what others had done before */
  constructor(doneBefore: number) {
    this.doneBefore = doneBefore;
  }

  /** A second, at a moment in seconds; 0 as long as it cannot be said. */
  at(now: number, done: number): number {
    if (done <= this.doneBefore) return 0;
    if (this.start === undefined) {
      this.start = { at: now, done };
      this.from = this.start;
      this.later = this.start;
    }
    const { start, later } = this;
    if (now - start.at >= Math.max(LEAST, 2 * (later.at - start.at))) {
      this.from = later;
      this.later = { at: now, done };
    }
    return now - start.at < LEAST ? 0 : (done - this.from.done) / (now - this.from.at);
  }
}
