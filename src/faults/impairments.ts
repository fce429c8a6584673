/**
 * What faults do to a control plane without taking a part down: freezes and kills of processes,
 * stalls, slow disks, bad links, flapping ones, the alarm of a full database. Each is undone as it
 * was done.
 */
import { NEVER, type Time } from '../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../engine/effects.ts';
import type { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { EtcdCluster } from '../model/etcd/etcd-cluster.ts';
import type { CutPlan } from '../model/network/machine-network.ts';
import type { ImpairmentPlan } from './plans.ts';
import { resolved, resolvedCut } from './roles.ts';

type Undo = (effects: Effects) => void;
type FlapPlan = Extract<ImpairmentPlan, { kind: 'flap' }>;
type ProcessPlan = Extract<ImpairmentPlan, { kind: 'killProcess' | 'freezeProcess' }>;
type SurgePlan = Extract<ImpairmentPlan, { kind: 'surge' }>;
type DeregisterPlan = Extract<ImpairmentPlan, { kind: 'deregister' }>;
type LinkPlan = Extract<ImpairmentPlan, { kind: 'link' }>;

/** All the impairments of one fault. */
export class Impairments {
  private readonly plans: readonly ImpairmentPlan[];
  private readonly controlPlane: ControlPlane;
  private readonly flaps: readonly Flap[];
  private undoes: Undo[] = [];

  constructor(plans: readonly ImpairmentPlan[], controlPlane: ControlPlane) {
    this.plans = plans;
    this.controlPlane = controlPlane;
    this.flaps = plans.flatMap((plan) =>
      plan.kind === 'flap' ? [new Flap(plan, controlPlane)] : [],
    );
  }

  /** What flapping links lose now. */
  get cutsNow(): readonly CutPlan[] {
    return this.flaps.flatMap(({ cutsNow }) => cutsNow);
  }

  restart(): void {
    this.undoes = [];
    for (const flap of this.flaps) flap.restart();
  }

  begin(effects: Effects): void {
    for (const flap of this.flaps) flap.begin(effects);
    for (const plan of this.plans) {
      if (plan.kind !== 'flap') this.undoes.push(this.apply(plan, effects));
    }
  }

  end(effects: Effects): void {
    for (const flap of this.flaps) flap.end(effects);
    for (const undo of this.undoes.splice(0)) undo(effects);
  }

  private apply(plan: Exclude<ImpairmentPlan, FlapPlan>, effects: Effects): Undo {
    const { etcd } = this.controlPlane;
    if (etcd === undefined) throw new RangeError('the topology has no etcd at message level');
    switch (plan.kind) {
      case 'killProcess':
      case 'freezeProcess':
        return this.applyToProcesses(plan, effects);
      case 'surge':
        return this.applySurge(plan, effects);
      case 'deregister':
        return this.applyDeregister(plan, effects);
      case 'spaceAlarm':
        etcd.alarm(true, effects);
        return (later) => etcd.alarm(false, later);
      case 'link':
        return this.applyToLinks(plan, effects);
      default: {
        const machines = resolved(plan.machines, this.controlPlane);
        const undoes = machines.map((machine) =>
          applyToMember(plan, this.controlPlane.memberOn(machine), etcd, effects),
        );
        return (later) => {
          for (const undo of undoes) undo(later);
        };
      }
    }
  }

  private applyToProcesses({ kind, processes }: ProcessPlan, effects: Effects): Undo {
    const { kubernetes } = this.controlPlane;
    if (kubernetes === undefined) throw new RangeError('the topology has no API servers');
    const targets = resolved(processes, this.controlPlane).map((name) => kubernetes.process(name));
    if (kind === 'killProcess') {
      for (const target of targets) target.kill(effects);
      return () => {};
    }
    const freezes = targets.map((target) => [target, target.freeze(effects)] as const);
    return (later) => {
      for (const [target, freeze] of freezes) target.thaw(freeze, later);
    };
  }

  private applySurge(surge: SurgePlan, effects: Effects): Undo {
    const load = this.controlPlane.kubernetes?.load?.cluster;
    if (load === undefined) throw new RangeError('the topology has no load on API servers');
    load.surge(surge, effects);
    return (later) => load.calm(surge, later);
  }

  private applyDeregister({ machines }: DeregisterPlan, effects: Effects): Undo {
    const list = this.controlPlane.kubernetes?.serverList;
    if (list === undefined) throw new RangeError('the topology has no API servers');
    list.takeOut(machines, effects);
    return (later) => list.putBack(machines, later);
  }

  private applyToLinks(plan: LinkPlan, effects: Effects): Undo {
    const { controlPlane } = this;
    const cut = resolvedCut({ from: plan.from, to: plan.to }, controlPlane);
    const { delay, jitter, loss, bandwidth = Number.POSITIVE_INFINITY } = plan;
    const impairment = { delay, jitter, loss, bandwidth };
    controlPlane.impair(cut, impairment, effects);
    return (later) => controlPlane.relieve(cut, impairment, later);
  }
}

type MemberPlan = Extract<ImpairmentPlan, { kind: 'freeze' | 'diskStall' | 'diskSlow' }>;

function applyToMember(
  plan: MemberPlan,
  member: number,
  etcd: EtcdCluster,
  effects: Effects,
): Undo {
  switch (plan.kind) {
    case 'freeze': {
      const process = etcd.processes[member]!;
      const freeze = process.freeze(effects);
      return (later) => process.thaw(freeze, later);
    }
    case 'diskStall':
      etcd.holdDisk(member, effects);
      return (later) => etcd.releaseDisk(member, later);
    case 'diskSlow': {
      const spell = { factor: plan.factor, added: plan.added };
      etcd.slowDisk(member, spell, effects);
      return (later) => etcd.endSpell(member, spell, later);
    }
  }
}

/** A link that goes down and comes back, again and again. */
class Flap implements Component {
  cutsNow: readonly CutPlan[] = [];
  /** As roles were when it began. */
  private hindered: readonly CutPlan[] = [];
  private readonly plan: FlapPlan;
  private readonly controlPlane: ControlPlane;
  private readonly turns: SimulationEvent = { kind: 'flapTurns', target: this };
  private turnsAt: Time = NEVER;

  constructor(plan: FlapPlan, controlPlane: ControlPlane) {
    this.plan = plan;
    this.controlPlane = controlPlane;
  }

  restart(): void {
    this.cutsNow = [];
    this.hindered = [];
    this.turnsAt = NEVER;
  }

  begin(effects: Effects): void {
    this.hindered = this.plan.cuts.map((cut) => resolvedCut(cut, this.controlPlane));
    for (const cut of this.hindered) this.controlPlane.flap(cut, effects);
    this.goDown(effects);
  }

  end(effects: Effects): void {
    this.turnsAt = NEVER;
    for (const cut of this.hindered) this.controlPlane.settle(cut, effects);
    if (this.cutsNow.length > 0) this.goUp(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.turnsAt) return;
    if (this.cutsNow.length > 0) {
      this.goUp(effects);
      this.turnAfter(this.plan.up, effects);
    } else this.goDown(effects);
  }

  private goDown(effects: Effects): void {
    this.cutsNow = this.plan.cuts.map((cut) => resolvedCut(cut, this.controlPlane));
    for (const cut of this.cutsNow) this.controlPlane.cut(cut, effects);
    this.turnAfter(this.plan.down, effects);
  }

  private goUp(effects: Effects): void {
    const cuts = this.cutsNow;
    this.cutsNow = [];
    for (const cut of cuts) this.controlPlane.heal(cut, effects);
  }

  private turnAfter(length: number, effects: Effects): void {
    this.turnsAt = effects.now + length;
    effects.at(this.turnsAt, this.turns);
  }
}
