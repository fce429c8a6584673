/** The process of an API server ends without draining its connections. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const apiServerCrash = faultKind({
  key: 'apiServer.crash',
  description: 'An API server ends; the kubelet starts it again after its back-off.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'the kubelet starts it again', evidence: 'A' },
  isKill: true,
  targets: (layout) => processes(layout, 'apiServer'),
  impairment: (some) => ({ kind: 'killProcess', processes: some }),
});
