/** Where users are in the network, as ends of it that cuts may name. */
import type { PlacedClients } from '../../model/control-plane/layout.ts';
import type { ClientsSection } from '../catalogue/kubernetes-schema.ts';
import type { Findings } from '../text/findings.ts';
import { unknownName } from '../text/problems.ts';

/** All users, as events and partitions name them. */
export const CLIENTS = 'clients';
/** Beyond all zones. */
export const OUTSIDE = 'outside';
/** On worker nodes, of which each zone has as many. */
export const NODES = 'nodes';

const PATH = ['clients', 'from'];
/** Shares that people write in whole percents. */
const ROUNDING = 1e-9;

export function placeClients(
  { from }: ClientsSection,
  zones: readonly string[],
  findings: Findings,
): PlacedClients[] {
  const shares = new Map<string | undefined, { name: string; share: number }>();
  const add = (place: string, zone: string | undefined, share: number) => {
    const before = shares.get(zone ?? place)?.share ?? 0;
    shares.set(zone ?? place, { name: `${CLIENTS}.${place}`, share: before + share });
  };
  const given = sharesOf(from);
  for (const [place, share] of given) {
    if (zones.includes(place)) add(place, place, share);
    else if (place === NODES && zones.length > 0) {
      for (const zone of zones) add(zone, zone, share / zones.length);
    } else if (place === OUTSIDE || place === NODES) add(place, undefined, share);
    else findings.problem(PATH, unknownName('place', place, [OUTSIDE, NODES, ...zones]));
  }
  const all = given.reduce((sum, [, share]) => sum + share, 0);
  if (Math.abs(all - 1) > ROUNDING) {
    const message = `the shares of users add up to ${Number((all * 100).toPrecision(6))} %`;
    findings.problem(PATH, { message, allowed: '100 %' });
  }
  return [...shares].flatMap(([zone, { name, share }]) => {
    if (share === 0) return [];
    return [{ name, share, zone: zones.includes(zone!) ? zone : undefined }];
  });
}

function sharesOf(from: ClientsSection['from']): readonly (readonly [string, number])[] {
  if (typeof from === 'string') return [[from, 1]];
  if (!Array.isArray(from)) return Object.entries(from as Readonly<Record<string, number>>);
  return from.map((place) => [place, 1 / from.length] as const);
}
