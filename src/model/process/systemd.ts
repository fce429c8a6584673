/** What systemd does where a unit says nothing else (systemd-system.conf). */
import { type Duration, MILLISECOND, SECOND } from '../../engine/clock.ts';

/** From SIGTERM to SIGKILL: DefaultTimeoutStopSec. */
export const SYSTEMD_STOP_TIMEOUT: Duration = 90 * SECOND;

/** From the end of a process to its next start, if it is started again: DefaultRestartSec. */
export const SYSTEMD_RESTART_DELAY: Duration = 100 * MILLISECOND;
