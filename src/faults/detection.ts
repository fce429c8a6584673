/** How a fault comes to be known: after a delay, at the next inspection, or by a health check. */
import { type Duration, type Time, wholeMicroseconds } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';
import type { Law } from '../engine/laws/law.ts';
import type { RandomStream } from '../engine/random-streams.ts';
import type { HealthCheck } from '../model/parts/health-check.ts';

export interface Detection {
  /** When a fault that begins now will be known; undefined where the noticer will be called. */
  noticedAt(now: Time): Time | undefined;
  /** Where detection is not a matter of time alone, calls `noticer` when it happens. */
  onNoticed(noticer: (effects: Effects) => void): void;
}

/** Known after a random time. */
export class DelayedDetection implements Detection {
  private readonly law: Law;
  private readonly stream: RandomStream;

  constructor(law: Law, stream: RandomStream) {
    this.law = law;
    this.stream = stream;
  }

  noticedAt(now: Time): Time {
    return now + wholeMicroseconds(this.law.draw(this.stream));
  }

  onNoticed(): void {}
}

/** A blind failure: known at the next look of somebody who comes by at fixed times. */
export class InspectionDetection implements Detection {
  private readonly every: Duration;
  private readonly offset: Duration;

  constructor(every: Duration, offset: Duration) {
    this.every = every;
    this.offset = offset;
  }

  noticedAt(now: Time): Time {
    const done = Math.floor((now - this.offset) / this.every);
    return this.offset + Math.max(0, done + 1) * this.every;
  }

  onNoticed(): void {}
}

/** Known when the check of the part believes it down; at once where it already does. */
export class HealthCheckDetection implements Detection {
  private readonly check: HealthCheck;

  constructor(check: HealthCheck) {
    this.check = check;
  }

  noticedAt(now: Time): Time | undefined {
    return this.check.believedUp ? undefined : now;
  }

  onNoticed(noticer: (effects: Effects) => void): void {
    this.check.onNoticed(noticer);
  }
}
