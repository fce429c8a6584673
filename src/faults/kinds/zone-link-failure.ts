/** Two zones lose each other, while both still reach all the rest. */
import type { Layout } from '../../model/control-plane/layout.ts';
import { faultKind, type Target } from './fault-kind.ts';
import { cutBothWays } from './targets.ts';

export const zoneLinkFailure = faultKind({
  key: 'zoneLink.failure',
  description: 'The network between two zones fails, both ways, each pair by itself.',
  class: 'network',
  layer: 'structure',
  by: { value: 'itself', source: 'the provider ends it', evidence: 'A' },
  targets: zonePairs,
});

function zonePairs({ machines, clients, zones }: Layout): Target[] {
  const inside = (zone: string) =>
    [...machines, ...clients].filter((end) => end.zone === zone).map(({ name }) => name);
  return zones.flatMap((one, index) =>
    zones.slice(index + 1).flatMap((other): Target[] => {
      const sides = [inside(one), inside(other)] as const;
      if (sides[0].length === 0 || sides[1].length === 0) return [];
      const hit = { parts: [], cuts: cutBothWays(...sides), impaired: [] };
      const base = { component: `${one}:${other}`, ...hit, clockOf: undefined, overriddenBy: [] };
      return [{ ...base, carriesMember: true }];
    }),
  );
}
