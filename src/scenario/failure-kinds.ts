/**
 * The catalogue of failure modes: what in a topology each kind can hit, what it does there, whose
 * service its clock follows, and who ends it unless the scenario says otherwise.
 */
import type { ImpairmentPlan, RepairedBy } from '../faults/plans.ts';
import type { ProcessName } from '../model/control-plane/kubernetes-plan.ts';
import type { CutPlan } from '../model/control-plane/topology.ts';
import type { ModeSettings } from './catalogue/failure-schema.ts';
import type { SurgeSection } from './catalogue/load-schema.ts';
import type { ModeName } from './catalogue/mode-names.ts';
import { CLOUD_BALANCER, linkNames, nicNames, processNames, switchNames } from './expand/names.ts';
import type { Layout, PlacedMachine } from './expand/placement.ts';

/** One thing that a kind of failure can hit. */
export interface Target {
  /** What the mode is named after. */
  readonly component: string;
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
  /**
   * Machines whose etcd process or disk does not work as it should, without being down; or
   * processes of Kubernetes that are killed or frozen.
   */
  readonly impaired: readonly string[];
  readonly clockOf: string | undefined;
  /** Names whose overrides it follows, from the most general to the most particular. */
  readonly overriddenBy: readonly string[];
  /** Whether a cause shared by the etcd members' parts of this kind hits it. */
  readonly carriesMember: boolean;
}

export interface FailureKind {
  readonly by: RepairedBy;
  /** Whether etcd members whose machine or disk it takes down lose their data. */
  readonly losesData?: true;
  /** What it does to the machines that its targets call impaired. */
  impairment?(impaired: readonly string[], settings: ModeSettings): ImpairmentPlan;
  targets(layout: Layout): Target[];
}

/** How slow a disk is where nobody says so: fail-slow disks are 10 to 1000 times slower. */
export const USUAL_SLOWDOWN = 100;

export const FAILURE_KINDS: Readonly<Record<ModeName, FailureKind>> = {
  'machine.crash': { by: 'itself', targets: eachMachine },
  'machine.loss': { by: 'crew', losesData: true, targets: eachMachine },
  'machine.isolation': { by: 'itself', targets: isolatedMachines },
  'etcd.crash': { by: 'supervisor', targets: (layout) => ofMembers(layout, 'etcd') },
  'etcd.freeze': {
    by: 'itself',
    targets: (layout) => impaired(layout, 'etcd'),
    impairment: (machines) => ({ kind: 'freeze', machines }),
  },
  'disk.failure': { by: 'crew', losesData: true, targets: (layout) => ofMembers(layout, 'disk') },
  'disk.stall': {
    by: 'itself',
    targets: (layout) => impaired(layout, 'disk'),
    impairment: (machines) => ({ kind: 'diskStall', machines }),
  },
  'disk.slow': {
    by: 'crew',
    targets: (layout) => impaired(layout, 'disk'),
    impairment: (machines, { slowdown = USUAL_SLOWDOWN }) => {
      return { kind: 'diskSlow', machines, factor: slowdown, added: 0 };
    },
  },
  'disk.full': { by: 'crew', targets: (layout) => ofMembers(layout, 'disk') },
  'nic.failure': { by: 'crew', targets: (layout) => ofMachines(layout, nicNames) },
  'link.failure': { by: 'crew', targets: (layout) => ofMachines(layout, linkNames) },
  'switch.failure': { by: 'crew', targets: eachSwitch },
  'rack.outage': { by: 'crew', targets: (layout) => layout.racks.map(place('rack', layout)) },
  'zone.outage': { by: 'itself', targets: (layout) => layout.zones.map(place('zone', layout)) },
  'zone.isolation': { by: 'itself', targets: isolatedZones },
  'zoneLink.failure': { by: 'itself', targets: zonePairs },
  'apiServer.crash': killed('apiServer'),
  'apiServer.hang': {
    by: 'itself',
    targets: (layout) => processes(layout, 'apiServer'),
    impairment: (some) => ({ kind: 'freezeProcess', processes: some }),
  },
  'controllerManager.crash': killed('controllerManager'),
  'scheduler.crash': killed('scheduler'),
  'haproxy.crash': killed('haproxy'),
  'keepalived.crash': { by: 'crew', targets: (layout) => processParts(layout, 'keepalived') },
  'kubeVip.crash': killed('kubeVip'),
  'loadBalancer.outage': {
    by: 'itself',
    targets: ({ balancer }) => (balancer === 'cloud' ? [onePart(CLOUD_BALANCER, false)] : []),
  },
  'clients.surge': {
    by: 'itself',
    targets: () => [CLIENTS],
    impairment: (_nobody, settings) => surgeOf(settings),
  },
};

