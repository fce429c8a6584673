/** The process of a controller manager ends without releasing its lease. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const controllerManagerCrash = faultKind({
  key: 'controllerManager.crash',
  description: 'A controller manager ends and is started again by the kubelet.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'the kubelet starts it again', evidence: 'A' },
  isKill: true,
  targets: (layout) => processes(layout, 'controllerManager'),
  impairment: (some) => ({ kind: 'killProcess', processes: some }),
});
