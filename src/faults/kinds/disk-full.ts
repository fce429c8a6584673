/** A full disk: etcd exits at its next write, and its data stay. */
import { faultKind } from './fault-kind.ts';
import { ofMembers } from './targets.ts';

export const diskFull = faultKind({
  key: 'disk.full',
  description: 'A disk under an etcd member is full, so that etcd exits, until a crew clears it.',
  class: 'software',
  layer: 'structure',
  by: { value: 'crew', source: 'somebody clears the disk', evidence: 'A' },
  targets: (layout) => ofMembers(layout, 'disk'),
});
