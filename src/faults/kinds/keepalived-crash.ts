/** A keepalived ends and nothing starts it; the other takes the address. */
import { faultKind } from './fault-kind.ts';
import { processParts } from './targets.ts';

export const keepalivedCrash = faultKind({
  key: 'keepalived.crash',
  description: 'A keepalived exits, and stays down until a crew starts it.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'crew', source: 'nothing watches it', evidence: 'A' },
  targets: (layout) => processParts(layout, 'keepalived'),
});
