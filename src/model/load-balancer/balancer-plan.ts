/**
 * How users reach the API servers, as plain data, and the processes that this takes. It says
 * nothing of what fails or when.
 */
import type { Duration } from '../../engine/clock.ts';
import type { LeaseTimes } from '../lease/lease-settings.ts';
import type { CloudSettings } from './cloud/cloud.ts';
import type { HaproxySettings } from './haproxy/haproxy-settings.ts';
import type { TrackScriptSettings, VrrpSettings } from './keepalived/keepalived-settings.ts';

/** How users reach the API servers. Machines are those that the balancer depends on. */
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

export const BALANCER_PROCESSES = ['haproxy', 'keepalived'] as const;

/** On each control plane, where kube-vip holds the address. */
export const KUBE_VIP_PROCESS = 'kubeVip';

/** A cloud's load balancer, which is one part and one end of the network. */
export const CLOUD_BALANCER = 'loadBalancer';
