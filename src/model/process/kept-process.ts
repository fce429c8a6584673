/**
 * A process that faults may kill, freeze and ask to stop, whoever keeps it. Freezes overlap: it
 * goes on when the last of them is over, and one whose process has died since thaws nothing. One
 * that is asked to stop while it is frozen hears of it when it goes on, and is killed when its
 * grace is over. Left out: what a second SIGTERM does.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Demand } from './crash-point.ts';

/** What a process must be able to do. Each is nothing where it does not run. */
export interface Mortal {
  readonly isRunning: boolean;
  readonly isFrozen: boolean;
  /** Called when the process has ended, for whatever reason. */
  onEnd: (effects: Effects) => void;
  /** Dies at once; whoever keeps it starts it again. */
  kill(effects: Effects): void;
  /** Is stopped (SIGSTOP). */
  freeze(effects: Effects): void;
  thaw(effects: Effects): void;
  /** Its keeper does not start it again, until `start` or until its part works again. */
  letGo(effects: Effects): void;
  /** SIGTERM; it may end within the call. */
  terminate(effects: Effects): void;
  /** Its keeper keeps it again, and starts it if its part works. */
  start(effects: Effects): void;
}

/** One freeze; it is itself and no other. */
export interface ProcessFreeze {
  readonly process: KeptProcess;
}

export class KeptProcess implements Component {
  private readonly mortal: Mortal;
  private readonly grace: Duration;
  private readonly freezes = new Set<ProcessFreeze>();
  private readonly graceOver: SimulationEvent = { kind: 'graceOver', target: this };
  private demands: Demand[] = [];
  private killedAt: Time = NEVER;
  /** Asked to stop and not gone yet; `unheard` while it is frozen. */
  private asked: 'no' | 'unheard' | 'yes' = 'no';

  /** @param grace from SIGTERM to SIGKILL by its keeper */
  constructor(mortal: Mortal, grace: Duration) {
    this.mortal = mortal;
    this.grace = grace;
    mortal.onEnd = (effects) => this.ended(effects);
  }

  restart(): void {
    this.freezes.clear();
    this.demands = [];
    this.killedAt = NEVER;
    this.asked = 'no';
  }

  kill(effects: Effects): void {
    this.freezes.clear();
    this.mortal.kill(effects);
  }

  freeze(effects: Effects): ProcessFreeze {
    const freeze: ProcessFreeze = { process: this };
    if (!this.mortal.isFrozen) {
      // Those of a process that has died are forgotten.
      this.freezes.clear();
      this.mortal.freeze(effects);
    }
    if (this.mortal.isFrozen) this.freezes.add(freeze);
    return freeze;
  }

  thaw(freeze: ProcessFreeze, effects: Effects): void {
    if (!this.freezes.delete(freeze) || this.freezes.size > 0) return;
    this.mortal.thaw(effects);
    if (this.asked === 'unheard') this.tell(effects);
  }

  /**
   * Somebody wants it to end in good order and waits until it has; it stays away until its part or
   * machine is back.
   */
  demand(demand: Demand, effects: Effects, grace = this.grace): void {
    this.mortal.letGo(effects);
    if (!this.mortal.isRunning) {
      demand.ended(effects);
      return;
    }
    this.demands.push(demand);
    if (grace !== NEVER && this.killedAt === NEVER) {
      this.killedAt = effects.now + grace;
      effects.at(this.killedAt, this.graceOver);
    }
    if (this.asked === 'no') this.tell(effects);
  }

  /** It is wanted no longer: it ends all the same, and is started again. */
  withdraw(demand: Demand): void {
    this.demands = this.demands.filter((other) => other !== demand);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.killedAt) this.kill(effects);
  }

  private tell(effects: Effects): void {
    this.asked = this.mortal.isFrozen ? 'unheard' : 'yes';
    if (this.asked === 'yes') this.mortal.terminate(effects);
  }

  private ended(effects: Effects): void {
    const { asked, demands } = this;
    this.restart();
    for (const demand of demands) demand.ended(effects);
    if (asked !== 'no' && demands.length === 0) this.mortal.start(effects);
  }
}
