/** Plans of small control planes with API servers, controllers and every kind of balancer. */

import { MILLISECOND, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import type { KubernetesPlan } from '../../../src/model/control-plane/kubernetes-plan.ts';
import type { LevelPlan, TopologyPlan } from '../../../src/model/control-plane/topology.ts';
import type { EtcdPlan, SupervisorKind } from '../../../src/model/etcd/etcd-plan.ts';
import { LEASE_TIMES } from '../../../src/model/lease/lease-settings.ts';
import type { LoadSettings } from '../../../src/model/load/load-settings.ts';
import type { BalancerPlan } from '../../../src/model/load-balancer/balancer-plan.ts';
import type { PartPlan } from '../../../src/model/parts/part.ts';
import { KUBELET_DEFAULTS } from '../../../src/model/process/kubelet.ts';
import {
  API_SERVER_DEFAULTS,
  AWS_NLB,
  GCP_PASSTHROUGH,
  KUBEADM_HAPROXY,
  KUBEADM_TRACK_SCRIPT,
  KUBEADM_VRRP,
} from '../defaults.ts';
import { member, part } from '../plans.ts';

export const BALANCERS = {
  none: { kind: 'none' },
  haproxy: { kind: 'haproxy', machine: 'lb1', haproxy: KUBEADM_HAPROXY },
  keepalived: {
    kind: 'haproxy-keepalived',
    machines: ['lb1', 'lb2'],
    haproxy: KUBEADM_HAPROXY,
    vrrp: KUBEADM_VRRP,
    script: KUBEADM_TRACK_SCRIPT,
  },
  kubeVip: { kind: 'kube-vip', times: LEASE_TIMES, restartAfter: 2 * SECOND },
  nlb: { kind: 'cloud', cloud: AWS_NLB },
  gcp: { kind: 'cloud', cloud: GCP_PASSTHROUGH },
  clientSide: { kind: 'client-side', clients: 2, haproxy: KUBEADM_HAPROXY },
  dns: { kind: 'dns', ttl: MINUTE },
} as const satisfies Record<string, BalancerPlan>;

export type BalancerName = keyof typeof BALANCERS;

export interface BenchPlan {
  readonly layout?: 'stacked' | 'external';
  readonly balancer?: BalancerName;
  /** Parts beside machines, such as `cp1.etcd` or `lb1.haproxy`, each on its machine. */
  readonly processes?: readonly string[];
  /** Machines with an attachment that can fail. */
  readonly attached?: readonly string[];
  readonly supervisor?: SupervisorKind;
  readonly clientTimeout?: number;
  readonly establishedShare?: number;
  readonly load?: LoadSettings;
  /** Whether clients write to etcd; they do unless said otherwise. */
  readonly writes?: boolean;
}

export const LEVELS: readonly LevelPlan[] = [
  { name: 'etcd.write', expression: { kind: 'etcd', level: 'write' } },
  { name: 'api.write', expression: { kind: 'api', level: 'write' } },
  { name: 'api.read', expression: { kind: 'api', level: 'read' } },
  { name: 'api.cachedRead', expression: { kind: 'api', level: 'cachedRead' } },
  { name: 'controllers', expression: { kind: 'controllers' } },
];

const MACHINES = ['cp1', 'cp2', 'cp3'];
const LATENCY = { base: 300, jitter: 50 };

const ETCD: EtcdPlan = {
  version: '3.6',
  heartbeatInterval: 100 * MILLISECOND,
  electionTimeout: SECOND,
  preVote: true,
  initialElectionTickAdvance: true,
  strictReconfigCheck: true,
  snapshotCount: 10_000,
  tickPhases: 'independent',
  writesPerSecond: 10,
  databaseSize: 1_000_000,
  supervisor: 'kubelet',
  startUp: new Deterministic(300 * MILLISECOND).plan,
  fsync: new Deterministic(MILLISECOND).plan,
  backendDisk: 'same',
  latency: MACHINES.map(() => MACHINES.map(() => LATENCY)),
  bandwidth: 1e8,
  loss: 0,
  replacement: { order: 'removeFirst', asLearner: true },
  backup: undefined,
};

export function kubernetesTopology(options: BenchPlan): TopologyPlan {
  const { layout = 'stacked', balancer = 'haproxy', processes = [], attached = [] } = options;
  const isStacked = layout === 'stacked';
  const etcdMachines = isStacked ? MACHINES : ['etcd1', 'etcd2', 'etcd3'];
  const machines = [...new Set([...MACHINES, ...etcdMachines, 'lb1', 'lb2'])];
  const parts: PartPlan[] = [
    ...machines.map((name) => part(name, 'machine')),
    ...processes.map((name) => part(name, 'process', name.includes('.') ? [before(name)] : [])),
    ...attached.map((name) => part(`${name}.attachment`, 'attachment')),
  ];
  const members = etcdMachines.map((machine) => ({
    ...member(machine),
    standsOn: [processes.includes(`${machine}.etcd`) ? `${machine}.etcd` : machine],
    attachment: attached.includes(machine) ? `${machine}.attachment` : undefined,
  }));
  const lease = { times: LEASE_TIMES, startUp: new Deterministic(2 * SECOND).plan };
  const kubernetes: KubernetesPlan = {
    controlPlanes: MACHINES.map((machine, index) => ({
      machine,
      members: isStacked ? [index] : [0, 1, 2],
    })),
    apiServer: API_SERVER_DEFAULTS,
    kubelet: KUBELET_DEFAULTS,
    controllers: {
      controllerManager: { ...lease, releasesOnCancel: false },
      scheduler: { ...lease, releasesOnCancel: true },
    },
    balancer: BALANCERS[balancer],
    clients: [{ name: 'clients.outside', share: 1 }],
    clientTimeout: options.clientTimeout ?? 10 * SECOND,
    establishedShare: options.establishedShare ?? 0,
    ...(options.load === undefined ? {} : { load: options.load }),
  };
  const { supervisor = 'kubelet', writes = true } = options;
  const etcd = { ...ETCD, supervisor, ...(writes ? {} : { writesPerSecond: 0 }) };
  return { parts, members, etcd, kubernetes, levels: LEVELS };
}

function before(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
