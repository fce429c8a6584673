/**
 * The record that candidates for leadership share: who holds it, and that it changed. It is what
 * etcd keeps, as the API servers show it; whether one of them can be reached is the candidates'
 * business (an `Endpoint` each). A write succeeds only on the version that its writer last saw.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';

/** Mostly a process, not a place: one that is started again is somebody else (hostname, UUID). */
export type Identity = number;

export const NO_HOLDER: Identity = 0;

export class Lease {
  readonly name: string;
  holder: Identity = NO_HOLDER;
  /** How long it is valid without a change, as its last writer has it. */
  duration: Duration = 0;
  /** Grows with each write, as the resource version does. */
  version = 0;
  changedAt: Time = 0;
  private identities = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** Nobody has ever held it. */
  restart(): void {
    this.holder = NO_HOLDER;
    this.duration = 0;
    this.version = 0;
    this.changedAt = 0;
    this.identities = 0;
  }

  newIdentity(): Identity {
    return ++this.identities;
  }

  /** False for a conflict: somebody wrote after the version that the writer knows. */
  write(known: number, holder: Identity, duration: Duration, now: Time): boolean {
    if (known !== this.version) return false;
    this.holder = holder;
    this.duration = duration;
    this.changed(1, now);
    return true;
  }

  /** Its holder renewed it so many times, last at `now`. */
  changed(times: number, now: Time): void {
    this.version += times;
    this.changedAt = now;
  }
}

/**
 * What one candidate knows of the record: whom it last saw there, and since when by its own clock
 * nothing changed. Only Gets show it others, and it believes its own Updates.
 */
export class LeaseKnowledge {
  holder: Identity = NO_HOLDER;
  changedAt: Time = Number.NEGATIVE_INFINITY;
  private duration: Duration = 0;
  /** Of the last Get; a Get that shows another one is news. */
  private versionGot = -1;
  /** Of the last Get or own Update; an Update of any other version is a conflict. */
  private versionKnown = -1;

  forget(): void {
    this.holder = NO_HOLDER;
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
