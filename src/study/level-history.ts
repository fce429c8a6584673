/**
 * One service level over one replication: when it was lost or browned out, for how long and by how
 * much, why, and what was going on. Only what lies in the measured span, after the warm-up, is
 * counted.
 */
import { type Duration, type Time, YEAR } from '../engine/clock.ts';
import type { ActiveFaults, Fault } from '../faults/fault.ts';
import type { ServiceLevel } from '../model/control-plane/service-levels.ts';
import type { Cause, CauseFinder } from './cause.ts';
import { CauseTally } from './cause-tally.ts';
import { LengthBuffer } from './length-buffer.ts';
import { LossReason } from './loss-reason.ts';

export interface OutageListener {
  lost(level: string, now: Time, cause: Cause, trigger: Fault | undefined): void;
  regained(level: string, now: Time, length: Duration): void;
  /** From whole, or from an outage that ended at this instant. */
  brownedOut?(
    level: string,
    now: Time,
    value: number,
    cause: Cause,
    trigger: Fault | undefined,
  ): void;
  /** From a brownout, which began so long ago, to whole. */
  restored?(level: string, now: Time, length: Duration): void;
}

export class LevelHistory {
  readonly level: ServiceLevel;
  private readonly reason: LossReason;
  private readonly active: ActiveFaults;
  private readonly from: Time;
  private readonly until: Time;
  private readonly listener: OutageListener | undefined;
  /** Downtime and outages by year of the measured span, or of all of it if shorter. */
  readonly windowDowntime: Float64Array;
  readonly windowOutages: Float64Array;
  readonly windowLength: Duration;
  /** Time in which the level was 0. */
  outageTime: Duration = 0;
  /** Time in which it was between 0 and 1, and the integral of 1 - level over it. */
  brownoutTime: Duration = 0;
  brownoutLoss: Duration = 0;
  /** Brownouts that began in the measured span. */
  brownouts = 0;
  brownedOutAtEnd = false;
  /** Outages that began in the measured span. */
  outages = 0;
  /** Lengths of those of them that ended. */
  readonly lengths = new LengthBuffer();
  /** Length until the end of the span of the one of them that was open then. */
  openLength: Duration | undefined = undefined;
  /** Of these, ended or open, the sum. */
  totalLength: Duration = 0;
  /** Made anew rather than cleared: cleared maps chain their old tables, which outlive them. */
  tally = new CauseTally();
  /** Whether an outage was open at the end, even one that began before the measured span. */
  openAtEnd = false;
  /** Whether the measured span began in an outage. */
  lostAtStart = false;
  /** From the beginning of the measured span until an outage began. */
  firstOutage: Duration | undefined = undefined;
  private lost = false;
  private lostAt: Time = 0;
  private dim = false;
  private dimAt: Time = 0;
  /** Of the level, since `chargedUntil`. */
  private value = 1;
  private chargedUntil: Time = 0;

