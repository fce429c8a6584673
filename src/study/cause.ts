/** Names the cause of an outage from the faults active in it, and remembers each answer. */
import type { ActiveFaults, Fault } from '../faults/fault.ts';
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
}

/** Answers kept; beyond that all are forgotten, so that memory stays bounded. */
const MOST_REMEMBERED = 20_000;

export class CauseFinder {
  private readonly explainer: Explainer;
  private readonly known = new Map<string, Cause>();

  constructor(structure: Structure, level: LevelExpression) {
    this.explainer = new Explainer(structure, level);
  }

  /** The level must be lost. */
  find(active: ActiveFaults): Cause {
    const faults = active.list.filter((fault) => this.concerns(fault)).sort(byAge);
    let key = '';
    for (const fault of faults) key += fault.signature();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_REMEMBERED) this.known.clear();
    const cause = this.explain(faults);
    this.known.set(key, cause);
    return cause;
  }

  /** Whether the fault can have a part in a loss of the level. */
  private concerns({ hit, cuts }: Fault): boolean {
    for (const part of hit) if (this.explainer.standsOn(part.name)) return true;
    for (const cut of cuts) if (this.explainer.isCutBy(cut)) return true;
    return false;
  }

  private explain(faults: readonly Fault[]): Cause {
    const states = faults.map((fault) => ({
      parts: fault.hit.map((part) => part.name),
      cuts: fault.cuts,
    }));
    const chosen = this.explainer.smallestSet(states);
    if (chosen === undefined) {
      const names = faults.map((fault) => fault.identity.name).join(', ');
      throw new Error(`the structure does not explain a loss by: ${names || 'no fault'}`);
    }
    const explaining = chosen.map((index) => faults[index]!);
    return {
      label: label(explaining),
      faults: explaining,
      planned: explaining.some((fault) => fault.identity.planned),
    };
  }
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
