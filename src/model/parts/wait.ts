/**
 * Waits in a queue, such as for a disk or a processor that others use: none with some chance, else
 * exponential, as in a queue of one server at which customers and their work are random (M/M/1).
 * Each is drawn by place and time, so that it is the same whatever else is simulated.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';

export interface Wait {
  /** Of having to wait at all. */
  readonly chance: number;
  /** Of those who must. */
  readonly mean: Duration;
}

/** Not rounded; `key` and `salt` as of `uniformAt`. */
export function waitAt({ chance, mean }: Wait, key: number, time: Time, salt: number): Duration {
  const rank = uniformAt(key, time, salt);
  return rank >= chance ? 0 : -mean * Math.log(1 - rank / chance);
}

/** Chance of a wait longer than `length`. */
export function outlasting({ chance, mean }: Wait, length: Duration): number {
  return chance * Math.exp(-length / mean);
}
