/** Wires a topology together: parts on their hosts, etcd on them, Kubernetes, its levels. */
import { NEVER } from '../../engine/clock.ts';
import type { Effects, StateChange } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { EtcdCluster } from '../etcd/etcd-cluster.ts';
import { etcdSettings } from '../etcd/etcd-settings.ts';
import { MemberWiring } from '../etcd/member-wiring.ts';
import { Quorum } from '../etcd/quorum.ts';
import type { Impairment } from '../network/link.ts';
import type { CutPlan } from '../network/machine-network.ts';
import type { PartPlan } from '../parts/part.ts';
import { Part } from '../parts/part.ts';
import { MachineShutdown, SHUTDOWN_LIMIT, type Stop } from '../process/machine-shutdown.ts';
import type { Demand } from '../process/managed-process.ts';
import { Kubernetes } from './kubernetes.ts';
import { type ServiceLevel, serviceLevel } from './service-levels.ts';
import type { MemberPlan, TopologyPlan } from './topology.ts';

declare module '../../engine/effects.ts' {
  interface ChangeData {
    /** Messages between machines are lost. */
    pathCut: Pick<CutPlan, 'from' | 'to'>;
    pathHealed: Pick<CutPlan, 'from' | 'to'>;
  }
}

/** What comes and goes is as ever while it is there. */
const FLAPPING: Impairment = { delay: 0, jitter: 0, loss: 0, bandwidth: Number.POSITIVE_INFINITY };

/** Who is meant by a role, at this moment; `follower` is the first that follows. */
export const ROLES = ['leader', 'follower', 'followers'] as const;

export class ControlPlane {
  readonly quorum: Quorum;
  /** The members at message level, where the plan has them. */
  readonly etcd: EtcdCluster | undefined;
  /** What depends on etcd, where the plan has it. */
  readonly kubernetes: Kubernetes | undefined;
  readonly levels: readonly ServiceLevel[];
  private readonly parts = new Map<string, Part>();
  /** The member on each machine that has one. */
  private readonly memberOf = new Map<string, number>();
  /** The member whose process ends with this machine or process. */
  private readonly processOf = new Map<string, number>();
  private readonly wirings: MemberWiring[] = [];
  /** Of machines with more than an etcd process on them. */
  private readonly shutdowns = new Map<string, MachineShutdown>();
  private readonly machines: readonly string[];

  /** @param streams for etcd at message level; needed where the plan has it */
  constructor(plan: TopologyPlan, streams?: RandomStreams) {
    for (const part of plan.parts) {
      this.add(part);
    }
    this.machines = plan.members.map(({ machine }) => machine);
    this.quorum = new Quorum(plan.members.length);
    if (plan.etcd !== undefined && streams !== undefined) {
      const looked = (effects: Effects) => this.kubernetes?.etcdLooked(effects);
      this.etcd = new EtcdCluster(etcdSettings(plan.etcd, this.machines), streams, { looked });
    }
    plan.members.forEach((member, index) => {
      this.memberOf.set(member.machine, index);
      this.wire(member, index);
    });
    if (plan.kubernetes !== undefined && this.etcd !== undefined && streams !== undefined) {
      const parts = { find: (name: string) => this.parts.get(name) };
      this.kubernetes = new Kubernetes(plan.kubernetes, plan, parts, this.etcd, streams);
      for (const [machine, processes] of this.kubernetes.processesByMachine()) {
        const stops = processes.map(
          (one): Stop =>
            (demand, at) =>
              one.demand(demand, at, NEVER),
        );
        if (this.processOf.has(machine)) stops.push(this.stopOfMember(machine));
        this.shutdowns.set(machine, new MachineShutdown(this.part(machine), stops));
      }
    }
    this.levels = plan.levels.map((level) => serviceLevel(level, this));
  }

  private wire(member: MemberPlan, index: number): void {
    const whole = this.memberPart(member);
    const attachment = member.attachment === undefined ? undefined : this.part(member.attachment);
    this.quorum.seat(index, whole);
    if (attachment !== undefined) this.quorum.attach(index, attachment);
    if (this.etcd === undefined) return;
    const under = member.standsOn.map((name) => this.part(name));
    const disk = under.find(({ kind }) => kind === 'disk');
    const parts = { process: under[0]!, disk, whole, attachment };
    this.wirings.push(new MemberWiring(this.etcd, index, parts));
    this.processOf.set(member.machine, index).set(under[0]!.name, index);
  }

  /** Of the etcd process on a machine, which nobody starts again afterwards. */
  private stopOfMember(machine: string): Stop {
    const process = this.etcd!.processes[this.processOf.get(machine)!]!;
    return ({ ending, ended }, effects) => {
      const gone = (at: Effects) => {
        process.down(at);
        ended(at);
      };
      process.letGo(effects);
      process.demand({ ending, ended: gone }, effects, NEVER);
    };
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
    for (const wiring of this.wirings) wiring.restart();
    for (const shutdown of this.shutdowns.values()) shutdown.restart();
    this.quorum.restart();
  }

