/**
 * A process that faults may kill and freeze, whoever keeps it. Freezes overlap: it goes on when the
 * last of them is over, and one whose process has died since thaws nothing.
 */
import type { Effects } from '../../engine/effects.ts';

/** What a process must be able to do. Each is nothing where it does not run. */
export interface Mortal {
  readonly isFrozen: boolean;
  /** Dies at once; whoever keeps it starts it again. */
  kill(effects: Effects): void;
  /** Is stopped (SIGSTOP). */
  freeze(effects: Effects): void;
  thaw(effects: Effects): void;
}

/** One freeze; it is itself and no other. */
export interface ProcessFreeze {
  readonly process: KeptProcess;
}

export class KeptProcess {
  private readonly mortal: Mortal;
  private readonly freezes = new Set<ProcessFreeze>();

  constructor(mortal: Mortal) {
    this.mortal = mortal;
  }

  restart(): void {
    this.freezes.clear();
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
    if (this.freezes.delete(freeze) && this.freezes.size === 0) this.mortal.thaw(effects);
  }
}
