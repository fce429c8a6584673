/** The process of a kube-vip ends, while the address it set stays on its machine. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const kubeVipCrash = faultKind({
  key: 'kubeVip.crash',
  description: 'A kube-vip ends and is started again by the kubelet.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'the kubelet starts it again', evidence: 'A' },
  isKill: true,
  targets: (layout) => processes(layout, 'kubeVip'),
  impairment: (some) => ({ kind: 'killProcess', processes: some }),
});
