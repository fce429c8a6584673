/** All machines of a rack go down together, and come back with their data. */
import { faultKind } from './fault-kind.ts';
import { carries, onePart } from './targets.ts';

export const rackOutage = faultKind({
  key: 'rack.outage',
  description: 'A rack loses power or network as a whole; repaired by a crew.',
  class: 'power and site',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody repairs the rack', evidence: 'A' },
  targets: (layout) => layout.racks.map((rack) => onePart(rack, carries(layout, 'rack', rack))),
});
