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

/** How late what was lost so many times in a row is: each wait is twice as long as the last. */
export function retransmitted(times: number): Duration {
  return FIRST_RETRANSMISSION * (2 ** times - 1);
}

/** How often in a row a packet is lost, by a number that is uniform on (0, 1]. */
export function timesLost(chance: number, loss: number): number {
  return Math.floor(Math.log(chance) / Math.log(loss));
}

/** Between a SYN and the next: 1 s, TCP_TIMEOUT_INIT, and a little, as measured. */
const SYN_WAIT: Duration = 1020 * MILLISECOND;
/** Waits after the first that are as long: tcp_syn_linear_timeouts, there since Linux 6.5. */
const LINEAR_SYN_TIMEOUTS = 4;
/** How often Linux sends a SYN again: tcp_syn_retries and the linear ones (tcp_write_timeout). */
export const MOST_SYN_RETRANSMISSIONS: number = 6 + LINEAR_SYN_TIMEOUTS;

/**
 * From a SYN to its n-th retransmission: 1, 2, 3, 4, 5, 7, 11 s and so on and a little more, as
 * Linux 6.18 was measured to do; before 6.5 it was 1, 3, 7 s (tcp_timer.c, tcp_retransmit_timer).
 */
export function synRetransmitted(times: number): Duration {
  const linear = Math.min(times, LINEAR_SYN_TIMEOUTS + 1);
  return SYN_WAIT * (linear - 2 + 2 ** (times - linear + 1));
}
