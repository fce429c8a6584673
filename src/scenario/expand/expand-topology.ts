/**
 * The parts of a topology, hosts before what stands on them, and its etcd members. Disks, network
 * cards, links, switches and processes become parts only where something can fail them.
 */

import type { FailureModePlan, ScriptedPlan } from '../../faults/plans.ts';
import type { KubernetesPlan } from '../../model/control-plane/kubernetes-plan.ts';
import {
  type Layout,
  linkNames,
  nicNames,
  type PlacedMachine,
  processesOn,
  streamOf,
  switchNames,
} from '../../model/control-plane/layout.ts';
import type {
  LevelExpression,
  LevelPlan,
  MemberPlan,
  TopologyPlan,
} from '../../model/control-plane/topology.ts';
import type { EtcdPlan } from '../../model/etcd/etcd-plan.ts';
import { CLOUD_BALANCER } from '../../model/load-balancer/balancer-plan.ts';
import type { PartKind, PartPlan } from '../../model/parts/part.ts';
import type { SharedRisk } from './expand-shared.ts';
import type { Names } from './names.ts';
import { namesRole } from './roles.ts';

/** What a scenario says of its parts, beyond the layout. */
interface TopologyNeeds {
  readonly names: Names;
  readonly risks: readonly SharedRisk[];
  readonly components: readonly string[];
  readonly levels: readonly LevelPlan[];
  readonly modes: readonly FailureModePlan[];
  readonly events: readonly ScriptedPlan[];
  /** Present where etcd is simulated at message level. */
  readonly etcd: EtcdPlan | undefined;
  /** Present where what stands on etcd is simulated. */
  readonly kubernetes: KubernetesPlan | undefined;
}

export function expandTopology(needs: TopologyNeeds): TopologyPlan {
  const { names, components, levels, etcd, kubernetes } = needs;
  const builder = new Builder(names.layout, needs.risks, touched(needs));
  builder.places();
  for (const machine of names.layout.machines) builder.machine(machine);
  builder.cloud();
  for (const name of components) builder.add(name, 'component', []);
  const { parts, members } = builder;
  return {
    parts,
    members,
    ...(etcd === undefined ? {} : { etcd }),
    ...(kubernetes === undefined ? {} : { kubernetes }),
    levels,
  };
}

/** Parts that something fails or a level names; those of all members where one has a role. */
function touched({ names, modes, events, levels, risks }: TopologyNeeds): ReadonlySet<string> {
  const parts = new Set<string>();
  const note = (expression: LevelExpression): void => {
    if (expression.kind === 'part') parts.add(expression.name);
    if (expression.kind === 'atLeast') for (const one of expression.of) note(one);
  };
  for (const { expression } of levels) note(expression);
  for (const { members } of risks) for (const part of members) parts.add(part);
  for (const plan of [...modes, ...events]) {
    if ('effect' in plan) for (const part of plan.effect.parts) parts.add(part);
  }
  const byRole = events.flatMap(partsByRole);
  if (byRole.length > 0) {
    const members = names.layout.machines.filter(({ hasMember }) => hasMember);
    const suffixes = new Set([
      'etcd',
      'disk',
      ...byRole.flatMap((part) => part.split('.').slice(1)),
    ]);
    for (const { name } of members) for (const one of suffixes) parts.add(`${name}.${one}`);
  }
  return parts;
}

/** What a fault takes down that is known only when it begins. */
function partsByRole(event: ScriptedPlan): readonly string[] {
  return event.type === 'fault' ? event.effect.parts.filter(namesRole) : [];
}

class Builder {
  readonly parts: PartPlan[] = [];
  readonly members: MemberPlan[] = [];
  private readonly layout: Layout;
  private readonly risks: readonly SharedRisk[];
  private readonly touched: ReadonlySet<string>;

  constructor(layout: Layout, risks: readonly SharedRisk[], touched: ReadonlySet<string>) {
    this.layout = layout;
    this.risks = risks;
    this.touched = touched;
  }

  add(name: string, kind: PartKind, hosts: readonly string[], hostsNeeded = hosts.length): void {
    const stream = streamOf(name, this.layout);
    this.parts.push({ name, stream, kind, hosts, hostsNeeded });
  }

  /** Risks, zones, racks and their switches. */
  places(): void {
    const { machines, racks, zones } = this.layout;
    for (const { name } of this.risks) this.add(name, 'risk', []);
    for (const zone of zones) this.add(zone, 'zone', this.risksOf(zone));
    for (const rack of racks) {
      const zone = machines.find((machine) => machine.rack === rack)?.zone;
      this.add(rack, 'rack', [...given(zone), ...this.risksOf(rack)]);
      for (const name of switchNames(rack, this.layout)) {
        if (this.touched.has(name)) this.add(name, 'switch', [rack, ...this.risksOf(name)]);
      }
    }
  }

  machine(machine: PlacedMachine): void {
    const { name, zone, rack, hasMember } = machine;
    this.add(name, 'machine', [...given(rack ?? zone), ...this.risksOf(name)]);
    const attachment = this.attachment(machine);
    const process = this.onMachine(`${name}.etcd`, 'process', name);
    const disk = this.onMachine(`${name}.disk`, 'disk', name);
    for (const one of processesOn(machine, this.layout)) {
      this.onMachine(`${name}.${one}`, 'process', name);
    }
    if (!hasMember) return;
    const standsOn = [process ?? name, ...given(disk)];
    this.members.push({ name: `${name}.member`, machine: name, standsOn, attachment });
  }

  /** The provider's balancer, which stands on nothing of ours. */
  cloud(): void {
    const isOurs = this.layout.balancer === 'cloud' && this.touched.has(CLOUD_BALANCER);
    if (isOurs) this.add(CLOUD_BALANCER, 'component', []);
  }

  private onMachine(part: string, kind: PartKind, machine: string): string | undefined {
    if (!this.touched.has(part)) return undefined;
    this.add(part, kind, [machine]);
    return part;
  }

  /** The part by which a machine reaches the network, where any path to it can fail. */
  private attachment(machine: PlacedMachine): string | undefined {
    const { name, rack } = machine;
    const nics = nicNames(name, this.layout);
    const links = linkNames(name, this.layout);
    const switches = rack === undefined ? [] : switchNames(rack, this.layout);
    for (const nic of nics) this.onMachine(nic, 'nic', name);
    for (const link of links) if (this.touched.has(link)) this.add(link, 'link', []);
    const paths = nics.map((nic, index) =>
      [nic, links[index]!, ...given(switches[index % switches.length])].filter((part) =>
        this.touched.has(part),
      ),
    );
    if (paths.some((path) => path.length === 0)) return undefined;
    const attachment = `${name}.attachment`;
    if (paths.length === 1) this.add(attachment, 'attachment', paths[0]!);
    else {
      const names = paths.map((_, index) => `${name}.path${index + 1}`);
      names.forEach((path, index) => {
        this.add(path, 'attachment', paths[index]!);
      });
      this.add(attachment, 'attachment', names, 1);
    }
    return attachment;
  }

  private risksOf(part: string): string[] {
    return this.risks.filter(({ members }) => members.includes(part)).map(({ name }) => name);
  }
}

function given<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}
