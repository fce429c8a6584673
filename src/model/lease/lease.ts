/**
 * The record that candidates for leadership share: who holds it, and that it changed. It is what
 * etcd keeps, as the API servers show it; whether one of them can be reached is the candidates'
 * business (an `Endpoint` each). A write succeeds only on the version that its writer last saw.
 */
import type { Duration, Time } from '../../engine/clock.ts';

/** Mostly a process, not a place: one that is started again is somebody else (hostname, UUID). */
export type Identity = number;

export const NOBODY: Identity = 0;

export class Lease {
  readonly name: string;
  holder: Identity = NOBODY;
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
    this.holder = NOBODY;
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
