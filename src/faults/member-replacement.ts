/** A member that the scenario has replaced, at a time or again and again. */
import type { Component, Effects, SimulationEvent } from '../engine/effects.ts';
import type { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { Fault } from './fault.ts';
import type { MemberReplacementPlan } from './plans.ts';

export class MemberReplacement implements Component {
  private readonly plan: MemberReplacementPlan;
  /** Stands for the event where causes are told. */
  private readonly fault: Fault;
  private readonly controlPlane: ControlPlane;
  private readonly begins: SimulationEvent = { kind: 'replacementBegins', target: this };

  constructor(plan: MemberReplacementPlan, fault: Fault, controlPlane: ControlPlane) {
    this.plan = plan;
    this.fault = fault;
    this.controlPlane = controlPlane;
  }

  restart(effects: Effects): void {
    this.fault.restart();
    effects.at(this.plan.at, this.begins);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    const { plan, controlPlane, fault } = this;
    const { order, asLearner } = plan;
    if (plan.every !== undefined) effects.at(effects.now + plan.every, this.begins);
    fault.happen(effects);
    const member = controlPlane.memberOn(plan.machine);
    controlPlane.etcd?.replaceOnPurpose(member, { order, asLearner }, effects);
  }
}
