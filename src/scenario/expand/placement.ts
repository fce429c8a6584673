/**
 * Which machines there are and where each stands: names are dealt out, zones and racks filled
 * round robin or as the scenario maps them, and what cannot be is reported.
 */

import type { Layout, MachineRole, PlacedMachine } from '../../model/control-plane/layout.ts';
import { HAS_MACHINES } from '../catalogue/balancer-schema.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { TopologySection } from '../catalogue/topology-schema.ts';
import type { Findings } from '../text/findings.ts';
import { unknownName } from '../text/problems.ts';
import { placeClients } from './place-clients.ts';

const MOST_MEMBERS = 9;

/** The machines of `topology` in their places; findings of what is impossible stand at its keys. */
export function placeMachines(
  { topology, clients }: Pick<ScenarioFile, 'topology' | 'clients'>,
  findings: Findings,
): Layout {
  const machines = nameMachines(topology, findings);
  const zones = placesOf('zones', topology.zones, machines, findings);
  const racks = placesOf('racks', topology.racks, machines, findings);
  const placed = machines.map(({ name, role, place }): PlacedMachine => {
    const hasMember = role === (topology.layout === 'stacked' ? 'controlPlane' : 'etcd');
    const [zone, rack] = [zones.of.get(name), racks.of.get(name)];
    return { name, role, place, hasMember, zone, rack };
  });
  checkRacks(placed, findings);
  if ((topology.switchesPerRack ?? 1) > 1 && topology.racks === undefined) {
    const message = 'without racks there are no switches';
    findings.problem(['topology', 'switchesPerRack'], { message, allowed: 'racks: a list' }, 'key');
  }
  return {
    kind: topology.layout,
    balancer: topology.loadBalancer.kind,
    machines: placed,
    clients: placeClients(clients, zones.names, findings),
    zones: zones.names,
    racks: racks.names,
    nics: topology.nics,
    switchesPerRack: topology.switchesPerRack ?? 1,
  };
}

interface NamedMachine {
  readonly name: string;
  readonly role: MachineRole;
  readonly place: number;
}

function nameMachines(topology: TopologySection, findings: Findings): NamedMachine[] {
  const { layout, controlPlanes, etcdMembers, loadBalancer } = topology;
  if (layout === 'stacked') {
    if (etcdMembers !== undefined) {
      const message = 'in the stacked layout each control plane carries an etcd member';
      findings.problem(
        ['topology', 'etcdMembers'],
        { message, allowed: 'controlPlanes alone, or layout: external' },
        'key',
      );
    } else if (controlPlanes > MOST_MEMBERS) {
      const message = `${controlPlanes} stacked control planes are ${controlPlanes} etcd members`;
      findings.problem(['topology', 'controlPlanes'], { message, allowed: 'from 1 to 9' });
    }
  }
  const members = layout === 'stacked' ? controlPlanes : etcdMembers!;
  if (members % 2 === 0 && members <= MOST_MEMBERS) {
    const key = layout === 'stacked' ? 'controlPlanes' : 'etcdMembers';
    const message = `${members} etcd members tolerate no more failures than ${members - 1}`;
    findings.warning(['topology', key], { message, suggestion: String(members - 1) });
  }
  const { machines: balancers = 0, kind } = loadBalancer;
  if (balancers > 0 && !HAS_MACHINES.includes(kind)) {
    const message = `${kind} has no machines of its own`;
    const allowed = 'machines with haproxy and haproxy-keepalived only';
    findings.problem(['topology', 'loadBalancer', 'machines'], { message, allowed });
  }
  return [
    ...named('cp', 'controlPlane', controlPlanes),
    ...named('etcd', 'etcd', layout === 'external' ? members : 0),
    ...named('lb', 'loadBalancer', balancers),
  ];
}

function named(prefix: string, role: MachineRole, count: number): NamedMachine[] {
  const machineAt = (place: number) => ({ name: `${prefix}${place + 1}`, role, place });
  return Array.from({ length: count }, (_, place) => machineAt(place));
}

