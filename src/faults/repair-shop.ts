/**
 * The crews that repair what does not mend itself: so many at a time, first come first served, one
 * job a crew until it is done, in working hours only.
 */
import type { Duration, Time } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';
import type { Law } from '../engine/laws/law.ts';
import { lawOf } from '../engine/laws/law-of.ts';
import type { RepairShopPlan } from './plans.ts';
import { finishOfWork } from './working-hours.ts';

/** A fault that waits for a crew. */
export interface RepairJob {
  /** A crew has been given to this job. */
  crewAssigned(effects: Effects): void;
}

export class RepairShop {
  readonly dispatch: Law | undefined;
  private readonly plan: RepairShopPlan;
  private readonly crews: number;
  private readonly waiting: RepairJob[] = [];
  private busy = 0;

  constructor(plan: RepairShopPlan) {
    this.plan = plan;
    this.crews = plan.crews ?? Number.POSITIVE_INFINITY;
    this.dispatch = plan.dispatch && lawOf(plan.dispatch);
  }

  restart(): void {
    this.waiting.length = 0;
    this.busy = 0;
  }

  request(job: RepairJob, effects: Effects): void {
    if (this.busy < this.crews) {
      this.busy++;
      job.crewAssigned(effects);
    } else {
      this.waiting.push(job);
    }
  }

  /** A job that no crew has been given to is no longer wanted. */
  withdraw(job: RepairJob): void {
    const place = this.waiting.indexOf(job);
    if (place === -1) throw new Error('a job that does not wait is withdrawn');
    this.waiting.splice(place, 1);
  }

  /** The crew of a finished or abandoned job takes the next. */
  release(effects: Effects): void {
    if (this.busy === 0) throw new Error('a crew that has no job is released');
    const next = this.waiting.shift();
    if (next === undefined) this.busy--;
    else next.crewAssigned(effects);
  }

  /** When a job assigned now is done: the way there at any hour, then work in working hours. */
  finish(now: Time, way: Duration, work: Duration): Time {
    return finishOfWork(now + way, work, this.plan.hours);
  }
}