  constructor(options: {
    level: ServiceLevel;
    causes: CauseFinder;
    active: ActiveFaults;
    from: Time;
    until: Time;
    listener: OutageListener | undefined;
  }) {
    this.level = options.level;
    this.reason = new LossReason(options.level, options.causes, options.active);
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

  /** The integral of 1 - level: all of an outage, and of a brownout what was lost. */
  get downtime(): Duration {
    return this.outageTime + this.brownoutLoss;
  }

  restart(): void {
    if (this.downtime > 0 || this.outages > 0 || this.brownouts > 0) {
      this.windowDowntime.fill(0);
      this.windowOutages.fill(0);
      this.lengths.clear();
      this.tally = new CauseTally();
    }
    this.outageTime = 0;
    this.outages = 0;
    this.brownoutTime = 0;
    this.brownoutLoss = 0;
    this.brownouts = 0;
    this.brownedOutAtEnd = false;
    this.openLength = undefined;
    this.totalLength = 0;
    this.openAtEnd = false;
    this.lostAtStart = false;
    this.firstOutage = undefined;
    this.lost = false;
    this.lostAt = 0;
    this.dim = false;
    this.dimAt = 0;
    this.value = 1;
    this.chargedUntil = 0;
    this.reason.clear();
  }

  /** To be called at the end of each instant in which something changed. */
  settle(now: Time): void {
    const value = this.level.value();
    if (value === 1 && this.value === 1) return;
    if (this.value < 1) this.charge(now);
    this.chargedUntil = now;
    this.value = value;
    const isDim = value > 0 && value < 1;
    if (isDim || !(value >= 0 && value <= 1)) this.check(value);
    if (value < 1) this.reason.look(now, value);
    else this.reason.clear();
    if (this.lost && value > 0) this.regain(now);
    if (this.dim && !isDim) this.brighten(now, value);
    if (!this.lost && value === 0) this.lose(now, this.reason.cause);
    if (!this.dim && isDim) this.beginBrownout(now, this.reason.cause);
  }

  /** To be called once at the end of the measured span. */
  finish(): void {
    if (this.value < 1) this.charge(this.until);
    this.brownedOutAtEnd = this.dim;
    if (!this.lost) return;
    this.openAtEnd = true;
    if (this.lostAt < this.from) return;
    this.openLength = this.until - this.lostAt;
    this.totalLength += this.openLength;
  }

  private check(value: number): void {
    const { name, canBrownOut } = this.level;
    if (!(value >= 0 && value <= 1)) throw new RangeError(`${name} is not from 0 to 1: ${value}`);
    if (!canBrownOut) throw new RangeError(`${name} cannot brown out, and is ${value}`);
  }

  private lose(now: Time, cause: Cause): void {
    this.lost = true;
    this.lostAt = now;
    const trigger = this.triggerOf(cause, now);
    this.listener?.lost(this.level.name, now, cause, trigger);
    if (now < this.from) return;
    this.outages++;
    this.tally.addOutage(cause, trigger);
    this.firstOutage ??= now - this.from;
    const window = Math.floor((now - this.from) / this.windowLength);
    if (window < this.windowOutages.length) this.windowOutages[window]!++;
  }

  private beginBrownout(now: Time, cause: Cause): void {
    this.dim = true;
    this.dimAt = now;
    const trigger = this.triggerOf(cause, now);
    this.listener?.brownedOut?.(this.level.name, now, this.value, cause, trigger);
    if (now < this.from) return;
    this.brownouts++;
    this.tally.addBrownout(cause);
  }

  /** The brownout ends, as an outage begins or as the level is whole again. */
  private brighten(now: Time, value: number): void {
    this.dim = false;
    if (value === 1) this.listener?.restored?.(this.level.name, now, now - this.dimAt);
  }

  /** The fault that began last of those that explain the outage and began as the level was lost. */
  private triggerOf(cause: Cause, now: Time): Fault | undefined {
    const { list } = this.active;
    let trigger: Fault | undefined;
    for (const fault of cause.faults) {
      if (fault.since !== now) continue;
      if (trigger === undefined || list.indexOf(fault) > list.indexOf(trigger)) trigger = fault;
    }
    return trigger;
  }

  /** An outage that began before the measured span has downtime in it but no length of its own. */
  private regain(now: Time): void {
    const length = now - this.lostAt;
    this.lost = false;
    this.listener?.regained(this.level.name, now, length);
    if (this.lostAt < this.from) return;
    this.lengths.add(length);
    this.totalLength += length;
  }

  /** Books the downtime since it was last booked under the cause and phase that held. */
  private charge(now: Time): void {
    const start = Math.max(this.chargedUntil, this.from);
    if (now <= start) return;
    const loss = 1 - this.value;
    if (this.lost) {
      if (this.lostAt < this.from) this.lostAtStart = true;
      this.outageTime += now - start;
    } else {
      this.brownoutTime += now - start;
      this.brownoutLoss += loss * (now - start);
    }
    this.tally.addDowntime(this.reason.cause, this.reason.phase, loss * (now - start));
    let time = start;
    while (time < now) {
      const window = Math.floor((time - this.from) / this.windowLength);
      const end = Math.min(now, this.from + (window + 1) * this.windowLength);
      if (window < this.windowDowntime.length) this.windowDowntime[window]! += loss * (end - time);
      time = end;
    }
  }
}
