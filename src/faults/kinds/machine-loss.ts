/** A machine is gone for good; its replacement has new parts and no data. */
import { faultKind } from './fault-kind.ts';
import { eachMachine } from './targets.ts';

export const machineLoss = faultKind({
  key: 'machine.loss',
  description: 'A machine is lost and replaced, with all its parts, by a crew.',
  class: 'hardware',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody replaces the machine', evidence: 'A' },
  losesData: true,
  // The shock that loses several machines at once replaces each of them.
  renewedBy: ['machine.loss'],
  targets: eachMachine,
});