interface Places {
  readonly names: readonly string[];
  /** From the name of a machine to that of its place. */
  readonly of: ReadonlyMap<string, string>;
}

function placesOf(
  key: 'zones' | 'racks',
  given: TopologySection['zones'],
  machines: readonly NamedMachine[],
  findings: Findings,
): Places {
  if (given === undefined) return { names: [], of: new Map() };
  if (!Array.isArray(given)) return mappedPlaces(key, given, machines, findings);
  const names: string[] = [];
  given.forEach((name, index) => {
    if (names.includes(name)) {
      findings.problem(['topology', key, index], { message: `"${name}" is listed twice` });
    } else names.push(name);
  });
  const dealt = new Map<MachineRole, number>();
  const of = new Map<string, string>();
  for (const { name, role } of machines) {
    const turn = dealt.get(role) ?? 0;
    dealt.set(role, turn + 1);
    of.set(name, names[turn % names.length]!);
  }
  return { names, of };
}

function mappedPlaces(
  key: 'zones' | 'racks',
  given: Readonly<Record<string, readonly string[]>>,
  machines: readonly NamedMachine[],
  findings: Findings,
): Places {
  const known = machines.map(({ name }) => name);
  const of = new Map<string, string>();
  for (const [place, members] of Object.entries(given)) {
    members.forEach((machine, index) => {
      const path = ['topology', key, place, index];
      const earlier = of.get(machine);
      if (!known.includes(machine)) {
        findings.problem(path, unknownName('machine', machine, known));
      } else if (earlier !== undefined) {
        findings.problem(path, { message: `${machine} already stands in ${earlier}` });
      } else of.set(machine, place);
    });
  }
  const missing = known.filter((machine) => !of.has(machine));
  if (missing.length > 0) {
    const message = `${missing.join(', ')} ${missing.length === 1 ? 'stands' : 'stand'} nowhere`;
    const allowed = `every machine in one of the ${key}`;
    findings.problem(['topology', key], { message, allowed }, 'key');
  }
  return { names: Object.keys(given), of };
}

function checkRacks(machines: readonly PlacedMachine[], findings: Findings): void {
  const zoneOf = new Map<string, PlacedMachine>();
  for (const machine of machines) {
    if (machine.rack === undefined || machine.zone === undefined) continue;
    const first = zoneOf.get(machine.rack);
    if (first === undefined) zoneOf.set(machine.rack, machine);
    else if (first.zone !== machine.zone) {
      const message =
        `rack ${machine.rack} would lie in two zones: ` +
        `${first.name} is in ${first.zone}, ${machine.name} in ${machine.zone}`;
      findings.problem(['topology', 'racks'], { message, allowed: 'a rack in one zone' }, 'key');
      return;
    }
  }
}

/** Who stands where, one line a zone or rack. */
export function drawPlacement({ machines, zones, racks }: Layout): string[] {
  const show = (some: readonly PlacedMachine[]) => some.map(titled).join('  ') || '(empty)';
  const lines: string[] = [];
  const rackLines = (some: readonly PlacedMachine[], names: readonly string[], indent: string) => {
    for (const rack of names) {
      lines.push(`${indent}rack ${rack}: ${show(some.filter((one) => one.rack === rack))}`);
    }
  };
  for (const zone of zones) {
    const here = machines.filter((machine) => machine.zone === zone);
    const racksHere = racks.filter((rack) => here.some((machine) => machine.rack === rack));
    lines.push(`zone ${zone}:${racksHere.length > 0 ? '' : ` ${show(here)}`}`);
    rackLines(here, racksHere, '  ');
  }
  if (zones.length === 0) rackLines(machines, racks, '');
  if (lines.length === 0) lines.push(`one place: ${show(machines)}`);
  return lines;
}

function titled({ name, role, hasMember }: PlacedMachine): string {
  if (role === 'loadBalancer') return `${name} (balancer)`;
  if (role === 'etcd') return `${name} (etcd)`;
  return hasMember ? `${name} (API, etcd)` : `${name} (API)`;
}
