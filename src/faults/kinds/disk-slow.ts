/** A fail-slow disk: it works, but each fsync takes many times as long. */
import { faultKind } from './fault-kind.ts';
import { impairedOf } from './targets.ts';

export const diskSlow = faultKind({
  key: 'disk.slow',
  description: 'A disk under an etcd member takes `slowdown` times as long, until a crew acts.',
  class: 'hardware',
  layer: 'etcd messages',
  by: { value: 'crew', source: 'nothing but a new disk ends it', evidence: 'A' },
  renewedBy: ['machine.loss'],
  settings: [
    {
      key: 'slowdown',
      type: 'factor',
      default: 100,
      unit: 'times as long',
      source:
        'a choice: Gunawi et al. (FAST 2018, sections 1 and 5.3) saw disks 1000 times slower, ' +
        'Hao et al. (FAST 2016) count those twice as slow as their peers',
      evidence: 'A',
      description: 'How many times as long each fsync takes.',
      examples: [100],
    },
  ],
  targets: (layout) => impairedOf(layout, 'disk'),
  impairment: (machines, { slowdown = 1 }) => ({
    kind: 'diskSlow',
    machines,
    factor: slowdown,
    added: 0,
  }),
});
