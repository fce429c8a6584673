/** Names the cause of an outage from the faults active in it, and remembers each answer. */
import { type Duration, SECOND, type Time } from '../engine/clock.ts';
import type { ActiveFaults, Fault, FaultMark } from '../faults/fault.ts';
import type { OutagePhase } from '../model/etcd/cluster-levels.ts';
import type { LevelExpression } from '../model/topology.ts';
import { Explainer } from '../structure/explanation.ts';
import type { Structure } from '../structure/structure.ts';

/** A smallest set of active faults that explains why a level is lost. */
export interface Cause {
  /** Its kinds, such as `2 x machine.crash` or `machine.crash + rack.outage`. */
  readonly label: string;
  readonly faults: readonly Fault[];
  /** Whether planned work is among them. */
  readonly planned: boolean;
  /** What began it, where no fault began at that moment. */
  readonly trigger?: string;
}

/** A change is taken to have disturbed the members for so long; longer than any failover. */
const RECENT: Duration = 60 * SECOND;

/** No fault disturbed it: a long fsync, timers too short, or members that start. */
const BY_ITSELF = 'etcd by itself';

const COURSES: Readonly<Partial<Record<OutagePhase, string>>> = {
  detection: 'failover after',
  election: 'failover after',
  firstCommit: 'failover after',
  restore: 'loss of data by',
};

/** Answers kept; beyond that all are forgotten, so that memory stays bounded. */
const MOST_REMEMBERED = 20_000;

export class CauseFinder {
  private readonly explainer: Explainer;
  private readonly known = new Map<string, Cause>();

  constructor(structure: Structure, level: LevelExpression) {
    this.explainer = new Explainer(structure, level);
  }

  /** The level must be lost; undefined where the structure does not say why. */
  find(active: ActiveFaults): Cause | undefined {
    const faults = active.list.filter((fault) => this.concerns(fault)).sort(byAge);
    let key = '';
    for (const fault of faults) key += fault.signature();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    const cause = this.explain(faults);
    if (cause !== undefined) this.known.set(key, cause);
    return cause;
  }

  /**
   * Why etcd's members do not serve though the quorum could stand: what began or ended last, or
   * what impairs them; `before` is the structural cause that the same outage had until now.
   */
  findDisturbance(
    { list, marks }: ActiveFaults,
    now: Time,
    phase: OutagePhase,
    before: Cause | undefined,
  ): Cause {
    if (before !== undefined) return { ...before, label: `recovery after ${before.label}` };
    const mark = marks.find(({ fault }) => fault.impairs || this.concerns(fault));
    if (mark !== undefined && now - mark.time <= RECENT) return recent(mark, phase);
    const impairing = list.filter(({ impairs }) => impairs).sort(byAge);
    const latest = impairing.at(-1);
    return disturbance(latest?.identity.kind ?? BY_ITSELF, latest);
  }

  /** Whether the fault can have a part in a loss of the level. */
  private concerns({ aims, lostNow }: Fault): boolean {
    for (const part of aims) if (this.explainer.standsOn(part.name)) return true;
    for (const cut of lostNow) if (this.explainer.isCutBy(cut)) return true;
    return false;
  }

  private explain(faults: readonly Fault[]): Cause | undefined {
    const states = faults.map((fault) => ({
      parts: fault.hit.map((part) => part.name),
      cuts: fault.lostNow,
    }));
    const chosen = this.explainer.smallestSet(states);
    if (chosen === undefined) return undefined;
    const explaining = chosen.map((index) => faults[index]!);
    return {
      label: label(explaining),
      faults: explaining,
      planned: explaining.some((fault) => fault.identity.planned),
    };
  }
}

/** By a fault that has just begun or ended. */
function recent({ fault, hasEnded }: FaultMark, phase: OutagePhase): Cause {
  const { kind } = fault.identity;
  if (hasEnded) return disturbance(`end of ${kind}`, fault);
  const course = COURSES[phase] ?? 'recovery after';
  return disturbance(fault.impairs ? kind : `${course} ${kind}`, fault);
}

function disturbance(label: string, fault: Fault | undefined): Cause {
  const planned = fault?.identity.planned ?? false;
  return { label, faults: fault === undefined ? [] : [fault], planned, trigger: label };
}

/** Oldest first, then by name. */
function byAge(one: Fault, other: Fault): number {
  if (one.since !== other.since) return one.since - other.since;
  return one.identity.name < other.identity.name ? -1 : 1;
}

function label(faults: readonly Fault[]): string {
  const counts = new Map<string, number>();
  for (const { identity } of faults)
    counts.set(identity.kind, (counts.get(identity.kind) ?? 0) + 1);
  const kinds = [...counts].sort(([one], [other]) => (one < other ? -1 : 1));
  return kinds.map(([kind, count]) => (count === 1 ? kind : `${count} x ${kind}`)).join(' + ');
}
