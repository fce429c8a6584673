/** When crews work: from a start and an amount of work to the moment it is done. */
import { DAY, type Duration, LONGEST_HORIZON, NEVER, type Time } from '../engine/clock.ts';
import type { WorkingHours } from './plans.ts';

const DAYS_A_WEEK = 7;

/**
 * When `work` begun at `start` is done, if it goes on in working hours only; NEVER where that lies
 * beyond every horizon.
 */
export function finishOfWork(start: Time, work: Duration, hours: WorkingHours | undefined): Time {
  if (hours === undefined) return start + work;
  if (start + work >= LONGEST_HORIZON) return NEVER;
  const workday = hours.to - hours.from;
  const week = hours.days.length * workday;
  const wholeWeeks = Math.max(0, Math.ceil(work / week) - 1);
  let left = work - wholeWeeks * week;
  let now = start + wholeWeeks * DAYS_A_WEEK * DAY;
  for (;;) {
    const midnight = Math.floor(now / DAY) * DAY;
    const isWorkday = hours.days.includes((midnight / DAY) % DAYS_A_WEEK);
    const opens = Math.max(now, midnight + hours.from);
    const open = isWorkday ? midnight + hours.to - opens : 0;
    if (open > 0 && left <= open) return opens + left;
    if (open > 0) left -= open;
    now = midnight + DAY;
  }
}
