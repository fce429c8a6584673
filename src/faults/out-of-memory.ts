/**
 * Kills by the kernel for want of memory, as faults: they are over as they happen, and what they
 * set going is told under their names.
 */
import type { ControlPlane } from '../model/control-plane.ts';
import { type ActiveFaults, Fault } from './fault.ts';

/** Has kills of `controlPlane` marked as faults, by process, in `active`. */
export function watchMemory(controlPlane: ControlPlane, active: ActiveFaults): void {
  const load = controlPlane.kubernetes?.load;
  if (load === undefined) return;
  const known = new Map<string, Fault>();
  load.onOutOfMemory = (process, effects) => {
    const fault = known.get(process) ?? outOfMemory(process, controlPlane, active);
    known.set(process, fault);
    fault.happen(effects);
  };
}

function outOfMemory(process: string, controlPlane: ControlPlane, active: ActiveFaults): Fault {
  const [, kind] = process.split('.');
  const identity = { name: `${process}/outOfMemory`, kind: `${kind}.outOfMemory`, planned: false };
  const effect = { parts: [], cuts: [], impairments: [] };
  return new Fault(identity, effect, controlPlane, active);
}
