/** A provider's balancer passes no connection on, whatever stands behind it. */
import { CLOUD_BALANCER } from '../../model/load-balancer/balancer-plan.ts';
import { faultKind } from './fault-kind.ts';
import { onePart } from './targets.ts';

export const loadBalancerOutage = faultKind({
  key: 'loadBalancer.outage',
  description: "A cloud's load balancer fails as a whole and comes back by itself.",
  class: 'software',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'the provider ends it', evidence: 'A' },
  targets: ({ balancer }) => (balancer === 'cloud' ? [onePart(CLOUD_BALANCER, false)] : []),
});
