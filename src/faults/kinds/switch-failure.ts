/** A switch of a rack fails, and with it the network of those machines that have no other. */
import { switchNames } from '../../model/control-plane/layout.ts';
import { faultKind } from './fault-kind.ts';
import { carries, onePart } from './targets.ts';

export const switchFailure = faultKind({
  key: 'switch.failure',
  description: "A rack's switch fails and is repaired by a crew.",
  class: 'network',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody replaces the switch', evidence: 'A' },
  targets: (layout) =>
    layout.racks.flatMap((rack) =>
      switchNames(rack, layout).map((part) => onePart(part, carries(layout, 'rack', rack), [rack])),
    ),
});
