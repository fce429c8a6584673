/**
 * Machines rebooted one after the other on purpose, as for patches: each goes down once its
 * processes have stopped, and is down for a time of its own. A careful roll goes on to the
 * next machine only while every etcd member serves, and looks again a gap later where one does not.
 */
import type { Component, Effects, SimulationEvent } from '../engine/effects.ts';
import type { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { Fault } from './fault.ts';
import type { RollingRebootPlan } from './plans.ts';

export class RollingReboot implements Component {
  private readonly plan: RollingRebootPlan;
  /** One a machine, in the order of the roll. */
  private readonly reboots: readonly Fault[];
  private readonly controlPlane: ControlPlane;
  private readonly begins: SimulationEvent = { kind: 'rollBegins', target: this };
  private readonly next: SimulationEvent = { kind: 'rollNext', target: this };
  private readonly back: SimulationEvent = { kind: 'rollBack', target: this };
  /** Index of the machine whose turn it is; -1 between rolls. */
  private turn = -1;

  constructor(plan: RollingRebootPlan, reboots: readonly Fault[], controlPlane: ControlPlane) {
    this.plan = plan;
    this.reboots = reboots;
    this.controlPlane = controlPlane;
    for (const reboot of reboots) {
      reboot.whenDown = (effects) => effects.at(effects.now + plan.down, this.back);
    }
  }

  restart(effects: Effects): void {
    this.turn = -1;
    for (const reboot of this.reboots) reboot.restart();
    effects.at(this.plan.at, this.begins);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.begins) this.begin(effects);
    else if (event === this.next) this.reboot(effects);
    else this.comeBack(effects);
  }

  /** A roll that careful waiting drew out past the next one's start swallows that start. */
  private begin(effects: Effects): void {
    if (this.plan.every !== undefined) effects.at(effects.now + this.plan.every, this.begins);
    if (this.turn !== -1) return;
    this.turn = 0;
    this.reboot(effects);
  }

  private reboot(effects: Effects): void {
    if (this.plan.careful && !this.controlPlane.isHealthy) {
      effects.at(effects.now + this.plan.gap, this.next);
      return;
    }
    const reboot = this.reboots[this.turn]!;
    reboot.begin(effects);
    reboot.noticed = true;
  }

  private comeBack(effects: Effects): void {
    this.reboots[this.turn]!.end(effects);
    this.turn++;
    if (this.turn === this.reboots.length) this.turn = -1;
    else effects.at(effects.now + this.plan.gap, this.next);
  }
}
