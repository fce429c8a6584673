/**
 * Time as the engine counts it: whole microseconds in a double, exact up to 2^53 us (285 years).
 * A year is 8760 h everywhere, a month a twelfth of it.
 */

/** A point in simulated time, in whole microseconds since the start of the replication. */
export type Time = number;

/** A length of simulated time, in whole microseconds. */
export type Duration = number;

export const MICROSECOND: Duration = 1;
export const MILLISECOND: Duration = 1_000;
export const SECOND: Duration = 1_000_000;
export const MINUTE: Duration = 60 * SECOND;
export const HOUR: Duration = 60 * MINUTE;
export const DAY: Duration = 24 * HOUR;
export const WEEK: Duration = 7 * DAY;
export const YEAR: Duration = 8_760 * HOUR;
export const MONTH: Duration = YEAR / 12;

/** The longest horizon whose every microsecond a double can hold: 2^53 us is 285.6 years. */
export const LONGEST_HORIZON: Duration = 285 * YEAR;

/** A point in time that is never reached. */
export const NEVER: Time = Number.POSITIVE_INFINITY;

/** A drawn length as whole microseconds, at least one, so that no two states share an instant. */
export function wholeMicroseconds(length: number): Duration {
  return length < 1 ? 1 : Math.round(length);
}

/** A point in time as `days d hh:mm:ss.uuuuuu`, of one width within a year, for traces. */
export function formatTime(time: Time): string {
  const days = Math.floor(time / DAY);
  const rest = time - days * DAY;
  const hours = Math.floor(rest / HOUR);
  const minutes = Math.floor((rest % HOUR) / MINUTE);
  const seconds = Math.floor((rest % MINUTE) / SECOND);
  const micros = rest % SECOND;
  const two = (value: number) => String(value).padStart(2, '0');
  const clock = `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(micros).padStart(6, '0')}`;
  return `${String(days).padStart(3)}d ${clock}`;
}
