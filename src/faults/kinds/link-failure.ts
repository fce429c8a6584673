/** The link from a network card to its switch fails; a replaced machine keeps its links. */
import { linkNames } from '../../model/control-plane/layout.ts';
import { faultKind } from './fault-kind.ts';
import { ofMachines } from './targets.ts';

export const linkFailure = faultKind({
  key: 'link.failure',
  description: 'The link of a network card fails and is repaired by a crew.',
  class: 'network',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody replaces the cable', evidence: 'A' },
  targets: (layout) => ofMachines(layout, linkNames),
});
