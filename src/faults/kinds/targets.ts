/** What kinds of fault can hit in a layout: machines, parts on them, places, and cuts between. */
import type { ProcessName } from '../../model/control-plane/kubernetes-plan.ts';
import {
  endsBesideMachines,
  type Layout,
  type PlacedMachine,
  processesOn,
} from '../../model/control-plane/layout.ts';
import type { CutPlan } from '../../model/network/machine-network.ts';
import type { Target } from './fault-kind.ts';

/** One part, whose overrides are also those of what it belongs to. */
export function onePart(
  name: string,
  carriesMember: boolean,
  owners: readonly string[] = [],
): Target {
  const overriddenBy = [...owners, name];
  const hit = { parts: [name], cuts: [], impaired: [] };
  return { component: name, ...hit, clockOf: name, overriddenBy, carriesMember };
}

export function eachMachine({ machines }: Layout): Target[] {
  return machines.map(({ name, hasMember }) => onePart(name, hasMember));
}

export function ofMembers({ machines }: Layout, part: 'etcd' | 'disk'): Target[] {
  const members = machines.filter(({ hasMember }) => hasMember);
  return members.map(({ name }) => onePart(`${name}.${part}`, true, [name]));
}

/** The part itself does not go down, so that its clock is that of its machine. */
export function impairedOf(layout: Layout, part: 'etcd' | 'disk'): Target[] {
  return ofMembers(layout, part).map((target) => {
    const machine = target.component.slice(0, -`.${part}`.length);
    return { ...target, parts: [], impaired: [machine], clockOf: machine };
  });
}

/** Processes that stay down until somebody starts them. */
export function processParts(layout: Layout, process: ProcessName): Target[] {
  return layout.machines
    .filter((machine) => processesOn(machine, layout).includes(process))
    .map(({ name }) => onePart(`${name}.${process}`, true, [name]));
}

/** The clock is that of the machine: the process itself does not go down as a part. */
export function processes(layout: Layout, process: ProcessName): Target[] {
  return processParts(layout, process).map((target) => {
    const clockOf = target.component.slice(0, -`.${process}`.length);
    return { ...target, parts: [], impaired: target.parts, clockOf };
  });
}

export function ofMachines(
  layout: Layout,
  namesOf: (machine: string, layout: Layout) => string[],
): Target[] {
  return layout.machines.flatMap(({ name, hasMember }) =>
    namesOf(name, layout).map((part) => onePart(part, hasMember, [name])),
  );
}

/** Whether an etcd member stands in a rack or zone. */
export function carries({ machines }: Layout, kind: 'rack' | 'zone', name: string): boolean {
  return machines.some((machine) => machine[kind] === name && machine.hasMember);
}

/** Messages between the two sides are lost, both ways. */
export function cutBothWays(one: readonly string[], other: readonly string[]): CutPlan[] {
  return [
    { from: one, to: other },
    { from: other, to: one },
  ];
}

/** Machines cut off from all others, and from users elsewhere. */
export function cutOff(
  component: string,
  inside: (place: Pick<PlacedMachine, 'name' | 'zone'>) => boolean,
  layout: Layout,
): Target[] {
  const within = layout.machines.filter(inside);
  if (within.length === 0) return [];
  const ends = [...layout.machines, ...endsBesideMachines(layout)];
  const cuts = cutBothWays(
    ends.filter(inside).map(({ name }) => name),
    ends.filter((end) => !inside(end)).map(({ name }) => name),
  );
  const carriesMember = within.some(({ hasMember }) => hasMember);
  const overriddenBy = [component];
  const hit = { parts: [], cuts, impaired: [] };
  return [{ component, ...hit, clockOf: component, overriddenBy, carriesMember }];
}
