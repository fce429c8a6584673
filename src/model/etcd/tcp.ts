/** TCP's clocks as Linux sets them: when it sends again what was not acknowledged. */
import { type Duration, MILLISECOND, type Time } from '../../engine/clock.ts';

/** TCP's first retransmission; Linux's minimum of 200 ms and a little, as measured. */
export const FIRST_RETRANSMISSION: Duration = 204 * MILLISECOND;

/**
 * The first retransmission after `now` of what was first sent at `since`: Linux sends again after
 * 0.2, 0.4, 0.8 s and so on, measured; at once where nothing had been sent yet.
 */
export function retransmissionAfter(now: Time, since: Time): Time {
  if (since >= now) return now;
  let wait = FIRST_RETRANSMISSION;
  while (since + wait < now) wait *= 2;
  return since + wait;
}
