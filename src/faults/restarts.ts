/** Joins a supervised process's failure mode to its back-off and to the machine under both. */
import { type Duration, NEVER, type Time } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';
import type { Part, PartWatcher } from '../model/parts/part.ts';
import type { KubeletBackOff } from '../model/process/kubelet-back-off.ts';

/** The mode of the process: told when its machine goes and comes. */
interface Supervised {
  hostStopped(): void;
  hostStarted(effects: Effects): void;
}

export class Restarts implements PartWatcher {
  private readonly backOff: KubeletBackOff;
  private readonly machine: Part;
  private supervised: Supervised | undefined;

  constructor(backOff: KubeletBackOff, machine: Part) {
    this.backOff = backOff;
    this.machine = machine;
    machine.watch(this);
  }

  supervise(supervised: Supervised): void {
    this.supervised = supervised;
  }

  restart(): void {
    this.backOff.restart();
  }

  /** The wait before the process is started again; NEVER while its machine is down. */
  crashed(now: Time): Duration {
    return this.machine.works ? this.backOff.crashed(now) : NEVER;
  }

  started(now: Time): void {
    this.backOff.started(now);
  }

  partStopped(): void {
    this.supervised?.hostStopped();
  }

  partStarted(_machine: Part, effects: Effects): void {
    this.backOff.restart();
    this.supervised?.hostStarted(effects);
  }
}
