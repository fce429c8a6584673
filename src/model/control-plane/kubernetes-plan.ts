/**
 * What depends on etcd, as plain data: API servers, the controllers beside them, and the way by
 * which users reach them. It says nothing of what fails or when.
 */

import type { Duration } from '../../engine/clock.ts';
import type { ApiServerSettings } from '../api-server/api-server-settings.ts';
import type { LeaseSettings } from '../lease/lease-settings.ts';
import type { LoadSettings } from '../load/load-settings.ts';
import {
  BALANCER_PROCESSES,
  type BalancerPlan,
  KUBE_VIP_PROCESS,
} from '../load-balancer/balancer-plan.ts';
import type { ClientPlace } from '../load-balancer/balancer-site.ts';
import type { KubeletSettings } from '../process/kubelet.ts';

/** One control-plane machine: its API server, controller manager and scheduler. */
export interface ControlPlaneMachinePlan {
  readonly machine: string;
  /** The etcd members that its API server speaks to, by their places: stacked, its own alone. */
  readonly members: readonly number[];
}

export interface ControllersPlan {
  readonly controllerManager: LeaseSettings;
  readonly scheduler: LeaseSettings;
}

export interface KubernetesPlan {
  readonly controlPlanes: readonly ControlPlaneMachinePlan[];
  readonly apiServer: ApiServerSettings;
  readonly kubelet: KubeletSettings;
  readonly controllers: ControllersPlan;
  readonly balancer: BalancerPlan;
  /** Where users are. */
  readonly clients: readonly ClientPlace[];
  /** A request that takes longer has failed for its user. */
  readonly clientTimeout: Duration;
  /** The share of requests that clients send over connections that stand; others open new ones. */
  readonly establishedShare: number;
  /** Absent: nobody's load matters. */
  readonly load?: LoadSettings;
}

/**
 * Processes that faults may name, each a part `<machine>.<process>` on its machine: what fails the
 * part keeps it down; `kill` and `freeze` leave its supervisor to do what that does.
 */
export const CONTROL_PLANE_PROCESSES = ['apiServer', 'controllerManager', 'scheduler'] as const;

export const PROCESS_NAMES = [
  ...CONTROL_PLANE_PROCESSES,
  ...BALANCER_PROCESSES,
  KUBE_VIP_PROCESS,
] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];

/** What users get, as a share of what they ask for. */
export type ApiLevel = 'write' | 'read' | 'cachedRead';
