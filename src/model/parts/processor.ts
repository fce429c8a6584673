/**
 * The processors of a machine as one process on it meets them: free, or busy with others, so that
 * each of its turns begins late.
 */
import { type Duration, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import { type Wait, waitAt } from './wait.ts';

const TURN = 1;

export class Processor {
  private key = 0;
  private busy: Wait | undefined = undefined;

  /** Free; `key` tells its draws from those of other processors and replications. */
  restart(key: number): void {
    this.key = key;
    this.busy = undefined;
  }

  /** Whoever wants a turn waits so; undefined: not at all. */
  occupy(wait: Wait | undefined): void {
    this.busy = wait;
  }

  get isFree(): boolean {
    return this.busy === undefined;
  }

  /** How long who wants a turn at `time` waits for it. */
  wait(time: Time): Duration {
    return this.busy === undefined ? 0 : wholeMicroseconds(waitAt(this.busy, this.key, time, TURN));
  }
}
