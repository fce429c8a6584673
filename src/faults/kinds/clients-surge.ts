/** Nodes ask more than usual of the API servers for a while. Nodes themselves do not fail. */

import type { ImpairmentPlan } from '../plans.ts';
import { faultKind, type KindValues, type Target } from './fault-kind.ts';

export const clientsSurge = faultKind({
  key: 'clients.surge',
  description: 'Nodes ask more of the API servers for a while; needs the section `load`.',
  class: 'overload',
  layer: 'kubernetes',
  by: { value: 'itself', source: 'clients have what they wanted', evidence: 'A' },
  settings: [
    {
      key: 'listsPerNode',
      type: 'rate',
      unit: 'lists per time',
      source: 'none more unless said',
      evidence: 'A',
      description: 'Lists that each node sends beside what it sends anyway.',
      examples: ['1 / min'],
    },
    {
      key: 'requestsPerNode',
      type: 'rate',
      unit: 'requests per time',
      source: 'none more unless said',
      evidence: 'A',
      description: 'Requests that each node sends beside what it sends anyway.',
      examples: ['2 / s'],
    },
  ],
  needsSetting: 'nothing says how strong the surge is',
  targets: () => [CLIENTS],
  impairment: (_nobody, values) => surgeOf(values),
});

/** Nodes have no place of their own. */
const CLIENTS: Target = {
  component: 'clients',
  parts: [],
  cuts: [],
  impaired: [],
  clockOf: undefined,
  overriddenBy: [],
  carriesMember: false,
};

/** What nodes ask for more. */
export function surgeOf({ listsPerNode = 0, requestsPerNode = 0 }: KindValues): ImpairmentPlan {
  return { kind: 'surge', listsPerNode, requestsPerNode };
}
