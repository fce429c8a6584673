/**
 * Which classes of fault a scenario holds and which it leaves out. What is not in a model cannot
 * show in its figures, so every report says so.
 */
import type { Scenario } from '../scenario/scenario.ts';

export type FaultClass =
  | 'hardware'
  | 'network'
  | 'power and site'
  | 'software'
  | 'people and change'
  | 'planned work'
  | 'shared causes'
  | 'other';

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
];

/** By what a kind begins with. */
const CLASS_OF: readonly (readonly [beginning: string, faultClass: FaultClass])[] = [
  ['machine.isolation', 'network'],
  ['machine.', 'hardware'],
  ['disk.full', 'software'],
  ['disk.', 'hardware'],
  ['nic.', 'network'],
  ['link.', 'network'],
  ['switch.', 'network'],
  ['zone.isolation', 'network'],
  ['zoneLink.', 'network'],
  ['partition', 'network'],
  ['rack.', 'power and site'],
  ['zone.', 'power and site'],
  ['risk.', 'power and site'],
  ['etcd.', 'software'],
  ['apiServer.', 'software'],
  ['controllerManager.', 'software'],
  ['scheduler.', 'software'],
  ['haproxy.', 'software'],
  ['loadBalancer.', 'software'],
  ['commonCause.', 'shared causes'],
];

/** The classes in the scenario, and those it leaves out with no kinds. */
export function faultClasses({ modes, events }: Scenario): FaultClassContent[] {
  const kinds = new Map<FaultClass, Set<string>>(EVERYWHERE.map((name) => [name, new Set()]));
  const add = (faultClass: FaultClass, kind: string) => {
    const known = kinds.get(faultClass) ?? new Set();
    kinds.set(faultClass, known.add(kind));
  };
  for (const { kind } of modes) add(classOf(kind), kind);
  for (const event of events) {
    const planned = event.type !== 'fault' || event.planned;
    add(planned ? 'planned work' : classOf(event.kind), event.kind);
  }
  return [...kinds].map(([name, found]) => ({ class: name, kinds: [...found].sort() }));
}

function classOf(kind: string): FaultClass {
  return CLASS_OF.find(([beginning]) => kind.startsWith(beginning))?.[1] ?? 'other';
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
