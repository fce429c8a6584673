/** The process of an HAProxy ends, and with it the connections through it. */
import { faultKind } from './fault-kind.ts';
import { processes } from './targets.ts';

export const haproxyCrash = faultKind({
  key: 'haproxy.crash',
  description: 'An HAProxy on a machine of its own ends and is started again.',
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'systemd starts it again', evidence: 'A' },
  isKill: true,
  targets: (layout) => processes(layout, 'haproxy'),
  impairment: (some) => ({ kind: 'killProcess', processes: some }),
});
