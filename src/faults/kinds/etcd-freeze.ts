/** An etcd process does nothing for a while, and its peers see silence, not a closed connection. */
import { faultKind } from './fault-kind.ts';
import { impairedOf } from './targets.ts';

export const etcdFreeze = faultKind({
  key: 'etcd.freeze',
  description: 'An etcd process freezes and continues by itself, such as in a paused machine.',
  class: 'software',
  layer: 'etcd messages',
  by: { value: 'itself', source: 'whatever paused it lets it go on', evidence: 'A' },
  targets: (layout) => impairedOf(layout, 'etcd'),
  impairment: (machines) => ({ kind: 'freeze', machines }),
});
