/**
 * A fault: what is broken while it is active. It takes parts down, loses messages, or impairs
 * processes, disks and links; causes of outages are told as sets of faults.
 */
import type { Time } from '../engine/clock.ts';
import type { Effects, StateChange } from '../engine/effects.ts';
import type { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { CutPlan } from '../model/network/machine-network.ts';
import type { Part } from '../model/parts/part.ts';
import type { Demand, Ending } from '../model/process/managed-process.ts';
import { Impairments } from './impairments.ts';
import type { FaultEffect } from './plans.ts';
import { isByRole, resolvedCut } from './roles.ts';

declare module '../engine/effects.ts' {
  interface ChangeData {
    faultBegins: FaultData;
    faultEnds: FaultData;
    faultNoticed: FaultData;
  }
}

interface FaultData {
  /** What causes are grouped by. */
  fault: string;
  planned: boolean;
}

/** A fault that has begun or ended. */
export interface FaultMark {
  readonly fault: Fault;
  readonly time: Time;
  readonly hasEnded: boolean;
}

const MOST_MARKS = 8;

const NO_DEMANDS: readonly (readonly [part: Part, demand: Demand])[] = [];

/** The faults active now, in no particular order, and which began or ended last. */
export class ActiveFaults {
  readonly list: Fault[] = [];
  /** A ring: the mark number n is at n modulo its size, and is written over by a later one. */
  private readonly marks: { fault: Fault; time: Time; hasEnded: boolean }[] = [];
  private marked = 0;

  restart(): void {
    this.list.length = 0;
    this.marks.length = 0;
    this.marked = 0;
  }

  mark(fault: Fault, time: Time, hasEnded: boolean): void {
    const mark = this.marks[this.marked++ % MOST_MARKS];
    if (mark === undefined) this.marks.push({ fault, time, hasEnded });
    else {
      mark.fault = fault;
      mark.time = time;
      mark.hasEnded = hasEnded;
    }
  }

  /**
   * The latest of a fault that `matters`; of one instant what began before what ended, and what is
   * more severe before the rest. To be read before the next.
   */
  latestMark(matters: (fault: Fault) => boolean): FaultMark | undefined {
    let latest: FaultMark | undefined;
    for (let back = 1; back <= this.marks.length; back++) {
      const mark = this.marks[(this.marked - back) % MOST_MARKS]!;
      if (latest !== undefined && mark.time !== latest.time) break;
      if (!matters(mark.fault)) continue;
      if (latest === undefined || blame(mark) > blame(latest)) latest = mark;
    }
    return latest;
  }
}

function blame({ fault, hasEnded }: FaultMark): number {
  return hasEnded ? -1 : fault.severity;
}

interface FaultIdentity {
  readonly name: string;
  /** What causes are grouped by. */
  readonly kind: string;
  /** Work done on purpose rather than a failure. */
  readonly planned: boolean;
}

export class Fault {
  readonly identity: FaultIdentity;
  /** Messages that this occurrence loses. */
  cuts: readonly CutPlan[];
  /** The parts that this occurrence means to take down: all of the effect's, or by chance some. */
  aims: readonly Part[];
  /** Of these, the parts that it keeps down: a process that is asked to end may take its time. */
  hit: readonly Part[];
  active = false;
  since: Time = 0;
  /** Called when all that it aims at is down: at once, or when processes have ended. */
  whenDown: (effects: Effects) => void = () => {};
  /** Whether somebody who could repair it knows of it. */
  noticed = false;
  private readonly effect: FaultEffect;
  private readonly cutsByRole: boolean;
  /** Whether each occurrence does the same, but for parts that chance spares. */
  private readonly isFixed: boolean;
  /** Whether it is over as it has begun, but for the time in which it is still told of. */
  private readonly isMomentary: boolean;
  /** Undefined where roles decide at each occurrence. */
  private readonly parts: readonly Part[] | undefined;
  private readonly impairments: Impairments | undefined;
  private readonly controlPlane: ControlPlane;
  private readonly registry: ActiveFaults;
  private demands: typeof NO_DEMANDS = NO_DEMANDS;
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
    this.effect = effect;
    const { parts, cuts, impairments } = effect;
    this.parts = parts.some(isByRole) ? undefined : parts.map((name) => controlPlane.part(name));
    this.cutsByRole = cuts.some(({ from, to }) => [...from, ...to].some(isByRole));
    this.isFixed = !this.cutsByRole && impairments === undefined;
    this.isMomentary =
      parts.length + cuts.length === 0 &&
      impairments?.every(({ kind }) => kind === 'killProcess') === true;
    this.cuts = cuts;
    this.aims = this.parts ?? [];
    this.hit = this.aims;
    if (impairments !== undefined) this.impairments = new Impairments(impairments, controlPlane);
    this.controlPlane = controlPlane;
    this.registry = registry;
    const data = { subject: identity.name, fault: identity.kind, planned: identity.planned };
    this.began = { kind: 'faultBegins', ...data };
    this.ended = { kind: 'faultEnds', ...data };
    this.wasNoticed = { kind: 'faultNoticed', ...data };
  }

  restart(): void {
    this.active = false;
    this.noticed = false;
    this.since = 0;
    this.cuts = this.effect.cuts;
    this.aims = this.parts ?? [];
    this.hit = this.aims;
    this.demands = NO_DEMANDS;
    this.impairments?.restart();
  }

  /** Narrows this occurrence, before it begins, to the parts for which `isHit` says so. */
  narrow(isHit: (part: Part) => boolean): void {
    this.aims = (this.parts ?? []).filter(isHit);
  }

  /** Whether it impairs processes, disks or links, which no structure knows of. */
  get impairs(): boolean {
    return this.impairments !== undefined;
  }

  /**
   * Of faults that begin together the most severe is to blame: one that takes parts down or cuts
   * networks (2), one that impairs (1), one that takes servers out of a list (0).
   */
  get severity(): number {
    if (this.aims.length + this.cuts.length > 0) return 2;
    return this.effect.impairments?.every(({ kind }) => kind === 'deregister') ? 0 : 1;
  }

  /** Messages lost now, those of a link that flaps among them. */
  get lostNow(): readonly CutPlan[] {
    const flapping = this.impairments?.cutsNow ?? [];
    return flapping.length === 0 ? this.cuts : [...this.cuts, ...flapping];
  }

  /** Tells this occurrence's effect from those of other faults and other occurrences. */
  signature(): string {
    const { name } = this.identity;
    if (this.isFixed && this.hit === this.parts) return `${name};`;
    const hit = this.hit.map((part) => part.name).join();
    const cuts = this.lostNow.map(({ from, to }) => `${from.join()}>${to.join()}`).join();
    return `${name}(${hit} ${cuts});`;
  }

  begin(effects: Effects): void {
    const { controlPlane, effect } = this;
    this.active = true;
    this.noticed = false;
    this.since = effects.now;
    if (this.parts === undefined) {
      const names = effect.parts.flatMap((name) => controlPlane.resolve(name));
      this.aims = names.map((name) => controlPlane.part(name));
    }
    if (this.cutsByRole) this.cuts = effect.cuts.map((cut) => resolvedCut(cut, controlPlane));
    this.registry.list.push(this);
    this.registry.mark(this, effects.now, false);
    effects.record(this.began);
    this.takeDown(effect.ending ?? 'kill', effects);
    if (effect.losesData === true) controlPlane.loseData(this.hit, effects);
    for (const cut of this.cuts) controlPlane.cut(cut, effects);
    this.impairments?.begin(effects);
  }

  private takeDown(ending: Ending, effects: Effects): void {
    this.demands = NO_DEMANDS;
    this.hit = ending === 'kill' ? this.aims : [];
    for (const part of this.hit) part.fail(effects);
    if (ending === 'kill') {
      this.whenDown(effects);
      return;
    }
    this.demands = this.aims.map((part) => [
      part,
      { ending, ended: (at) => this.isDown(part, at) },
    ]);
    for (const [part, demand] of this.demands) {
      this.controlPlane.demandEnd(part, demand, effects);
    }
  }

  /** A process has ended as it was meant to, or in some other way. */
  private isDown(part: Part, effects: Effects): void {
    this.hit = [...this.hit, part];
    part.fail(effects);
    if (this.hit.length === this.aims.length) this.whenDown(effects);
  }

  /** Is over as it begins: what it set going has a course of its own. */
  happen(effects: Effects): void {
    this.registry.mark(this, effects.now, false);
    effects.record(this.began);
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
    if (!this.isMomentary) {
      this.registry.mark(this, effects.now, true);
      effects.record(this.ended);
    }
    for (const [part, demand] of this.demands) {
      if (!this.hit.includes(part)) this.controlPlane.withdrawEnd(part, demand, effects);
    }
    for (const part of this.hit) part.mend(effects);
    for (const cut of this.cuts) this.controlPlane.heal(cut, effects);
    this.impairments?.end(effects);
  }
}
