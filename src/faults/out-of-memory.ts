/**
 * Kills by the kernel for want of memory, as faults: each lasts until its process listens again, so
 * that what is lost meanwhile is told under its name.
 */
import type { Effects } from '../engine/effects.ts';
import type { ControlPlane } from '../model/control-plane/control-plane.ts';
import type { MemoryWatcher } from '../model/load/shared-fate.ts';
import { type ActiveFaults, Fault } from './fault.ts';

export class OutOfMemory implements MemoryWatcher {
  private readonly controlPlane: ControlPlane;
  private readonly active: ActiveFaults;
  private readonly faults = new Map<string, Fault>();

  constructor(controlPlane: ControlPlane, active: ActiveFaults) {
    this.controlPlane = controlPlane;
    this.active = active;
    const load = controlPlane.kubernetes?.load;
    if (load !== undefined) load.watcher = this;
  }

  restart(): void {
    this.faults.clear();
  }

  killed(process: string, effects: Effects): void {
    const fault = this.faults.get(process) ?? this.faultOf(process);
    this.faults.set(process, fault);
    if (!fault.active) fault.begin(effects);
  }

  listens(process: string, effects: Effects): void {
    const fault = this.faults.get(process);
    if (fault?.active) fault.end(effects);
  }

  private faultOf(process: string): Fault {
    const [, kind] = process.split('.');
    const name = `${process}/outOfMemory`;
    const identity = { name, kind: `${kind}.outOfMemory`, planned: false };
    const effect = { parts: [], cuts: [], impairments: [] };
    return new Fault(identity, effect, this.controlPlane, this.active);
  }
}
