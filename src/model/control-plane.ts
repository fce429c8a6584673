/** Wires a topology together: its parts on their hosts, the etcd quorum on them, its levels. */
import type { Effects } from '../engine/effects.ts';
import { Quorum } from './etcd/quorum.ts';
import { Part } from './part.ts';
import { type ServiceLevel, serviceLevel } from './service-levels.ts';
import type { CutPlan, MemberPlan, PartPlan, TopologyPlan } from './topology.ts';

export class ControlPlane {
  readonly quorum: Quorum;
  readonly levels: readonly ServiceLevel[];
  private readonly parts = new Map<string, Part>();
  /** The member on each machine that has one. */
  private readonly memberOf = new Map<string, number>();

  constructor(plan: TopologyPlan) {
    for (const part of plan.parts) {
      this.add(part);
    }
    this.quorum = new Quorum(plan.members.length);
    plan.members.forEach((member, index) => {
      this.memberOf.set(member.machine, index);
      this.quorum.seat(index, this.memberPart(member));
      if (member.attachment !== undefined) {
        this.quorum.attach(index, this.part(member.attachment));
      }
    });
    this.levels = plan.levels.map((level) => serviceLevel(level, this));
  }

  /** Throws a RangeError for a name that the topology does not have. */
  part(name: string): Part {
    const part = this.parts.get(name);
    if (part === undefined) throw new RangeError(`the topology has no part named "${name}"`);
    return part;
  }

  /** Everything works, as at the start of every replication. */
  restart(): void {
    for (const part of this.parts.values()) part.restart();
    this.quorum.restart();
  }

  /** Loses the messages of the plan until `heal` of the same plan. */
  cut(plan: CutPlan, effects: Effects): void {
    this.eachPair(plan, (from, to) => this.quorum.cut(from, to));
    effects.record({ subject: `${plan.from.join(' ')} -> ${plan.to.join(' ')}`, state: 'cut' });
  }

  heal(plan: CutPlan, effects: Effects): void {
    this.eachPair(plan, (from, to) => this.quorum.heal(from, to));
    effects.record({ subject: `${plan.from.join(' ')} -> ${plan.to.join(' ')}`, state: 'healed' });
  }

  private eachPair(plan: CutPlan, visit: (from: number, to: number) => void): void {
    for (const sender of plan.from) {
      const from = this.memberOf.get(sender);
      if (from === undefined) continue;
      for (const receiver of plan.to) {
        const to = this.memberOf.get(receiver);
        if (to !== undefined && to !== from) visit(from, to);
      }
    }
  }

  /** A member that needs one part is that part; one that needs several is a part of its own. */
  private memberPart(member: MemberPlan): Part {
    const hosts = member.standsOn.map((name) => this.part(name));
    const [only] = hosts;
    if (hosts.length === 1 && only !== undefined) return only;
    return this.add({
      name: member.name,
      kind: 'process',
      hosts: member.standsOn,
      hostsNeeded: hosts.length,
    });
  }

  /** Throws a RangeError for a name that is taken: two parts under one name would be one. */
  private add(plan: PartPlan): Part {
    if (this.parts.has(plan.name)) throw new RangeError(`two parts are named "${plan.name}"`);
    const hosts = plan.hosts.map((host) => this.part(host));
    const part = new Part(plan, hosts);
    this.parts.set(plan.name, part);
    return part;
  }
}
