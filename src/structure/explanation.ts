/**
 * Why a level is lost: a smallest set of active faults that would break it alone. Parts and
 * members that cannot matter to the level are left out of the search. It rests after a while, and
 * the answer is then a set of which no fault can be spared, but perhaps not a smallest.
 */
import type { LevelExpression, TopologyPlan } from '../model/control-plane/topology.ts';
import type { CutPlan } from '../model/network/machine-network.ts';
import { type FaultState, Structure } from './structure.ts';

/** Sets and beginnings of sets looked at before the search for a smaller one rests. */
const SEARCH_LIMIT = 1000;

/** A level, a term of one, or an etcd member, and all by which it can be lost. */
interface Term {
  /** Names of the parts it stands on, at whatever remove. */
  readonly parts: ReadonlySet<string>;
  isCutBy(cut: CutPlan): boolean;
  readonly of: readonly Term[];
  /** How many of `of` must be touched, and how many lost, before it can be lost. */
  readonly fatal: number;
}

/** Explains the losses of one level. */
export class Explainer {
  private readonly level: LevelExpression;
  private readonly term: Term;
  /** Without the parts and members that cannot matter to the level. */
  private readonly structure: Structure;

  constructor(structure: Structure, level: LevelExpression) {
    const { plan } = structure;
    this.level = level;
    this.term = new Terms(plan).of(level);
    const { parts } = this.term;
    this.structure = new Structure({
      parts: plan.parts.filter(({ name }) => parts.has(name)),
      members: asksForQuorum(level) ? plan.members : [],
      levels: [],
    });
  }

  /** Whether the level can be lost by a failure of the part. */
  standsOn(part: string): boolean {
    return this.term.parts.has(part);
  }

  /** Whether the level can be lost by the cut. */
  isCutBy(cut: CutPlan): boolean {
    return this.term.isCutBy(cut);
  }

  /**
   * Indexes into `faults`, ascending, of a smallest set that breaks the level alone; undefined
   * where even all of them leave it standing. Of sets of one size, one of faults that stand in
   * front is preferred.
   */
  smallestSet(faults: readonly FaultState[]): readonly number[] | undefined {
    const breaks = (chosen: readonly number[]) =>
      !this.structure.holds(
        this.level,
        chosen.map((index) => faults[index]!),
      );
    const all = faults.map((_, index) => index);
    if (!breaks(all)) return undefined;
    const enough = irreducible(all, breaks);
    if (enough.length <= 1) return enough;
    const search = new Search(new Damage(this.term, faults), faults.length, breaks);
    for (let size = 1; size < enough.length; size++) {
      const smaller = search.ofSize(size);
      if (smaller !== undefined) return smaller;
    }
    return enough;
  }
}

function asksForQuorum(expression: LevelExpression): boolean {
  if (expression.kind === 'atLeast') return expression.of.some(asksForQuorum);
  return expression.kind === 'quorum' || expression.kind === 'etcd';
}

/** Finds by what the terms of one topology can be lost. */
class Terms {
  private readonly plan: TopologyPlan;
  /** Of each part: itself and the parts it stands on, at whatever remove. */
  private readonly standing = new Map<string, ReadonlySet<string>>();

  constructor(plan: TopologyPlan) {
    this.plan = plan;
    for (const { name, hosts } of plan.parts) {
      this.standing.set(name, new Set([name, ...this.under(hosts)]));
    }
  }

  of(expression: LevelExpression): Term {
    switch (expression.kind) {
      case 'part':
        return {
          parts: new Set(this.under([expression.name])),
          isCutBy: () => false,
          of: [],
          fatal: 0,
        };
      case 'atLeast':
        return together(
          expression.of.map((term) => this.of(term)),
          expression.count,
        );
      case 'etcd':
      case 'quorum':
        return this.quorum();
      case 'api':
      case 'controllers':
        return this.anything();
    }
  }

  /** Members that no fault touches all serve and reach each other: a majority of them stands. */
  private quorum(): Term {
    const { members } = this.plan;
    const machines = new Set(members.map(({ machine }) => machine));
    const terms = members.map(({ machine, standsOn, attachment }): Term => {
      const isPeer = (other: string) => other !== machine && machines.has(other);
      return {
        parts: new Set(this.under(attachment === undefined ? standsOn : [...standsOn, attachment])),
        isCutBy: ({ from, to }) =>
          (from.includes(machine) && to.some(isPeer)) ||
          (to.includes(machine) && from.some(isPeer)),
        of: [],
        fatal: 0,
      };
    });
    return together(terms, Math.floor(members.length / 2) + 1);
  }

