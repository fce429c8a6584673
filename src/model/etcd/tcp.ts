/** TCP's clocks as Linux sets them: when it sends again what was not acknowledged. */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../engine/clock.ts';

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

/** How late what was lost so many times in a row is: each wait is twice as long as the last. */
export function retransmitted(times: number): Duration {
  return FIRST_RETRANSMISSION * (2 ** times - 1);
}

/** How often in a row a packet is lost, by a number that is uniform on (0, 1]. */
export function timesLost(chance: number, loss: number): number {
  return Math.floor(Math.log(chance) / Math.log(loss));
}

/** Linux sends a SYN again after 1 s, then after 2 s more, doubling (TCP_TIMEOUT_INIT). */
export const FIRST_SYN_RETRANSMISSION: Duration = SECOND;
