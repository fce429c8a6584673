/** How candidates for a lease behave: client-go's times, and who gives its lease back. */
import { type Duration, SECOND } from '../../engine/clock.ts';
import type { LawPlan } from '../../engine/laws/law.ts';

export interface LeaseTimes {
  /** A standby takes over a record that it has not seen change for so long. */
  readonly leaseDuration: Duration;
  /** A leader whose renewal fails for so long gives up. */
  readonly renewDeadline: Duration;
  /** Between the end of one renewal and the next; the least time between polls of a standby. */
  readonly retryPeriod: Duration;
  /** A standby waits retryPeriod x (1 + U(0, jitterFactor)). */
  readonly jitterFactor: number;
  /** One call is given up after so long; absent: what NewFromKubeconfig makes of renewDeadline. */
  readonly callTimeout?: Duration;
}

/** Defaults of component-base (config/v1alpha1/defaults.go); JitterFactor of leaderelection.go. */
export const LEASE_TIMES: LeaseTimes = {
  leaseDuration: 15 * SECOND,
  renewDeadline: 10 * SECOND,
  retryPeriod: 2 * SECOND,
  jitterFactor: 1.2,
};

/** A released record has no holder and this duration (leaderelection.go, tryRelease). */
export const RELEASED_DURATION: Duration = 1 * SECOND;

/** The client's time-out for one call: half of renewDeadline, at least 1 s (NewFromKubeconfig). */
export function callTimeout({ renewDeadline, callTimeout: own }: LeaseTimes): Duration {
  return own ?? Math.max(SECOND, Math.floor(renewDeadline / 2));
}

export interface LeaseSettings {
  readonly times: LeaseTimes;
  /** Whether a leader empties the record before it exits (ReleaseOnCancel). */
  readonly releasesOnCancel: boolean;
  /** Whether it does so by an Update on what it knows, as before 1.34 (kubernetes#132849). */
  readonly releasesBlindly?: boolean;
  /**
   * What its kubelet asks fails when it believes to lead and has not renewed for leaseDuration and
   * this; absent: the kubelet asks for something else.
   */
  readonly watchdog?: Duration;
  /** Whether a process that is started again is who it was, and so may go on with its lease. */
  readonly keepsIdentity?: boolean;
  /** From the start of the container to the first poll, in microseconds. */
  readonly startUp: LawPlan;
}

/**
 * cmd/kube-controller-manager/app/controllermanager.go, NewLeaderHealthzAdaptor, and the same of
 * cmd/kube-scheduler/app/options/options.go.
 */
export const WATCHDOG: Duration = 20 * SECOND;

export type LeaseComponent = 'kube-controller-manager' | 'kube-scheduler';

/**
 * The scheduler sets ReleaseOnCancel (cmd/kube-scheduler/app/options/options.go); the controller
 * manager only with ControllerManagerReleaseLeaderElectionLockOnExit, alpha and off in 1.36
 * (controller-manager/pkg/features/kube_features.go), and never before.
 */
export function releasesOnCancel(component: LeaseComponent, minor: number, gate = false): boolean {
  return component === 'kube-scheduler' || (gate && minor >= 36);
}
