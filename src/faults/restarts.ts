/** Joins a supervised process's failure mode to its supervisor and to the machine under both. */
import type { Duration, Time } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';
import type { Part, PartWatcher } from '../model/part.ts';
import type { Supervisor } from '../model/supervisor.ts';

/** The mode of the process: told when its machine goes and comes. */
export interface Supervised {
  hostStopped(): void;
  hostStarted(effects: Effects): void;
}

export class Restarts implements PartWatcher {
  private readonly supervisor: Supervisor;
  private readonly kept: Supervised[] = [];

  constructor(supervisor: Supervisor, machine: Part) {
    this.supervisor = supervisor;
    machine.watch(this);
  }

  keep(supervised: Supervised): void {
    this.kept.push(supervised);
  }

  restart(now: Time): void {
    this.supervisor.restart(now);
  }

  /** The wait before the process is started again. */
  crashed(now: Time): Duration {
    return this.supervisor.crashed(now);
  }

  started(now: Time): void {
    this.supervisor.started(now);
  }

  partStopped(): void {
    for (const mode of this.kept) mode.hostStopped();
  }

  partStarted(_machine: Part, effects: Effects): void {
    this.supervisor.restart(effects.now);
    for (const mode of this.kept) mode.hostStarted(effects);
  }
}
