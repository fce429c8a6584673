/**
 * A scenario reduced to what breaks a level: given which faults are active, and nothing of time,
 * which levels hold. It is written to be read, not to be fast: the running model, which counts as
 * it goes, is held against it.
 */
import type { LevelExpression, TopologyPlan } from '../model/control-plane/topology.ts';
import type { CutPlan } from '../model/network/machine-network.ts';

/** What one active fault takes away. */
export interface FaultState {
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
}

export class Structure {
  readonly plan: TopologyPlan;

  constructor(plan: TopologyPlan) {
    this.plan = plan;
  }

  /** Whether a level holds while these faults, and no others, are active. */
  holds(expression: LevelExpression, faults: readonly FaultState[]): boolean {
    const working = this.workingParts(faults);
    const judge = (term: LevelExpression): boolean => {
      switch (term.kind) {
        // Structure alone: whether elections, disks and data allow it, the model says.
        case 'etcd':
          return term.level === 'data' || this.quorumStands(working, faults);
        // Of API servers and controllers the model alone knows.
        case 'api':
        case 'controllers':
          return true;
        case 'quorum':
          return this.quorumStands(working, faults);
        case 'part':
          return working.has(term.name);
        case 'atLeast':
          return term.of.filter(judge).length >= term.count;
      }
    };
    return judge(expression);
  }

  /** Names of the parts that work. Hosts stand before the parts that need them. */
  workingParts(faults: readonly FaultState[]): Set<string> {
    const failed = new Set(faults.flatMap((fault) => fault.parts));
    const working = new Set<string>();
    for (const part of this.plan.parts) {
      const hosts = part.hosts.filter((host) => working.has(host)).length;
      if (!failed.has(part.name) && hosts >= part.hostsNeeded) working.add(part.name);
    }
    return working;
  }

  private quorumStands(working: Set<string>, faults: readonly FaultState[]): boolean {
    const { members } = this.plan;
    const serving = members.filter((member) => member.standsOn.every((name) => working.has(name)));
    const cuts = faults.flatMap((fault) => fault.cuts);
    const isAttached = (member: (typeof members)[number]) =>
      member.attachment === undefined || working.has(member.attachment);
    const isLost = (from: string, to: string) =>
      cuts.some((cut) => cut.from.includes(from) && cut.to.includes(to));
    const exchange = (one: (typeof members)[number], other: (typeof members)[number]) =>
      one === other ||
      (isAttached(one) &&
        isAttached(other) &&
        !isLost(one.machine, other.machine) &&
        !isLost(other.machine, one.machine));
    return serving.some(
      (one) => 2 * serving.filter((other) => exchange(one, other)).length > members.length,
    );
  }
}