  /** What only the model explains may be disturbed by any fault. */
  private anything(): Term {
    return { parts: new Set(this.standing.keys()), isCutBy: () => true, of: [], fatal: 0 };
  }

  private under(names: readonly string[]): string[] {
    return names.flatMap((name) => [...(this.standing.get(name) ?? [])]);
  }
}

/** A term that holds while at least `count` of others do. */
function together(terms: readonly Term[], count: number): Term {
  return {
    parts: new Set(terms.flatMap(({ parts }) => [...parts])),
    isCutBy: (cut) => terms.some((term) => term.isCutBy(cut)),
    of: terms,
    fatal: terms.length - count + 1,
  };
}

function isTouched(term: Term, fault: FaultState): boolean {
  return (
    fault.parts.some((part) => term.parts.has(part)) || fault.cuts.some((cut) => term.isCutBy(cut))
  );
}

/** What faults can do at the most to a term: a bound that spares looking at sets too weak. */
class Damage {
  private readonly fatal: number;
  /** Of each fault: how many terms of this one it touches. */
  private readonly touched: readonly number[];
  /** Terms that any `n` faults touch at the most, at `n`. */
  private readonly most: readonly number[];
  private readonly simpleTerms: number;
  private readonly compoundTerms: readonly Damage[];

  constructor(term: Term, faults: readonly FaultState[]) {
    this.fatal = term.fatal;
    this.touched = faults.map((fault) => term.of.filter((one) => isTouched(one, fault)).length);
    const most = [0];
    for (const count of [...this.touched].sort((one, other) => other - one)) {
      most.push(most.at(-1)! + count);
    }
    this.most = most;
    const compound = term.of.filter(({ of }) => of.length > 0);
    this.simpleTerms = term.of.length - compound.length;
    this.compoundTerms = compound.map((one) => new Damage(one, faults));
  }

  /** False where the chosen faults and `more` others, whichever they are, leave the term. */
  canBreak(chosen: readonly number[], more: number): boolean {
    let touched = this.most[more]!;
    for (const index of chosen) touched += this.touched[index]!;
    if (touched < this.fatal) return false;
    let breakable = this.simpleTerms;
    for (const term of this.compoundTerms) if (term.canBreak(chosen, more)) breakable++;
    return breakable >= this.fatal;
  }
}

/** Drops the latest faults first while the rest still breaks the level. */
function irreducible(
  all: readonly number[],
  breaks: (chosen: readonly number[]) => boolean,
): readonly number[] {
  let kept = all.slice(0, shortestBeginning(all, breaks));
  for (const index of [...kept].reverse()) {
    const fewer = kept.filter((other) => other !== index);
    if (breaks(fewer)) kept = fewer;
  }
  return kept;
}

/** How many faults from the first on it takes; found by halving, as more faults break more. */
function shortestBeginning(
  all: readonly number[],
  breaks: (chosen: readonly number[]) => boolean,
): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (breaks(all.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return high;
}

/** Looks at sets in lexical order, all of one size before those of the next. */
class Search {
  private readonly damage: Damage;
  private readonly count: number;
  private readonly breaks: (chosen: readonly number[]) => boolean;
  private readonly chosen: number[] = [];
  private looked = 0;

  constructor(damage: Damage, count: number, breaks: (chosen: readonly number[]) => boolean) {
    this.damage = damage;
    this.count = count;
    this.breaks = breaks;
  }

  /** The first set of this size that breaks the level; undefined too where the limit is reached. */
  ofSize(size: number): readonly number[] | undefined {
    this.chosen.length = 0;
    return this.complete(0, size) ? this.chosen : undefined;
  }

  /** Whether `more` faults, none before `first`, make the chosen ones break the level. */
  private complete(first: number, more: number): boolean {
    this.looked++;
    if (this.looked > SEARCH_LIMIT || !this.damage.canBreak(this.chosen, more)) return false;
    if (more === 0) return this.breaks(this.chosen);
    for (let next = first; next <= this.count - more; next++) {
      this.chosen.push(next);
      if (this.complete(next + 1, more - 1)) return true;
      this.chosen.pop();
    }
    return false;
  }
}
