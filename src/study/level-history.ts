/**
 * One service level over one replication: when it was lost and for how long, why, and what was
 * going on. Only what lies in the measured span, after the warm-up, is counted.
 */
import { type Duration, type Time, YEAR } from '../engine/clock.ts';
import type { ActiveFaults, Fault } from '../faults/fault.ts';
import type { ServiceLevel } from '../model/service-levels.ts';
import type { Cause, CauseFinder } from './cause.ts';

export type Phase = 'structural' | 'detection' | 'planned';

/** Downtime under one cause, in one phase. */
export interface Charge {
  readonly cause: Cause;
  readonly phase: Phase;
  readonly length: Duration;
}

/** An outage that began in the measured span. */
export interface Outage {
  readonly cause: Cause;
  /** The fault that began as the level was lost. */
  readonly trigger: Fault | undefined;
  /** Until the end of the span where it was still open then. */
  length: Duration;
}

export interface OutageListener {
  lost(level: string, now: Time, cause: Cause, trigger: Fault | undefined): void;
  regained(level: string, now: Time, length: Duration): void;
}

export class LevelHistory {
  readonly level: ServiceLevel;
  private readonly causes: CauseFinder;
  private readonly active: ActiveFaults;
  private readonly from: Time;
  private readonly until: Time;
  private readonly listener: OutageListener | undefined;
  /** Downtime and outages by year of the measured span, or of all of it if shorter. */
  readonly windowDowntime: Float64Array;
  readonly windowOutages: Float64Array;
  readonly windowLength: Duration;
  downtime: Duration = 0;
  readonly outages: Outage[] = [];
  readonly charges: Charge[] = [];
  openAtEnd = false;
  firstOutage: Duration | undefined = undefined;
  private lost = false;
  private lostAt: Time = 0;
  private chargedUntil: Time = 0;
  private cause: Cause | undefined = undefined;
  private phase: Phase = 'structural';

  constructor(options: {
    level: ServiceLevel;
    causes: CauseFinder;
    active: ActiveFaults;
    from: Time;
    until: Time;
    listener: OutageListener | undefined;
  }) {
    this.level = options.level;
    this.causes = options.causes;
    this.active = options.active;
    this.from = options.from;
    this.until = options.until;
    this.listener = options.listener;
    const span = this.until - this.from;
    this.windowLength = Math.min(span, YEAR);
    const windows = Math.floor(span / this.windowLength);
    this.windowDowntime = new Float64Array(windows);
    this.windowOutages = new Float64Array(windows);
  }

  restart(): void {
    if (this.charges.length > 0 || this.outages.length > 0) {
      this.windowDowntime.fill(0);
      this.windowOutages.fill(0);
      this.outages.length = 0;
      this.charges.length = 0;
    }
    this.downtime = 0;
    this.openAtEnd = false;
    this.firstOutage = undefined;
    this.lost = false;
    this.cause = undefined;
  }

  /** To be called at the end of each instant in which something changed. */
  settle(now: Time): void {
    const isLost = this.level.value() === 0;
    if (!isLost && !this.lost) return;
    if (this.lost) this.charge(now);
    if (isLost) {
      this.cause = this.causes.find(this.active);
      this.phase = phaseOf(this.cause);
      this.chargedUntil = now;
      if (!this.lost) this.lose(now, this.cause);
    } else {
      this.regain(now);
    }
  }

  /** To be called once at the end of the measured span. */
  finish(): void {
    if (!this.lost) return;
    this.charge(this.until);
    this.close(this.until);
    this.openAtEnd = true;
  }

  private lose(now: Time, cause: Cause): void {
    this.lost = true;
    this.lostAt = now;
    const trigger = this.active.newest;
    this.listener?.lost(this.level.name, now, cause, trigger);
    if (now < this.from) return;
    this.outages.push({ cause, trigger, length: 0 });
    this.firstOutage ??= now - this.from;
    const window = Math.floor((now - this.from) / this.windowLength);
    if (window < this.windowOutages.length) this.windowOutages[window]!++;
  }

  private regain(now: Time): void {
    this.lost = false;
    this.listener?.regained(this.level.name, now, now - this.lostAt);
    this.close(now);
  }

  /** An outage that began before the measured span has downtime in it but no length of its own. */
  private close(now: Time): void {
    if (this.lostAt >= this.from) this.outages.at(-1)!.length = now - this.lostAt;
  }

  /** Books the downtime since it was last booked under the cause and phase that held. */
  private charge(now: Time): void {
    const start = Math.max(this.chargedUntil, this.from);
    if (now <= start) return;
    this.downtime += now - start;
    this.charges.push({ cause: this.cause!, phase: this.phase, length: now - start });
    let time = start;
    while (time < now) {
      const window = Math.floor((time - this.from) / this.windowLength);
      const end = Math.min(now, this.from + (window + 1) * this.windowLength);
      if (window < this.windowDowntime.length) this.windowDowntime[window]! += end - time;
      time = end;
    }
  }
}

function phaseOf(cause: Cause): Phase {
  if (cause.planned) return 'planned';
  return cause.faults.every((fault) => fault.noticed) ? 'structural' : 'detection';
}
