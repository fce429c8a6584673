/** Gives life to the plans: every failure mode, scripted event and health check of a scenario. */

import type { Time } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';
import { lawOf } from '../engine/laws/law-of.ts';
import type { RandomStreams } from '../engine/random-streams.ts';
import type { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { TopologyPlan } from '../model/control-plane/topology.ts';
import { HealthCheck, type HealthCheckSettings } from '../model/parts/health-check.ts';
import { KUBELET_BACK_OFF, KubeletBackOff } from '../model/process/kubelet-back-off.ts';
import {
  DelayedDetection,
  type Detection,
  HealthCheckDetection,
  InspectionDetection,
} from './detection.ts';
import { FailureMode } from './failure-mode.ts';
import { ActiveFaults, Fault } from './fault.ts';
import { MemberReplacement } from './member-replacement.ts';
import { OutOfMemory } from './out-of-memory.ts';
import type {
  FailureModePlan,
  RepairShopPlan,
  RollingRebootPlan,
  ScriptedFaultPlan,
  ScriptedPlan,
} from './plans.ts';
import { RepairShop } from './repair-shop.ts';
import { Restarts } from './restarts.ts';
import { RollingReboot } from './rolling-reboot.ts';
import { ScriptedFault } from './scripted-fault.ts';

type Scripted = ScriptedFault | RollingReboot | MemberReplacement;

interface FaultPlans {
  readonly topology: TopologyPlan;
  readonly modes: readonly FailureModePlan[];
  readonly events: readonly ScriptedPlan[];
  readonly repair: RepairShopPlan;
}

export class FaultSchedule {
  readonly active = new ActiveFaults();
  private readonly plans: FaultPlans;
  private readonly controlPlane: ControlPlane;
  private readonly streams: RandomStreams;
  private readonly shop: RepairShop;
  private readonly modes: readonly FailureMode[];
  private readonly events: readonly Scripted[];
  private readonly outOfMemory: OutOfMemory;
  private readonly checks = new Map<string, HealthCheck>();

  constructor(plans: FaultPlans, controlPlane: ControlPlane, streams: RandomStreams) {
    this.plans = plans;
    this.controlPlane = controlPlane;
    this.streams = streams;
    this.shop = new RepairShop(plans.repair);
    this.modes = plans.modes.map((plan) => this.failureMode(plan));
    this.events = plans.events.map((plan) => this.scripted(plan));
    this.outOfMemory = new OutOfMemory(controlPlane, this.active);
    const byName = new Map(this.modes.map((mode) => [mode.plan.name, mode]));
    for (const mode of this.modes) {
      mode.renewed = mode.plan.renews.map((name) => byName.get(name)!);
    }
  }

  /** Starts every clock, event and check at time 0. The control plane must have been restarted. */
  restart(effects: Effects): void {
    this.active.restart();
    this.outOfMemory.restart();
    this.shop.restart();
    for (const check of this.checks.values()) check.restart(effects);
    for (const mode of this.modes) mode.restart(effects);
    for (const event of this.events) event.restart(effects);
  }

  /** Ticks of sleeping timers that were not simulated from time 0 until `now`. */
  ticksElided(now: Time): number {
    let sum = 0;
    for (const check of this.checks.values()) sum += check.ticksElided(now);
    return sum;
  }

  private failureMode(plan: FailureModePlan): FailureMode {
    const identity = { name: plan.name, kind: plan.kind, planned: false };
    return new FailureMode(plan, {
      fault: new Fault(identity, plan.effect, this.controlPlane, this.active),
      clockOf: plan.clockOf === undefined ? undefined : this.controlPlane.part(plan.clockOf),
      detection: this.detection(plan),
      shop: this.shop,
      restarts: plan.repair.by === 'supervisor' ? this.restarts(plan) : undefined,
      stream: (purpose) => this.streams.stream(`${plan.stream}/${purpose}`),
    });
  }

  private restarts(plan: FailureModePlan): Restarts {
    const [process] = plan.effect.parts;
    const [machine] = this.plans.topology.parts.find((part) => part.name === process)!.hosts;
    return new Restarts(new KubeletBackOff(KUBELET_BACK_OFF), this.controlPlane.part(machine!));
  }

  private detection(plan: FailureModePlan): Detection | undefined {
    const { detection } = plan.repair;
    switch (detection?.kind) {
      case undefined:
        return undefined;
      case 'delay':
        return new DelayedDetection(
          lawOf(detection.law),
          this.streams.stream(`${plan.stream}/detection`),
        );
      case 'inspection':
        return new InspectionDetection(detection.every, detection.offset);
      case 'healthCheck':
        return new HealthCheckDetection(this.healthCheck(plan.effect.parts[0]!, detection));
    }
  }

  /** One check serves all modes that look at the same part in the same way. */
  private healthCheck(partName: string, settings: HealthCheckSettings): HealthCheck {
    const part = this.controlPlane.part(partName);
    const name = `${part.stream}/check ${settings.interval} ${settings.fall} ${settings.rise}`;
    const known = this.checks.get(name);
    if (known !== undefined) return known;
    const phases = this.streams.stream(`${name}/phase`);
    const check = new HealthCheck(part, settings, phases, this.checks.size);
    this.checks.set(name, check);
    return check;
  }

  private scripted(plan: ScriptedPlan): Scripted {
    const { controlPlane } = this;
    switch (plan.type) {
      case 'fault':
        return new ScriptedFault(plan, this.scriptedFault(plan));
      case 'rollingReboot':
        return new RollingReboot(plan, this.reboots(plan), controlPlane);
      case 'replaceMember': {
        const identity = { name: plan.name, kind: plan.kind, planned: true };
        const effect = { parts: [], cuts: [], impairments: [] };
        const fault = new Fault(identity, effect, controlPlane, this.active);
        return new MemberReplacement(plan, fault, controlPlane);
      }
    }
  }

  private scriptedFault(plan: ScriptedFaultPlan): Fault {
    const { name, kind, planned } = plan;
    return new Fault({ name, kind, planned }, plan.effect, this.controlPlane, this.active);
  }

  private reboots(plan: RollingRebootPlan): Fault[] {
    return plan.machines.map((machine) => {
      const identity = { name: `${plan.name}@${machine}`, kind: plan.kind, planned: true };
      const ending = plan.graceful ? ('stop' as const) : ('kill' as const);
      const effect = { parts: [machine], cuts: [], ending };
      return new Fault(identity, effect, this.controlPlane, this.active);
    });
  }
}
