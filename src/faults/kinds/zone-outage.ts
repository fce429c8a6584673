/** All machines of a zone go down together, and come back with their data. */
import { faultKind } from './fault-kind.ts';
import { carries, onePart } from './targets.ts';

export const zoneOutage = faultKind({
  key: 'zone.outage',
  description: 'A zone goes down as a whole and comes back by itself.',
  class: 'power and site',
  layer: 'structure',
  by: { value: 'itself', source: 'the provider ends it', evidence: 'A' },
  targets: (layout) => layout.zones.map((zone) => onePart(zone, carries(layout, 'zone', zone))),
});
