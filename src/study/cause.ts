/** Names the cause of a loss from the faults active in it, and remembers each answer. */
import { type Duration, SECOND, type Time } from '../engine/clock.ts';
import type { ActiveFaults, Fault, FaultMark } from '../faults/fault.ts';
import type { Explanation, LevelPhase } from '../model/control-plane/service-levels.ts';
import type { LevelExpression } from '../model/control-plane/topology.ts';
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
const BY_ITSELF: Readonly<Record<Explanation, string>> = {
  structure: 'etcd by itself',
  disturbance: 'no fault',
};

const FAILOVER = 'failover after';

const COURSES: ReadonlyMap<LevelPhase, string> = new Map([
  ['detection', FAILOVER],
  ['election', FAILOVER],
  ['firstCommit', FAILOVER],
  ['failover', FAILOVER],
  ['leaseExpiry', FAILOVER],
  ['takeOver', FAILOVER],
  ['restore', 'loss of data by'],
]);

/** Answers kept; beyond that all are forgotten, so that memory stays bounded. */
const MOST_REMEMBERED = 20_000;

export class CauseFinder {
  readonly mode: Explanation;
  /** Undefined where the structure knows nothing of the level. */
  private readonly explainer: Explainer | undefined;
  private readonly memo = new Map<string, Cause | undefined>();
  /** Of a level that leans on etcd, in a way that the structure does not know: of its quorum. */
  private readonly quorum: CauseFinder | undefined;

  /** @param level as far as the structure knows it; undefined: any fault may matter to it */
  constructor(
    structure: Structure,
    level: LevelExpression | undefined,
    mode: Explanation = 'structure',
  ) {
    this.explainer = level === undefined ? undefined : new Explainer(structure, level);
    this.mode = mode;
    const leansOnEtcd = mode === 'disturbance' && structure.plan.members.length > 0;
    this.quorum = leansOnEtcd ? new CauseFinder(structure, { kind: 'quorum' }) : undefined;
  }

  /** The level must be lost; undefined where the structure does not say why. */
  find(active: ActiveFaults, phase?: LevelPhase): Cause | undefined {
    if (phase === 'etcd' && this.quorum !== undefined) return this.quorum.find(active);
    if (this.explainer === undefined) return undefined;
    const faults = active.list.filter((fault) => this.concerns(fault)).sort(byAge);
    let key = '';
    for (const fault of faults) key += fault.signature();
    const known = this.memo.get(key);
    if (known !== undefined || this.memo.has(key)) return known;
    if (this.memo.size >= MOST_REMEMBERED) this.memo.clear();
    const cause = this.explain(faults);
    this.memo.set(key, cause);
    return cause;
  }

  /**
   * Why the level is lost though the structure could stand: what began or ended last, or what
   * impairs it, or of levels that the structure does not know, what is down; `before` is the
   * structural cause that the same loss had until now.
   */
  findDisturbance(
    active: ActiveFaults,
    now: Time,
    phase: LevelPhase | undefined,
    before: Cause | undefined,
  ): Cause {
    if (before !== undefined) return recoveryAfter(before);
    const mark = active.latestMark((fault) => fault.impairs || this.concerns(fault));
    if (mark !== undefined && now - mark.time <= RECENT) return this.recent(mark, phase);
    const latest = this.latestOf(active.list);
    return disturbance(latest?.identity.kind ?? BY_ITSELF[this.mode], latest);
  }

  /**
   * Why some is still lost of a level that has risen: those of the faults before that are still
   * active; else what it recovers from, or another fault that is active; else what it was.
   */
  findRest({ list }: ActiveFaults, before: Cause, isStructural: boolean): Cause {
    const rest = before.faults.filter(({ active }) => active);
    if (rest.length > 0) return rest.length === before.faults.length ? before : together(rest);
    if (isStructural) return recoveryAfter(before);
    const latest = this.latestOf(list);
    return latest === undefined ? before : disturbance(latest.identity.kind, latest);
  }

  /** The latest that impairs or, of levels that the structure does not know, concerns it. */
  private latestOf(faults: readonly Fault[]): Fault | undefined {
    const mayMatter = (fault: Fault) =>
      fault.impairs || (this.mode === 'disturbance' && this.concerns(fault));
    return faults.filter(mayMatter).sort(byAgeAndSeverity).at(-1);
  }

  /** By a fault that has just begun or ended. */
  private recent({ fault, hasEnded }: FaultMark, phase: LevelPhase | undefined): Cause {
    const { kind } = fault.identity;
    if (hasEnded) return disturbance(`end of ${kind}`, fault);
    const course = COURSES.get(phase ?? '');
    // Of levels that the structure does not know, a fault may take something away while it lasts.
    const lasts = this.mode === 'disturbance' && fault.active && course === undefined;
    if (fault.impairs || phase === undefined || lasts) return disturbance(kind, fault);
    return disturbance(`${course ?? 'recovery after'} ${kind}`, fault);
  }

  /** Whether the fault can have a part in a loss of the level. */
  private concerns({ aims, lostNow }: Fault): boolean {
    const { explainer } = this;
    if (explainer === undefined) return true;
    for (const part of aims) if (explainer.standsOn(part.name)) return true;
    for (const cut of lostNow) if (explainer.isCutBy(cut)) return true;
    return false;
  }

  private explain(faults: readonly Fault[]): Cause | undefined {
    const states = faults.map((fault) => ({
      parts: fault.hit.map((part) => part.name),
      cuts: fault.lostNow,
    }));
    const chosen = this.explainer?.smallestSet(states);
    return chosen === undefined ? undefined : together(chosen.map((index) => faults[index]!));
  }
}

function together(faults: readonly Fault[]): Cause {
  const planned = faults.some((fault) => fault.identity.planned);
  return { label: label(faults), faults, planned };
}

function recoveryAfter(before: Cause): Cause {
  return { ...before, label: `recovery after ${before.label}` };
}

function disturbance(label: string, fault: Fault | undefined): Cause {
  const planned = fault?.identity.planned ?? false;
  return { label, faults: fault === undefined ? [] : [fault], planned, trigger: label };
}

/** Oldest first; of one moment those that hit harder last. */
function byAgeAndSeverity(one: Fault, other: Fault): number {
  return one.since - other.since || one.severity - other.severity || byAge(one, other);
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
