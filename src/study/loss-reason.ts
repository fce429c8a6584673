/** Why one level is lost or browned out now, and what it waits for, until it is whole again. */
import type { Time } from '../engine/clock.ts';
import type { ActiveFaults } from '../faults/fault.ts';
import type { LevelPhase, ServiceLevel } from '../model/control-plane/service-levels.ts';
import type { Cause, CauseFinder } from './cause.ts';

export class LossReason {
  phase: LevelPhase = 'structural';
  private readonly level: ServiceLevel;
  private readonly causes: CauseFinder;
  private readonly active: ActiveFaults;
  private found: Cause | undefined = undefined;
  /** The latest cause in this loss that the structure gave. */
  private structural: Cause | undefined = undefined;
  /** Of the level, when it was last looked at. */
  private value = 1;

  constructor(level: ServiceLevel, causes: CauseFinder, active: ActiveFaults) {
    this.level = level;
    this.causes = causes;
    this.active = active;
  }

  /** There from the first look at a loss until the next `clear`. */
  get cause(): Cause {
    return this.found!;
  }

  /** The level is whole. */
  clear(): void {
    this.found = undefined;
    this.structural = undefined;
    this.phase = 'structural';
    this.value = 1;
  }

  /** By the structure where it can; else by what disturbs, once for as long as that lasts. */
  look(now: Time, value: number): void {
    const before = this.value;
    this.value = value;
    const phase = this.level.phase();
    const structural = this.causes.find(this.active, phase);
    if (structural !== undefined) {
      this.found = structural;
      this.structural = structural;
      this.phase = this.phaseOf(structural, phase);
      return;
    }
    if (phase === undefined && value === 0 && this.causes.mode === 'structure') this.fail();
    this.found = this.disturbance(now, phase, value, before);
    this.phase = phase ?? phaseOfFaults(this.found);
  }

  /** Sought anew where the level fell or the structure explains no more; the rest where it rose. */
  private disturbance(
    now: Time,
    phase: LevelPhase | undefined,
    value: number,
    before: number,
  ): Cause {
    const { causes, active, found, structural } = this;
    if (found !== undefined && value > before) {
      return causes.findRest(active, found, found === structural);
    }
    if (found !== undefined && found !== structural && value >= before) return found;
    // A level that falls further, by no fault that the structure knows, no longer recovers.
    const recoversFrom = value >= before ? structural : undefined;
    return causes.findDisturbance(active, now, phase, recoversFrom);
  }

  /** A level that says what it waits for knows better, but for who knows of the faults. */
  private phaseOf(structural: Cause, phase: LevelPhase | undefined): LevelPhase {
    const isOwn = this.causes.mode === 'disturbance' && phase !== 'structural';
    return (isOwn ? phase : undefined) ?? phaseOfFaults(structural);
  }

  private fail(): never {
    const names = this.active.list.map((fault) => fault.identity.name).join(', ');
    throw new Error(`the structure does not explain a loss by: ${names || 'no fault'}`);
  }
}

function phaseOfFaults(cause: Cause): LevelPhase {
  if (cause.planned) return 'planned';
  if (cause.faults.length === 0) return 'recovery';
  return cause.faults.every((fault) => fault.noticed) ? 'structural' : 'detection';
}
