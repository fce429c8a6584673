/** The process of a scheduler ends without releasing its lease. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const schedulerCrash = faultKind({
  key: 'scheduler.crash',
  description: 'A scheduler ends and is started again by the kubelet.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'the kubelet starts it again', evidence: 'A' },
  isKill: true,
  targets: (layout) => processes(layout, 'scheduler'),
  impairment: (some) => ({ kind: 'killProcess', processes: some }),
});