/** Nodes are nowhere in particular, and do not fail. */
const CLIENTS: Target = {
  component: 'clients',
  parts: [],
  cuts: [],
  impaired: [],
  clockOf: undefined,
  overriddenBy: [],
  carriesMember: false,
};

/** What nodes ask for more. */
export function surgeOf({ listsPerNode = 0, requestsPerNode = 0 }: SurgeSection): ImpairmentPlan {
  return { kind: 'surge', listsPerNode, requestsPerNode };
}

/** Kinds whose parts are replaced together with a lost machine. */
export const RENEWED_BY_LOSS: readonly ModeName[] = [
  'machine.crash',
  'disk.failure',
  'disk.slow',
  'nic.failure',
];

function onePart(
  name: string,
  carriesMember: boolean,
  owners: readonly (string | undefined)[] = [],
): Target {
  const overriddenBy = [...owners.filter((owner) => owner !== undefined), name];
  const hit = { parts: [name], cuts: [], impaired: [] };
  return { component: name, ...hit, clockOf: name, overriddenBy, carriesMember };
}

function eachMachine({ machines }: Layout): Target[] {
  return machines.map(({ name, hasMember }) => onePart(name, hasMember));
}

function ofMembers({ machines }: Layout, part: 'etcd' | 'disk'): Target[] {
  const members = machines.filter(({ hasMember }) => hasMember);
  return members.map(({ name }) => onePart(`${name}.${part}`, true, [name]));
}

/** The part itself does not go down, so that its clock is that of its machine. */
function impaired(layout: Layout, part: 'etcd' | 'disk'): Target[] {
  return ofMembers(layout, part).map((target) => {
    const machine = target.component.slice(0, -`.${part}`.length);
    return { ...target, parts: [], impaired: [machine], clockOf: machine };
  });
}

/** Ends at once; whoever keeps the process starts it again. */
function killed(process: ProcessName): FailureKind {
  return {
    by: 'itself',
    targets: (layout) => processes(layout, process),
    impairment: (some) => ({ kind: 'killProcess', processes: some }),
  };
}

/** Processes that stay down until somebody starts them. */
function processParts(layout: Layout, process: ProcessName): Target[] {
  return layout.machines.flatMap((machine) =>
    processNames(machine, layout)
      .filter((name) => name === `${machine.name}.${process}`)
      .map((name) => onePart(name, true, [machine.name])),
  );
}

/** The clock is that of the machine: the process itself does not go down as a part. */
function processes(layout: Layout, process: ProcessName): Target[] {
  return processParts(layout, process).map((target) => {
    const clockOf = target.component.slice(0, -`.${process}`.length);
    return { ...target, parts: [], impaired: target.parts, clockOf };
  });
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
  const hit = { parts: [], cuts, impaired: [] };
  return [{ component, ...hit, clockOf: component, overriddenBy, carriesMember }];
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
      const hit = { parts: [], cuts, impaired: [] };
      const base = { component, ...hit, clockOf: undefined, overriddenBy: [] };
      return [{ ...base, carriesMember: true }];
    }),
  );
}
