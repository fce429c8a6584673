/**
 * What one candidate knows of the record: whom it last saw there, and since when by its own clock
 * nothing changed. Only Gets tell it of others, and it believes its own Updates.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import { type Identity, type Lease, NOBODY } from './lease.ts';

export class LeaseKnowledge {
  holder: Identity = NOBODY;
  changedAt: Time = Number.NEGATIVE_INFINITY;
  private duration: Duration = 0;
  /** Of the last Get; a Get that shows another one is news. */
  private versionGot = -1;
  /** Of the last Get or own Update; an Update of any other version is a conflict. */
  private versionKnown = -1;

  forget(): void {
    this.holder = NOBODY;
    this.changedAt = Number.NEGATIVE_INFINITY;
    this.duration = 0;
    this.versionGot = -1;
    this.versionKnown = -1;
  }

  /** When the record it knows is no longer valid; NEVER for one that has not seen any. */
  get expiresAt(): Time {
    return this.versionGot < 0 ? NEVER : this.changedAt + this.duration;
  }

  isValid(now: Time): boolean {
    return this.changedAt + this.duration > now;
  }

  /** Whether an Update would be no conflict. */
  isCurrent(lease: Lease): boolean {
    return this.versionKnown === lease.version;
  }

  /** A Get showed this version. */
  got(lease: Lease, version: number, now: Time): void {
    if (this.versionGot !== version) this.sawChange(lease, version, now);
    this.versionKnown = version;
  }

  /** A Get showed, at `time`, that the record had changed, and was then of this version. */
  sawChange(lease: Lease, version: number, time: Time): void {
    this.versionGot = version;
    this.versionKnown = version;
    this.observe(lease.holder, lease.duration, time);
  }

  /** A Get just before one's release: of the record itself nothing is believed. */
  gotVersion(lease: Lease): void {
    this.versionKnown = lease.version;
  }

  /** Writes the record; false for a conflict. */
  write(lease: Lease, holder: Identity, duration: Duration, now: Time): boolean {
    if (!lease.write(this.versionKnown, holder, duration, now)) return false;
    this.wrote(lease, now);
    return true;
  }

  /** It last wrote the record as it is, at `time`. */
  wrote(lease: Lease, time: Time): void {
    this.versionKnown = lease.version;
    this.observe(lease.holder, lease.duration, time);
  }

  private observe(holder: Identity, duration: Duration, time: Time): void {
    this.holder = holder;
    this.duration = duration;
    this.changedAt = time;
  }
}
