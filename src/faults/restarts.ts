/** Joins a supervised process's failure mode to its supervisor and to the machine under both. */
import { type Duration, NEVER, type Time } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';
import type { Part, PartWatcher } from '../model/parts/part.ts';
import type { Supervisor } from '../model/process/supervisor.ts';

/** The mode of the process: told when its machine goes and comes. */
export interface Supervised {
  hostStopped(): void;
  hostStarted(effects: Effects): void;
}

export class Restarts implements PartWatcher {
  private readonly supervisor: Supervisor;
  private readonly machine: Part;
  private supervised: Supervised | undefined;

  constructor(supervisor: Supervisor, machine: Part) {
    this.supervisor = supervisor;
    this.machine = machine;
    machine.watch(this);
  }

  supervise(supervised: Supervised): void {
    this.supervised = supervised;
  }

  restart(now: Time): void {
    this.supervisor.restart(now);
  }

  /** The wait before the process is started again; NEVER while its machine is down. */
  crashed(now: Time): Duration {
    return this.machine.works ? this.supervisor.crashed(now) : NEVER;
  }

  started(now: Time): void {
    this.supervisor.started(now);
  }

  partStopped(): void {
    this.supervised?.hostStopped();
  }

  partStarted(_machine: Part, effects: Effects): void {
    this.supervisor.restart(effects.now);
    this.supervised?.hostStarted(effects);
  }
}
