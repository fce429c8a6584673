/** What stands on etcd as a plan: API servers, controllers, and the way to them. */
import { SECOND } from '../../engine/clock.ts';
import type {
  ControllersPlan,
  ControlPlaneMachinePlan,
  KubernetesPlan,
} from '../../model/control-plane/kubernetes-plan.ts';
import type { Layout } from '../../model/control-plane/layout.ts';
import {
  type LeaseComponent,
  releasesOnCancel,
  WATCHDOG,
} from '../../model/lease/lease-settings.ts';
import { KUBELET_DEFAULTS } from '../../model/process/kubelet.ts';
import { minorOf } from '../catalogue/kubernetes-schema.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import { expandBalancer, type LeaseKeys, leaseTimesOf } from './expand-balancer.ts';
import { loadSettings } from './load-settings.ts';

/** Since this version a kubelet waits for no fixed time to look again (kubernetes#133066). */
const NO_FIXED_LOOK = 34;
/** kubelet.go, backOffPeriod. */
const FIXED_LOOK = 10 * SECOND;
/** Since this version a controller manager can give its lease back. */
const CAN_RELEASE = 36;
/** Since this version who gives a lease back looks at it first (kubernetes#132849). */
const LOOKS_BEFORE_RELEASE = 34;

/** Since this version kubeadm asks a scheduler for /livez, not /healthz (kubernetes#126945). */
const ASKS_LIVEZ = 32;

export function expandKubernetes(
  file: ScenarioFile,
  layout: Layout,
  findings: Findings,
): KubernetesPlan {
  const { apiServer, clients, etcd, load } = file;
  const minor = minorOf(file.kubernetes.version);
  return {
    controlPlanes: controlPlanes(layout),
    apiServer: { ...apiServer, electionTimeout: etcd.electionTimeout },
    kubelet: {
      ...KUBELET_DEFAULTS,
      fixedLook: minor < NO_FIXED_LOOK ? FIXED_LOOK : KUBELET_DEFAULTS.fixedLook,
    },
    controllers: controllers(file, minor, findings),
    balancer: expandBalancer(file.topology.loadBalancer, layout, findings),
    clients: layout.clients.map(({ name, share }) => ({ name, share })),
    clientTimeout: clients.timeout,
    establishedShare: clients.established,
    ...(load === undefined ? {} : { load: loadSettings(load) }),
  };
}

/** Stacked, an API server speaks to the member beside it alone; else to all. */
function controlPlanes({ kind, machines }: Layout): ControlPlaneMachinePlan[] {
  const members = machines.filter(({ hasMember }) => hasMember);
  const all = members.map((_, index) => index);
  return machines
    .filter(({ role }) => role === 'controlPlane')
    .map((machine) => {
      const own = kind === 'stacked' ? [members.indexOf(machine)] : all;
      return { machine: machine.name, members: own };
    });
}

function controllers(
  { controllers: section, kubernetes: { version } }: ScenarioFile,
  minor: number,
  findings: Findings,
): ControllersPlan {
  const { startUp } = section;
  const releaseOnExit = section.releaseOnExit!;
  if (releaseOnExit && minor < CAN_RELEASE) {
    const message = `the controller manager of ${version} cannot give its lease back`;
    const allowed = 'kubernetes: { version: 1.36 } or later';
    findings.problem(['controllers', 'releaseOnExit'], { message, allowed });
  }
  const times = leaseTimesOf(section as LeaseKeys, ['controllers'], findings);
  const of = (component: LeaseComponent) => {
    const releases = releasesOnCancel(component, minor, releaseOnExit);
    const releasesBlindly = minor < LOOKS_BEFORE_RELEASE;
    const isWatched = component !== 'kube-scheduler' || minor < ASKS_LIVEZ;
    const watchdog = isWatched ? { watchdog: WATCHDOG } : {};
    return { times, releasesOnCancel: releases, releasesBlindly, startUp, ...watchdog };
  };
  return { controllerManager: of('kube-controller-manager'), scheduler: of('kube-scheduler') };
}
