/** A controller manager stands still without ending, and keeps its lease until that expires. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const controllerManagerHang = faultKind({
  key: 'controllerManager.hang',
  description: 'A controller manager hangs; its liveness probe may end it before `repair`.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'it goes on, or its liveness probe ends it', evidence: 'A' },
  targets: (layout) => processes(layout, 'controllerManager'),
  impairment: (some) => ({ kind: 'freezeProcess', processes: some }),
});
