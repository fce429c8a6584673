/** A machine goes down and comes back with its data: a crash, or a loss of power to it alone. */
import { faultKind } from './fault-kind.ts';
import { eachMachine } from './targets.ts';

export const machineCrash = faultKind({
  key: 'machine.crash',
  description: 'A machine stops and comes back by itself.',
  class: 'hardware',
  layer: 'structure',
  by: { value: 'itself', source: 'a reboot ends it', evidence: 'A' },
  renewedBy: ['machine.loss'],
  targets: eachMachine,
});
