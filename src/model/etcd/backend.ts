/**
 * The database file under one member (bbolt): what was applied is committed to disk every 100 ms,
 * and while a commit's two fsyncs last nothing can be applied or read. Commits are not simulated
 * one by one: whether one is under way is found when somebody asks. Left out: commits every 10,000
 * operations, defragmentation.
 */
import { type Duration, MILLISECOND, NEVER, type Time } from '../../engine/clock.ts';
import type { Disk } from '../parts/disk.ts';

/** etcd server/storage/backend/backend.go, defaultBatchInterval. */
export const COMMIT_EVERY: Duration = 100 * MILLISECOND;

export class Backend {
  readonly disk: Disk;
  private phase: Duration = 0;
  /** When what is applied but not yet committed was applied first. */
  private pendingSince: Time = NEVER;
  private busyUntil: Time = 0;

  constructor(disk: Disk) {
    this.disk = disk;
  }

  /** Commits begin at `phase`, a fraction of their interval, and then each interval. */
  restart(phase: number): void {
    this.phase = Math.floor(phase * COMMIT_EVERY);
    this.pendingSince = NEVER;
    this.busyUntil = 0;
  }

  /** When something can be applied or read that is wanted now; NEVER while the disk is held. */
  availableAt(now: Time): Time {
    if (this.pendingSince !== NEVER) {
      const begins = this.nextCommit(Math.max(this.pendingSince, this.busyUntil));
      if (begins <= now) this.commit(begins);
    }
    return Math.max(now, this.busyUntil);
  }

  /** Whether reads wait for a commit, or will with the next one, that a held disk does not end. */
  get isHeld(): boolean {
    if (this.pendingSince === NEVER) return this.busyUntil === NEVER;
    return this.commitEnd(this.nextCommit(Math.max(this.pendingSince, this.busyUntil))) === NEVER;
  }

  applied(now: Time): void {
    if (this.pendingSince === NEVER) this.pendingSince = now;
  }

  /** A disk that held a commit up goes on. */
  diskReleased(now: Time): void {
    if (this.busyUntil === NEVER) this.commit(now);
  }

  /** Commits are over that began before `now`, as if all went well. */
  settle(): void {
    this.pendingSince = NEVER;
    this.busyUntil = 0;
  }

  private commit(begins: Time): void {
    this.pendingSince = NEVER;
    this.busyUntil = this.commitEnd(begins);
  }

  private commitEnd(begins: Time): Time {
    const first = this.disk.fsync(begins);
    const second = first === NEVER ? 0 : this.disk.fsync(begins + first);
    return begins + first + second;
  }

  /** The first moment after `time` at which a commit may begin. */
  private nextCommit(time: Time): Time {
    return (Math.floor((time - this.phase) / COMMIT_EVERY) + 1) * COMMIT_EVERY + this.phase;
  }
}
