/** The machines of one zone keep running and reach each other, but none elsewhere. */
import { faultKind } from './fault-kind.ts';
import { cutOff } from './targets.ts';

export const zoneIsolation = faultKind({
  key: 'zone.isolation',
  description: 'The network cuts one zone off from all others, both ways.',
  class: 'network',
  layer: 'structure',
  by: { value: 'itself', source: 'the provider ends it', evidence: 'A' },
  targets: (layout) =>
    layout.zones.flatMap((zone) => cutOff(zone, (machine) => machine.zone === zone, layout)),
});
