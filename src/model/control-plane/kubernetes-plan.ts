/**
 * What stands on etcd, as plain data: API servers, the controllers beside them, and the way by
 * which users reach them. It says nothing of what fails or when.
 */
import type { Duration } from '../../engine/clock.ts';
import type { ApiServerSettings } from '../api-server/api-server-settings.ts';
import type { LeaseSettings, LeaseTimes } from '../lease/lease-settings.ts';
import type { LoadSettings } from '../load/load-settings.ts';
import type { CloudSettings } from '../load-balancer/cloud/cloud.ts';
import type { HaproxySettings } from '../load-balancer/haproxy/haproxy-settings.ts';
import type {
  TrackScriptSettings,
  VrrpSettings,
} from '../load-balancer/keepalived/keepalived-settings.ts';
import type { KubeletSettings } from '../process/kubelet.ts';

/** One control-plane machine: its API server, controller manager and scheduler. */
export interface ControlPlaneMachinePlan {
  readonly machine: string;
  /** The etcd members that its API server speaks to, by their places: stacked, its own alone. */
  readonly members: readonly number[];
}

/** How users reach the API servers. Machines are those that the balancer stands on. */
export type BalancerPlan =
  /** Straight to the first control-plane machine. */
  | { readonly kind: 'none' }
  /** One HAProxy, on one machine. */
  | { readonly kind: 'haproxy'; readonly machine: string; readonly haproxy: HaproxySettings }
  /** An HAProxy on each machine, and keepalived that moves one address between them. */
  | {
      readonly kind: 'haproxy-keepalived';
      readonly machines: readonly string[];
      readonly haproxy: HaproxySettings;
      readonly vrrp: VrrpSettings;
      readonly script: TrackScriptSettings | undefined;
    }
  /** One address that a lease in the cluster itself puts on one control-plane machine. */
  | { readonly kind: 'kube-vip'; readonly times: LeaseTimes; readonly restartAfter: Duration }
  /** A provider's balancer, which is the part `loadBalancer`. */
  | { readonly kind: 'cloud'; readonly cloud: CloudSettings }
  /** An HAProxy on each of so many client machines, which do not fail. */
  | { readonly kind: 'client-side'; readonly clients: number; readonly haproxy: HaproxySettings }
  /** Round-robin names of all API servers, which a client keeps for the time to live. */
  | { readonly kind: 'dns'; readonly ttl: Duration };

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
  /** A request that takes longer has failed for its user. */
  readonly clientTimeout: Duration;
  /** The share of requests that clients send over connections that stand; others open new ones. */
  readonly establishedShare: number;
  /** Absent: nobody's load matters. */
  readonly load?: LoadSettings;
}

/**
 * Processes that faults may name, each a part `<machine>.<process>` on its machine: what fails the
 * part keeps it down; `kill` and `freeze` leave its keeper to do what that does.
 */
export const CONTROL_PLANE_PROCESSES = ['apiServer', 'controllerManager', 'scheduler'] as const;
export const BALANCER_PROCESSES = ['haproxy', 'keepalived'] as const;
/** On each control plane, where kube-vip holds the address. */
export const KUBE_VIP_PROCESS = 'kubeVip';

export const PROCESS_NAMES = [
  ...CONTROL_PLANE_PROCESSES,
  ...BALANCER_PROCESSES,
  KUBE_VIP_PROCESS,
] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];

/** What users get, as a share of what they ask for. */
export type ApiLevel = 'write' | 'read' | 'cachedRead';
