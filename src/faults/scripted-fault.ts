/** A fault that the scenario asks for, at a time or again and again, and for how long. */
import type { Component, Effects, SimulationEvent } from '../engine/effects.ts';
import type { Fault } from './fault.ts';
import type { ScriptedFaultPlan } from './plans.ts';

export class ScriptedFault implements Component {
  private readonly plan: ScriptedFaultPlan;
  private readonly fault: Fault;
  private readonly begins: SimulationEvent = { kind: 'scriptedBegin', target: this };
  private readonly ends: SimulationEvent = { kind: 'scriptedEnd', target: this };

  constructor(plan: ScriptedFaultPlan, fault: Fault) {
    this.plan = plan;
    this.fault = fault;
  }

  restart(effects: Effects): void {
    this.fault.restart();
    effects.at(this.plan.at, this.begins);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.ends) {
      this.fault.end(effects);
      return;
    }
    this.fault.begin(effects);
    this.fault.noticed = true;
    effects.at(effects.now + this.plan.for, this.ends);
    if (this.plan.every !== undefined) effects.at(effects.now + this.plan.every, this.begins);
  }
}
