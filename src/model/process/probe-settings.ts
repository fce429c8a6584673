/**
 * What a kubelet's probes ask and how patient they are, and kubeadm's numbers for its static pods.
 */
import { type Duration, SECOND } from '../../engine/clock.ts';

export type ProbeKind = 'startup' | 'readiness' | 'liveness';

export interface ProbeSettings {
  /** Nothing is asked in the first so much time of a container. */
  readonly initialDelay: Duration;
  /** An answer that takes longer is a failure. */
  readonly timeout: Duration;
  readonly period: Duration;
  /** Failures in a row that count. */
  readonly failureThreshold: number;
  /** Successes in a row that count. */
  readonly successThreshold: number;
}

/** cmd/kubeadm/app/util/staticpod/utils.go, LivenessProbe; the period is Kubernetes' default. */
export const KUBEADM_LIVENESS: ProbeSettings = {
  initialDelay: 10 * SECOND,
  timeout: 15 * SECOND,
  period: 10 * SECOND,
  failureThreshold: 8,
  successThreshold: 1,
};

/** As there, ReadinessProbe. */
export const KUBEADM_READINESS: ProbeSettings = {
  initialDelay: 0,
  timeout: 15 * SECOND,
  period: SECOND,
  failureThreshold: 3,
  successThreshold: 1,
};

/** As there, StartupProbe: 24 periods make timeouts.controlPlaneComponentHealthCheck, 4 min. */
export const KUBEADM_STARTUP: ProbeSettings = {
  initialDelay: 10 * SECOND,
  timeout: 15 * SECOND,
  period: 10 * SECOND,
  failureThreshold: 24,
  successThreshold: 1,
};
