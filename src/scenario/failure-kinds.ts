/**
 * The catalogue of failure modes: what in a topology each kind can hit, what it does there, whose
 * service its clock follows, and who ends it unless the scenario says otherwise.
 */
import type { RepairedBy } from '../faults/plans.ts';
import type { CutPlan } from '../model/topology.ts';
import { linkNames, nicNames, switchNames } from './names.ts';
import type { Layout, PlacedMachine } from './placement.ts';
import type { ModeName } from './schema/failure-schema.ts';

/** One thing that a kind of failure can hit. */
export interface Target {
  /** What the mode is named after. */
  readonly component: string;
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
  readonly clockOf: string | undefined;
  /** Names whose overrides it follows, from the most general to the most particular. */
  readonly overriddenBy: readonly string[];
  /** Whether a cause shared by the etcd members' parts of this kind hits it. */
  readonly carriesMember: boolean;
}

export interface FailureKind {
  readonly by: RepairedBy;
  targets(layout: Layout): Target[];
}

export const FAILURE_KINDS: Readonly<Record<ModeName, FailureKind>> = {
  'machine.crash': { by: 'itself', targets: eachMachine },
  'machine.loss': { by: 'crew', targets: eachMachine },
  'machine.isolation': { by: 'itself', targets: isolatedMachines },
  'etcd.crash': { by: 'supervisor', targets: (layout) => ofMembers(layout, 'etcd') },
  'disk.failure': { by: 'crew', targets: (layout) => ofMembers(layout, 'disk') },
  'nic.failure': { by: 'crew', targets: (layout) => ofMachines(layout, nicNames) },
  'link.failure': { by: 'crew', targets: (layout) => ofMachines(layout, linkNames) },
  'switch.failure': { by: 'crew', targets: eachSwitch },
  'rack.outage': { by: 'crew', targets: (layout) => layout.racks.map(place('rack', layout)) },
  'zone.outage': { by: 'itself', targets: (layout) => layout.zones.map(place('zone', layout)) },
  'zone.isolation': { by: 'itself', targets: isolatedZones },
  'zoneLink.failure': { by: 'itself', targets: zonePairs },
};

/** Kinds whose parts are replaced together with a lost machine. */
export const RENEWED_BY_LOSS: readonly ModeName[] = [
  'machine.crash',
  'disk.failure',
  'nic.failure',
];

function onePart(
  name: string,
  carriesMember: boolean,
  owners: readonly (string | undefined)[] = [],
): Target {
  const overriddenBy = [...owners.filter((owner) => owner !== undefined), name];
  return { component: name, parts: [name], cuts: [], clockOf: name, overriddenBy, carriesMember };
}

function eachMachine({ machines }: Layout): Target[] {
  return machines.map(({ name, hasMember }) => onePart(name, hasMember));
}

function ofMembers({ machines }: Layout, part: 'etcd' | 'disk'): Target[] {
  const members = machines.filter(({ hasMember }) => hasMember);
  return members.map(({ name }) => onePart(`${name}.${part}`, true, [name]));
}

function ofMachines(
  layout: Layout,
  namesOf: (machine: string, layout: Layout) => string[],
): Target[] {
  return layout.machines.flatMap(({ name, hasMember }) =>
    namesOf(name, layout).map((part) => onePart(part, hasMember, [name])),
  );
}

function eachSwitch(layout: Layout): Target[] {
  return layout.racks.flatMap((rack) =>
    switchNames(rack, layout).map((part) => onePart(part, carries(layout, 'rack', rack), [rack])),
  );
}

function place(kind: 'rack' | 'zone', layout: Layout) {
  return (name: string): Target => onePart(name, carries(layout, kind, name));
}

function carries({ machines }: Layout, kind: 'rack' | 'zone', name: string): boolean {
  return machines.some((machine) => machine[kind] === name && machine.hasMember);
}

/** Messages between the two sides are lost, both ways. */
export function cutBothWays(one: readonly string[], other: readonly string[]): CutPlan[] {
  return [
    { from: one, to: other },
    { from: other, to: one },
  ];
}

function cutOff(
  component: string,
  inside: (machine: PlacedMachine) => boolean,
  { machines }: Layout,
): Target[] {
  const within = machines.filter(inside);
  const outside = machines.filter((machine) => !inside(machine));
  if (within.length === 0 || outside.length === 0) return [];
  const cuts = cutBothWays(
    within.map(({ name }) => name),
    outside.map(({ name }) => name),
  );
  const carriesMember = within.some(({ hasMember }) => hasMember);
  const overriddenBy = [component];
  return [{ component, parts: [], cuts, clockOf: component, overriddenBy, carriesMember }];
}

function isolatedMachines(layout: Layout): Target[] {
  return layout.machines.flatMap(({ name }) =>
    cutOff(name, (machine) => machine.name === name, layout),
  );
}

function isolatedZones(layout: Layout): Target[] {
  return layout.zones.flatMap((zone) => cutOff(zone, (machine) => machine.zone === zone, layout));
}

function zonePairs({ machines, zones }: Layout): Target[] {
  const inside = (zone: string) =>
    machines.filter((machine) => machine.zone === zone).map(({ name }) => name);
  return zones.flatMap((one, index) =>
    zones.slice(index + 1).flatMap((other): Target[] => {
      const sides = [inside(one), inside(other)] as const;
      if (sides[0].length === 0 || sides[1].length === 0) return [];
      const component = `${one}:${other}`;
      const cuts = cutBothWays(...sides);
      const base = { component, parts: [], cuts, clockOf: undefined, overriddenBy: [] };
      return [{ ...base, carriesMember: true }];
    }),
  );
}
