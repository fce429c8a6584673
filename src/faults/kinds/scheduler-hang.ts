/** A scheduler stands still without ending, and keeps its lease until that expires. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const schedulerHang = faultKind({
  key: 'scheduler.hang',
  description: 'A scheduler hangs; its liveness probe may end it before `repair`.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'it goes on, or its liveness probe ends it', evidence: 'A' },
  targets: (layout) => processes(layout, 'scheduler'),
  impairment: (some) => ({ kind: 'freezeProcess', processes: some }),
});
