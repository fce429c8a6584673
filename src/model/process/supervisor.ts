/**
 * The kubelet as keeper of one process where none is simulated (kubernetes/kubelet.ts): it restarts
 * it after a back-off that grows with each crash and is forgotten after a while of healthy running.
 */
import { type Duration, MINUTE, SECOND, type Time } from '../../engine/clock.ts';

export interface BackOff {
  /** The wait before the second restart in a row; the first is immediate. */
  readonly initial: Duration;
  readonly maximum: Duration;
  /** Healthy running after which crashes are forgotten. */
  readonly forgottenAfter: Duration;
}

/**
 * Kubelet's crash-loop back-off: 10 s doubling to 300 s (MaxContainerBackOff), forgotten after
 * 10 min (twice the maximum).
 */
export const KUBELET_BACK_OFF: BackOff = {
  initial: 10 * SECOND,
  maximum: 300 * SECOND,
  forgottenAfter: 10 * MINUTE,
};

export class Supervisor {
  private readonly backOff: BackOff;
  private next: Duration = 0;
  private startedAt: Time = 0;

  constructor(backOff: BackOff) {
    this.backOff = backOff;
  }

  /** Nothing is remembered: a replication starts, or the machine itself has booted. */
  restart(now: Time): void {
    this.next = 0;
    this.startedAt = now;
  }

  /** The process crashed: the wait before it is started again. */
  crashed(now: Time): Duration {
    const { initial, maximum, forgottenAfter } = this.backOff;
    const wait = now - this.startedAt >= forgottenAfter ? 0 : this.next;
    this.next = wait === 0 ? initial : Math.min(2 * wait, maximum);
    return wait;
  }

  /** The process runs again. */
  started(now: Time): void {
    this.startedAt = now;
  }
}
