/**
 * One fault that comes and goes: the parts it takes down and the messages it loses while active,
 * whether anybody knows of it, and the list of those active now.
 */
import type { Time } from '../engine/clock.ts';
import type { Effects, StateChange } from '../engine/effects.ts';
import type { ControlPlane } from '../model/control-plane.ts';
import type { Part } from '../model/part.ts';
import type { CutPlan } from '../model/topology.ts';
import type { FaultEffect } from './plans.ts';

/** The faults active now, in no particular order. */
export class ActiveFaults {
  readonly list: Fault[] = [];

  restart(): void {
    this.list.length = 0;
  }
}

export interface FaultIdentity {
  readonly name: string;
  /** What causes are grouped by. */
  readonly kind: string;
  /** Work done on purpose rather than a failure. */
  readonly planned: boolean;
}

export class Fault {
  readonly identity: FaultIdentity;
  readonly cuts: readonly CutPlan[];
  /** The parts this occurrence took down: all of the effect's, or those that chance hit. */
  hit: readonly Part[];
  active = false;
  since: Time = 0;
  /** Whether somebody who could repair it knows of it. */
  noticed = false;
  private readonly parts: readonly Part[];
  private readonly controlPlane: ControlPlane;
  private readonly registry: ActiveFaults;
  private readonly began: StateChange;
  private readonly ended: StateChange;
  private readonly wasNoticed: StateChange;

  constructor(
    identity: FaultIdentity,
    effect: FaultEffect,
    controlPlane: ControlPlane,
    registry: ActiveFaults,
  ) {
    this.identity = identity;
    this.parts = effect.parts.map((name) => controlPlane.part(name));
    this.cuts = effect.cuts;
    this.hit = this.parts;
    this.controlPlane = controlPlane;
    this.registry = registry;
    this.began = { subject: identity.name, state: 'begins' };
    this.ended = { subject: identity.name, state: 'ends' };
    this.wasNoticed = { subject: identity.name, state: 'noticed' };
  }

  restart(): void {
    this.active = false;
    this.noticed = false;
    this.hit = this.parts;
  }

  /** Narrows this occurrence, before it begins, to the parts for which `isHit` says so. */
  narrow(isHit: (part: Part) => boolean): void {
    this.hit = this.parts.filter(isHit);
  }

  /** Tells this occurrence's effect from those of other faults and other occurrences. */
  signature(): string {
    if (this.hit === this.parts) return `${this.identity.name};`;
    return `${this.identity.name}(${this.hit.map((part) => part.name).join()});`;
  }

  begin(effects: Effects): void {
    this.active = true;
    this.noticed = false;
    this.since = effects.now;
    this.registry.list.push(this);
    effects.record(this.began);
    for (const part of this.hit) part.fail(effects);
    for (const cut of this.cuts) this.controlPlane.cut(cut, effects);
  }

  notice(effects: Effects): void {
    this.noticed = true;
    effects.record(this.wasNoticed);
  }

  end(effects: Effects): void {
    if (!this.active) throw new Error(`${this.identity.name} ends twice`);
    this.active = false;
    const { list } = this.registry;
    const last = list.pop()!;
    if (last !== this) list[list.indexOf(this)] = last;
    effects.record(this.ended);
    for (const part of this.hit) part.mend(effects);
    for (const cut of this.cuts) this.controlPlane.heal(cut, effects);
  }
}