  /** Names behind `name`, whose first word may be a role: parts and machines as they are now. */
  resolve(name: string): string[] {
    const [base = '', ...rest] = name.split('.');
    if (!(ROLES as readonly string[]).includes(base)) return [name];
    const leader = this.etcd?.leader?.core.id;
    const others = (this.etcd?.members ?? []).filter(({ core }) => core.id !== leader);
    const followers = others.filter(({ isRunning }) => isRunning).map(({ core }) => core.id);
    const chosen =
      base === 'leader'
        ? [leader].filter((id) => id !== undefined)
        : followers.slice(0, base === 'follower' ? 1 : undefined);
    return chosen.map((id) => [this.machines[id]!, ...rest].join('.'));
  }

  /** The etcd member on a machine. Throws a RangeError where there is none. */
  memberOn(machine: string): number {
    const member = this.memberOf.get(machine);
    if (member === undefined) throw new RangeError(`no etcd member on "${machine}"`);
    return member;
  }

  /**
   * Wants a machine to be shut down, or the process on a part to end; where nothing is that could
   * take its time, it has ended.
   */
  demandEnd({ name, kind }: Part, demand: Demand, effects: Effects): void {
    const kept = this.shutdowns.get(name) ?? this.kubernetes?.findProcess(name);
    const member = this.processOf.get(name);
    if (kept !== undefined) kept.demand(demand, effects);
    else if (member !== undefined) {
      const grace = kind === 'machine' ? SHUTDOWN_LIMIT : undefined;
      this.etcd!.processes[member]!.demand(demand, effects, grace);
    } else demand.ended(effects);
  }

  /** Wants a process to end no longer. */
  withdrawEnd({ name }: Part, demand: Demand, effects: Effects): void {
    this.kubernetes?.findProcess(name)?.withdraw(demand);
    const member = this.processOf.get(name);
    if (member !== undefined) this.etcd!.processes[member]!.withdraw(demand, effects);
  }

  /** The data of the members on these machines or disks are gone. */
  loseData(parts: readonly Part[], effects: Effects): void {
    const { etcd } = this;
    if (etcd === undefined) return;
    this.machines.forEach((machine, member) => {
      const isHit = parts.some(({ name }) => name === machine || name === `${machine}.disk`);
      if (isHit) etcd.loseData(member, effects);
    });
  }

  /** All members and API servers serve, clients can write: the next machine may be taken down. */
  get isHealthy(): boolean {
    const { etcd } = this;
    if (!this.quorum.allServe || this.kubernetes?.allServe === false) return false;
    if (etcd === undefined) return true;
    return etcd.chronicle.levels.write && etcd.members.every((member) => member.acceptsClients);
  }

  /** Loses the messages of the plan until `heal` of the same plan. */
  cut(plan: CutPlan, effects: Effects): void {
    this.eachPair(plan, (from, to) => {
      this.quorum.cut(from, to);
      this.etcd?.cut(from, to, effects);
    });
    this.kubernetes?.cut(plan, effects);
    effects.record(pathChange('pathCut', plan));
  }

  heal(plan: CutPlan, effects: Effects): void {
    this.eachPair(plan, (from, to) => {
      this.quorum.heal(from, to);
      this.etcd?.heal(from, to, effects);
    });
    this.kubernetes?.heal(plan, effects);
    effects.record(pathChange('pathHealed', plan));
  }

  /** Makes the messages of the plan late, or loses some, until `relieve` of the same. */
  impair(plan: CutPlan, impairment: Impairment, effects: Effects): void {
    this.eachPair(plan, (from, to) => this.etcd?.impair(from, to, impairment, effects));
    this.kubernetes?.impair(plan, impairment, effects);
  }

  relieve(plan: CutPlan, impairment: Impairment, effects: Effects): void {
    this.eachPair(plan, (from, to) => this.etcd?.relieve(from, to, impairment, effects));
    this.kubernetes?.relieve(plan, impairment, effects);
  }

  /** The messages of the plan come and go by cuts of their own, until `settle` of the same. */
  flap(plan: CutPlan, effects: Effects): void {
    this.kubernetes?.impair(plan, FLAPPING, effects);
  }

  settle(plan: CutPlan, effects: Effects): void {
    this.kubernetes?.relieve(plan, FLAPPING, effects);
  }

  /** Calls `visit` for each two members between which the plan loses messages. */
  eachPair(plan: CutPlan, visit: (from: number, to: number) => void): void {
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

function pathChange(kind: 'pathCut' | 'pathHealed', { from, to }: CutPlan): StateChange {
  return { kind, subject: `${from.join(' ')} -> ${to.join(' ')}`, from, to };
}
