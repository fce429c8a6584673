/**
 * One service level over one replication: when it was lost and for how long, why, and what was
 * going on. Only what lies in the measured span, after the warm-up, is counted.
 */
import { type Duration, type Time, YEAR } from '../engine/clock.ts';
import type { ActiveFaults, Fault } from '../faults/fault.ts';
import type { ServiceLevel } from '../model/service-levels.ts';
import type { Cause, CauseFinder } from './cause.ts';
import { CauseTally, type Phase } from './cause-tally.ts';
import { LengthBuffer } from './length-buffer.ts';

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
  private chargedUntil: Time = 0;
  private cause: Cause | undefined = undefined;
  /** The latest cause in this outage that the structure gave. */
  private structural: Cause | undefined = undefined;
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
    if (this.downtime > 0 || this.outages > 0) {
      this.windowDowntime.fill(0);
      this.windowOutages.fill(0);
      this.lengths.clear();
      this.tally = new CauseTally();
    }
    this.downtime = 0;
    this.outages = 0;
    this.openLength = undefined;
    this.totalLength = 0;
    this.openAtEnd = false;
    this.lostAtStart = false;
    this.firstOutage = undefined;
    this.lost = false;
    this.cause = undefined;
    this.structural = undefined;
  }

  /** To be called at the end of each instant in which something changed. */
  settle(now: Time): void {
    const isLost = this.level.value() === 0;
    if (!isLost && !this.lost) return;
    if (this.lost) this.charge(now);
    if (isLost) {
      this.explain(now);
      this.chargedUntil = now;
      if (!this.lost) this.lose(now, this.cause!);
    } else {
      this.regain(now);
    }
  }

  /** To be called once at the end of the measured span. */
  finish(): void {
    if (!this.lost) return;
    this.charge(this.until);
    this.openAtEnd = true;
    if (this.lostAt < this.from) return;
    this.openLength = this.until - this.lostAt;
    this.totalLength += this.openLength;
  }

  /** By the structure where it can; else by what disturbs etcd, once for as long as it lasts. */
  private explain(now: Time): void {
    const structural = this.causes.find(this.active);
    if (structural !== undefined) {
      this.cause = structural;
      this.structural = structural;
      this.phase = phaseOf(structural);
      return;
    }
    const phase = this.level.phase();
    if (phase === undefined) {
      const names = this.active.list.map((fault) => fault.identity.name).join(', ');
      throw new Error(`the structure does not explain a loss by: ${names || 'no fault'}`);
    }
    const isNew = !this.lost || this.cause === this.structural;
    if (isNew) this.cause = this.causes.findDisturbance(this.active, now, phase, this.structural);
    this.phase = phase;
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
    this.structural = undefined;
    this.listener?.regained(this.level.name, now, length);
    if (this.lostAt < this.from) return;
    this.lengths.add(length);
    this.totalLength += length;
  }

  /** Books the downtime since it was last booked under the cause and phase that held. */
  private charge(now: Time): void {
    const start = Math.max(this.chargedUntil, this.from);
    if (now <= start) return;
    if (this.lostAt < this.from) this.lostAtStart = true;
    this.downtime += now - start;
    this.tally.addDowntime(this.cause!, this.phase, now - start);
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
