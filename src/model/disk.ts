/**
 * The disk under one member's write-ahead log: how long an fsync takes now. Slow spells multiply,
 * stalls hold every fsync until they end; an error or a full disk is the member's to die of.
 */
import { type Duration, type Time, wholeMicroseconds } from '../engine/clock.ts';
import type { Law } from '../engine/laws/law.ts';
import { uniformAt } from '../engine/stateless-draw.ts';

const FSYNC = 1;

export class Disk {
  private readonly fsyncLaw: Law;
  private key = 0;
  private slowness = 1;
  private stalledUntil: Time = 0;

  constructor(fsync: Law) {
    this.fsyncLaw = fsync;
  }

  /** As new; `key` tells its draws from those of other disks and replications. */
  restart(key: number): void {
    this.key = key;
    this.slowness = 1;
    this.stalledUntil = 0;
  }

  /** Every fsync takes this many times as long, until called again. */
  slowDown(factor: number): void {
    this.slowness = factor;
  }

  /** No fsync begun before `until` returns before it. */
  stall(until: Time): void {
    this.stalledUntil = Math.max(this.stalledUntil, until);
  }

  /** Neither slow nor stalled. */
  isHealthy(now: Time): boolean {
    return this.slowness === 1 && now >= this.stalledUntil;
  }

  /** How long an fsync that begins now takes. */
  fsync(now: Time): Duration {
    const hazard = -Math.log(1 - uniformAt(this.key, now, FSYNC));
    const length = wholeMicroseconds(this.fsyncLaw.inverseHazard(hazard) * this.slowness);
    return Math.max(0, this.stalledUntil - now) + length;
  }
}
