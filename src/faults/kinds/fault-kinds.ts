/** Every kind of fault that scenarios may name, in the order in which all lists have them. */
import { apiServerCrash } from './api-server-crash.ts';
import { apiServerHang } from './api-server-hang.ts';
import { clientsSurge } from './clients-surge.ts';
import { controllerManagerCrash } from './controller-manager-crash.ts';
import { controllerManagerHang } from './controller-manager-hang.ts';
import { diskFailure } from './disk-failure.ts';
import { diskFull } from './disk-full.ts';
import { diskSlow } from './disk-slow.ts';
import { diskStall } from './disk-stall.ts';
import { etcdCrash } from './etcd-crash.ts';
import { etcdFreeze } from './etcd-freeze.ts';
import type { FaultKind } from './fault-kind.ts';
import { haproxyCrash } from './haproxy-crash.ts';
import { keepalivedCrash } from './keepalived-crash.ts';
import { kubeVipCrash } from './kube-vip-crash.ts';
import { linkFailure } from './link-failure.ts';
import { loadBalancerOutage } from './load-balancer-outage.ts';
import { machineCrash } from './machine-crash.ts';
import { machineIsolation } from './machine-isolation.ts';
import { machineLoss } from './machine-loss.ts';
import { nicFailure } from './nic-failure.ts';
import { rackOutage } from './rack-outage.ts';
import { schedulerCrash } from './scheduler-crash.ts';
import { schedulerHang } from './scheduler-hang.ts';
import { switchFailure } from './switch-failure.ts';
import { zoneIsolation } from './zone-isolation.ts';
import { zoneLinkFailure } from './zone-link-failure.ts';
import { zoneOutage } from './zone-outage.ts';

const KINDS = [
  machineCrash,
  machineLoss,
  machineIsolation,
  etcdCrash,
  etcdFreeze,
  diskFailure,
  diskStall,
  diskSlow,
  diskFull,
  nicFailure,
  linkFailure,
  switchFailure,
  rackOutage,
  zoneOutage,
  zoneIsolation,
  zoneLinkFailure,
  apiServerCrash,
  apiServerHang,
  controllerManagerCrash,
  controllerManagerHang,
  schedulerCrash,
  schedulerHang,
  haproxyCrash,
  keepalivedCrash,
  kubeVipCrash,
  loadBalancerOutage,
  clientsSurge,
] as const;

/** Such as `machine.crash`. */
export type FaultKey = (typeof KINDS)[number]['key'];

export const FAULT_KINDS: readonly FaultKind<FaultKey>[] = KINDS;

const BY_KEY: ReadonlyMap<string, FaultKind<FaultKey>> = new Map(
  KINDS.map((kind) => [kind.key, kind]),
);

/** Ends the name of a shock that hits all parts of one kind at once. */
export const SHARED = '.common';

/**
 * The kind behind what causes are grouped by, such as `machine.crash` or `machine.crash.common`;
 * undefined where a scenario named it, as for a common cause.
 */
export function faultKindOf(name: string): FaultKind<FaultKey> | undefined {
  return BY_KEY.get(name.endsWith(SHARED) ? name.slice(0, -SHARED.length) : name);
}
