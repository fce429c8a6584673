/** A disk accepts writes but makes none durable for a while. */
import { faultKind } from './fault-kind.ts';
import { impairedOf } from './targets.ts';

export const diskStall = faultKind({
  key: 'disk.stall',
  description: 'No fsync of a disk under an etcd member returns, until it is over by itself.',
  class: 'hardware',
  layer: 'etcd messages',
  by: { value: 'itself', source: 'the storage recovers', evidence: 'A' },
  targets: (layout) => impairedOf(layout, 'disk'),
  impairment: (machines) => ({ kind: 'diskStall', machines }),
});
