/** A network card fails; its machine keeps its other cards. */
import { nicNames } from '../../model/control-plane/layout.ts';
import { faultKind } from './fault-kind.ts';
import { ofMachines } from './targets.ts';

export const nicFailure = faultKind({
  key: 'nic.failure',
  description: 'A network card fails and is replaced by a crew.',
  class: 'network',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody replaces the card', evidence: 'A' },
  renewedBy: ['machine.loss'],
  targets: (layout) => ofMachines(layout, nicNames),
});
