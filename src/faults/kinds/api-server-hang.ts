/** An API server accepts connections and answers nothing. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const apiServerHang = faultKind({
  key: 'apiServer.hang',
  description: 'An API server hangs; its liveness probe may end it before `repair`.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'it goes on, or its liveness probe ends it', evidence: 'A' },
  targets: (layout) => processes(layout, 'apiServer'),
  impairment: (some) => ({ kind: 'freezeProcess', processes: some }),
});
