/**
 * keepalived's settings under its own names, with its defaults and those of kubeadm's sample. Left
 * out: sync groups, tracked interfaces and files, `higher_prio_send_advert` and its like.
 */
import type { Duration } from '../../../engine/clock.ts';

export interface VrrpSettings {
  readonly version: 2 | 3;
  readonly advertInt: Duration;
  readonly preempt: boolean;
  /** How long a better node lets a worse master be, counted from its first advert; 0 for not. */
  readonly preemptDelay: Duration;
  /** Of the nodes in their order. `state` is left out: it matters to an owner's start alone. */
  readonly priorities: readonly number[];
  /**
   * Where several nodes hold the address, the share of users who are with the one that announced
   * itself last; the others share the rest. A guess: it depends on who asks ARP when.
   */
  readonly newestShare: number;
}

/** `vrrp_script`, which asks the balancer on its own machine. */
export interface TrackScriptSettings {
  readonly interval: Duration;
  readonly timeout: Duration;
  readonly fall: number;
  readonly rise: number;
  /** Added to the priority: below 0 while it fails, above 0 while it passes; 0 for FAULT. */
  readonly weight: number;
}

/** An owner of the address, whose priority never changes (VRRP_PRIO_OWNER). */
export const OWNER_PRIORITY = 255;
