/**
 * The timers of one HAProxy process, which lie in one tree by the times at which they were put in
 * (src/task.c). Releases before June 2025 leave a check's timer where it was when its time comes
 * closer, so that it is noticed only when another one has fired and it is the next in the tree
 * (wake_expired_tasks). Beside the checks there is the resolvers' timer: every process has one.
 * Left out: the timers of users' connections, and of checks that end by a timer of theirs.
 */
import { type Duration, MILLISECOND, type Time } from '../../../engine/clock.ts';

/**
 * resolvers.c: `timeout resolve` is 1 s, and each wait begins a millisecond late, as measured: the
 * checks of a lone server keep in step with it.
 */
export const RESOLVERS_PERIOD: Duration = 1001 * MILLISECOND;

/** A timer that fires again and again: at `next` and then each `period`. */
export interface Firings {
  readonly next: Time;
  readonly period: Duration;
}

/** A timer as it would go on if nothing changed; undefined where it does not fire. */
export interface ProcessTimer {
  firings(): Firings | undefined;
}

export class ProcessTimers {
  private readonly timers: ProcessTimer[] = [];
  private resolversSince: Time = 0;

  add(timer: ProcessTimer): void {
    this.timers.push(timer);
  }

  /** The resolvers' timer begins, or began. */
  restart(since: Time): void {
    this.resolversSince = since;
  }

  /**
   * When the timer of `asker`, which lies in the tree at `until`, is looked at for the first time
   * after `from`; `until` where no other one fires in between.
   */
  looksAt(asker: ProcessTimer, from: Time, until: Time): Time {
    const resolvers: Firings = { next: this.resolversSince, period: RESOLVERS_PERIOD };
    const others = this.timers
      .filter((timer) => timer !== asker)
      .map((timer) => timer.firings())
      .filter((firings) => firings !== undefined);
    const fire = [resolvers, ...others]
      .map((firings) => ({ firings, last: lastBefore(until, firings) }))
      .filter(({ last }) => last > from)
      .sort((one, other) => other.last - one.last);
    const [latest, second] = fire;
    if (latest === undefined) return until;
    // Whoever fires has left the tree: only the others may still lie before the asker.
    return firstFrom(second?.last ?? from + 1, latest.firings);
  }
}

/** Negative infinity where there is none. */
function lastBefore(time: Time, { next, period }: Firings): Time {
  if (next >= time) return Number.NEGATIVE_INFINITY;
  return next + Math.floor((time - 1 - next) / period) * period;
}

function firstFrom(time: Time, { next, period }: Firings): Time {
  return next + Math.max(0, Math.ceil((time - next) / period)) * period;
}
