/**
 * Which machines a control plane has, where each stands, and what the parts on and around it are
 * called. It says nothing of how a scenario file deals machines out.
 */

import {
  BALANCER_PROCESSES,
  type BalancerPlan,
  CLOUD_BALANCER,
  KUBE_VIP_PROCESS,
} from '../load-balancer/balancer-plan.ts';
import { balancerKey, memberKey, serverKey } from '../parts/stream-keys.ts';
import { CONTROL_PLANE_PROCESSES, PROCESS_NAMES, type ProcessName } from './kubernetes-plan.ts';

export type MachineRole = 'controlPlane' | 'etcd' | 'loadBalancer';

export interface PlacedMachine {
  readonly name: string;
  readonly role: MachineRole;
  /** Its place among the machines of its role, from 0. */
  readonly place: number;
  /** Whether an etcd member runs on it. */
  readonly hasMember: boolean;
  readonly zone: string | undefined;
  readonly rack: string | undefined;
}

/** Users who are in one place of the network. */
export interface PlacedClients {
  /** Such as `clients.outside`, `clients.a`. */
  readonly name: string;
  /** Undefined: outside all zones. */
  readonly zone: string | undefined;
  /** Of all users; those of all places add up to 1. */
  readonly share: number;
}

/** What machines exchange messages with beside other machines. */
interface NetworkEnd {
  readonly name: string;
  readonly zone: string | undefined;
}

export interface Layout {
  readonly kind: 'stacked' | 'external';
  readonly balancer: BalancerPlan['kind'];
  readonly machines: readonly PlacedMachine[];
  readonly clients: readonly PlacedClients[];
  readonly zones: readonly string[];
  readonly racks: readonly string[];
  readonly nics: number;
  readonly switchesPerRack: number;
}

/** Users, and a cloud's balancer, which is in no zone. */
export function endsBesideMachines({
  clients,
  balancer,
}: Pick<Layout, 'clients' | 'balancer'>): readonly NetworkEnd[] {
  return balancer === 'cloud' ? [...clients, { name: CLOUD_BALANCER, zone: undefined }] : clients;
}

/** Processes on a machine beside etcd: those of a control plane, or of a balancer. */
export function processesOn(
  { role }: PlacedMachine,
  { balancer }: Pick<Layout, 'balancer'>,
): readonly ProcessName[] {
  if (role === 'controlPlane') {
    return balancer === 'kube-vip'
      ? [...CONTROL_PLANE_PROCESSES, KUBE_VIP_PROCESS]
      : CONTROL_PLANE_PROCESSES;
  }
  if (role !== 'loadBalancer') return [];
  return balancer === 'haproxy' ? ['haproxy'] : BALANCER_PROCESSES;
}

/**
 * What the streams of a part are keyed by, such as `member 2.disk`, `apiServer 2`, `zone 1`. A name
 * that is not the layout's own, such as that of a shared risk, stands for itself.
 */
export function streamOf(part: string, { machines, zones, racks }: Layout): string {
  const [base = '', suffix] = part.split('.');
  const machine = machines.find(({ name }) => name === base);
  if (machine !== undefined && (PROCESS_NAMES as readonly string[]).includes(suffix ?? '')) {
    return `${suffix} ${machine.place + 1}`;
  }
  const ending = suffix === undefined ? '' : `.${suffix}`;
  if (machine !== undefined) return `${machineKey(machine)}${ending}`;
  if (zones.includes(part)) return `zone ${zones.indexOf(part) + 1}`;
  return racks.includes(base) ? `rack ${racks.indexOf(base) + 1}${ending}` : part;
}

function machineKey({ hasMember, role, place }: PlacedMachine): string {
  if (hasMember) return memberKey(place);
  return role === 'loadBalancer' ? balancerKey(place) : serverKey(place);
}

/** `x`, `x2`, `x3`: a first part keeps its name when a second one joins it. */
function numbered(base: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => (index === 0 ? base : `${base}${index + 1}`));
}

export function nicNames(machine: string, { nics }: Pick<Layout, 'nics'>): string[] {
  return numbered(`${machine}.nic`, nics);
}

export function linkNames(machine: string, { nics }: Pick<Layout, 'nics'>): string[] {
  return numbered(`${machine}.link`, nics);
}

export function switchNames(
  rack: string,
  { switchesPerRack }: Pick<Layout, 'switchesPerRack'>,
): string[] {
  return numbered(`${rack}.switch`, switchesPerRack);
}
