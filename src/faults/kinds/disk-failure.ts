/** A disk fails for good, with the member's data on it. */
import { faultKind } from './fault-kind.ts';
import { ofMembers } from './targets.ts';

export const diskFailure = faultKind({
  key: 'disk.failure',
  description: 'The disk under an etcd member fails and is replaced, empty, by a crew.',
  class: 'hardware',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody replaces the disk', evidence: 'A' },
  losesData: true,
  renewedBy: ['machine.loss'],
  targets: (layout) => ofMembers(layout, 'disk'),
});
