/**
 * The waits of a standby between its polls, and where in them a random instant falls. Polls are a
 * renewal process: long after anything is known of it, the cycle that holds a given instant is
 * longer than most (drawn with weight by its length), and the instant lies anywhere in it.
 */
import { type Duration, wholeMicroseconds } from '../../engine/clock.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { LeaseTimes } from './lease-settings.ts';

/**
 * How far the law of a phase may be from stationary where it is taken as such: e^-20, or 2e-9. The
 * distance shrinks about by exp(-2 pi^2 variance / mean^2) a cycle.
 */
const FORGOTTEN = 20;

interface MetCycle {
  readonly length: Duration;
  /** How long ago it began: at least 1 us, at most its length. */
  readonly age: Duration;
}

export class PollGaps {
  private readonly shortest: Duration;
  private readonly longest: Duration;
  private readonly stream: RandomStream;

  constructor({ retryPeriod, jitterFactor }: LeaseTimes, stream: RandomStream) {
    this.shortest = retryPeriod;
    this.longest = retryPeriod * (1 + jitterFactor);
    this.stream = stream;
  }

  /** The wait after one poll, until the next is sent. */
  draw(): Duration {
    return wholeMicroseconds(this.shortest + this.stream.double() * (this.longest - this.shortest));
  }

  /** Of polls that take so long: the mean time from one to the next. */
  meanCycle(call: Duration): Duration {
    return call + (this.shortest + this.longest) / 2;
  }

  /** After so long nothing is left of where the polls once were; Infinity without jitter. */
  forgottenAfter(call: Duration): Duration {
    const mean = this.meanCycle(call);
    const variance = (this.longest - this.shortest) ** 2 / 12;
    return (mean * FORGOTTEN * mean ** 2) / (2 * Math.PI ** 2 * variance);
  }

  /** The cycle of a poll that takes so long and its wait, met at a random instant. */
  meet(call: Duration): MetCycle {
    const from = call + this.shortest;
    const to = call + this.longest;
    const square = from ** 2 + this.stream.double() * (to ** 2 - from ** 2);
    const length = wholeMicroseconds(Math.sqrt(square));
    return { length, age: 1 + Math.floor(this.stream.double() * length) };
  }
}
