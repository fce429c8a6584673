/**
 * Which classes of fault a scenario holds and which it leaves out. What is not in a model cannot
 * show in its figures, so every report says so.
 */
import type { FaultClass } from '../faults/kinds/fault-kind.ts';
import { faultKindOf } from '../faults/kinds/fault-kinds.ts';
import type { FaultEffect, ImpairmentPlan } from '../faults/plans.ts';
import type { PartKind } from '../model/parts/part.ts';
import type { Scenario } from '../scenario/scenario.ts';

export interface FaultClassContent {
  readonly class: FaultClass;
  /** Kinds of fault of this class in the scenario; empty where it has none. */
  readonly kinds: readonly string[];
}

/** Classes that every control plane meets, whether or not a scenario speaks of them. */
const EVERYWHERE: readonly FaultClass[] = [
  'hardware',
  'network',
  'power and site',
  'software',
  'people and change',
  'overload',
];

/** What a scenario names itself, by what its kinds begin with. */
const CLASS_OF_NAMED: readonly (readonly [beginning: string, faultClass: FaultClass])[] = [
  ['partition', 'network'],
  ['risk.', 'power and site'],
  ['commonCause.', 'shared causes'],
];

/** Of a part that something takes down. */
const CLASS_OF_PART: Readonly<Record<PartKind, FaultClass>> = {
  zone: 'power and site',
  rack: 'power and site',
  risk: 'power and site',
  machine: 'hardware',
  disk: 'hardware',
  nic: 'network',
  link: 'network',
  switch: 'network',
  attachment: 'network',
  process: 'software',
  component: 'other',
};

const CLASS_OF_IMPAIRMENT: Readonly<Record<ImpairmentPlan['kind'], FaultClass>> = {
  freeze: 'software',
  diskStall: 'hardware',
  diskSlow: 'hardware',
  link: 'network',
  flap: 'network',
  killProcess: 'software',
  freezeProcess: 'software',
  spaceAlarm: 'software',
  surge: 'overload',
  deregister: 'people and change',
};

/** The classes in the scenario, and those it leaves out with no kinds. */
export function faultClasses({ modes, events, topology }: Scenario): FaultClassContent[] {
  const kinds = new Map<FaultClass, Set<string>>(EVERYWHERE.map((name) => [name, new Set()]));
  const add = (faultClass: FaultClass, kind: string) => {
    const known = kinds.get(faultClass) ?? new Set();
    kinds.set(faultClass, known.add(kind));
  };
  for (const { kind } of modes) add(classOf(kind), kind);
  const partKinds = new Map(topology.parts.map(({ name, kind }) => [name, kind]));
  for (const event of events) {
    const planned = event.type !== 'fault' || event.planned;
    add(planned ? 'planned work' : classOfEffect(event.effect, partKinds), event.kind);
  }
  for (const kind of killedForMemory(topology)) add('overload', kind);
  return [...kinds].map(([name, found]) => ({ class: name, kinds: [...found].sort() }));
}

/** What load brings of itself. */
function killedForMemory({ kubernetes, members }: Scenario['topology']): string[] {
  if (kubernetes?.load === undefined) return [];
  const { controlPlanes, load } = kubernetes;
  const hasMember = (name: string) => members.some(({ machine }) => machine === name);
  const isBeside = controlPlanes.some(({ machine }) => hasMember(machine));
  const isCoupled = isBeside && load.sharedFate.memory !== undefined;
  return ['apiServer.outOfMemory', ...(isCoupled ? ['etcd.outOfMemory'] : [])];
}

/** An event is called as its author likes, so that what it does tells its class. */
function classOfEffect(
  { parts, cuts, impairments = [] }: FaultEffect,
  kinds: ReadonlyMap<string, PartKind>,
): FaultClass {
  const [impairment] = impairments;
  if (impairment !== undefined) return CLASS_OF_IMPAIRMENT[impairment.kind];
  if (cuts.length > 0) return 'network';
  const [part = ''] = parts;
  const kind = kinds.get(part);
  if (kind !== undefined) return CLASS_OF_PART[kind];
  // Named by a role, such as `leader.disk`.
  if (part.endsWith('.disk')) return 'hardware';
  return part.includes('.') ? 'software' : 'hardware';
}

function classOf(kind: string): FaultClass {
  const named = CLASS_OF_NAMED.find(([beginning]) => kind.startsWith(beginning));
  return faultKindOf(kind)?.class ?? named?.[1] ?? 'other';
}

/** Classes that, where nothing else fails, leave out most of what brings systems down. */
const EQUIPMENT: readonly FaultClass[] = ['hardware', 'network', 'power and site'];

/**
 * Whether figures are too good to be true because nothing but equipment fails at random.
 * Google's outages of 2010 to 2017 were triggered by binary pushes in 37 % and configuration pushes
 * in 31 % of cases, by hardware in 2 % (The Site Reliability Workbook, 2018, appendix C).
 */
export function understatement({ modes }: Scenario): string | undefined {
  const onlyEquipment = modes.every(({ kind }) => EQUIPMENT.includes(classOf(kind)));
  if (modes.length === 0 || !onlyEquipment) return undefined;
  return (
    'Without software faults or changes by people this understates downtime: of the outages ' +
    'Google counted in 2010-2017, software and configuration pushes triggered 68 %, hardware 2 % ' +
    '(The Site Reliability Workbook, appendix C).'
  );
}
