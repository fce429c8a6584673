/** The sides of a cut: which machines stand on each, and whose messages pass no more. */
import { cutBothWays } from '../../faults/kinds/targets.ts';
import type { CutPlan } from '../../model/network/machine-network.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';
import type { Names } from './names.ts';

interface Cut {
  readonly between: readonly (readonly string[])[];
  readonly direction: 'both' | 'oneWay';
}

/** Names of one side as machines; by default all machines have a place. */
type OpenSide = (names: readonly string[], path: Path) => string[];

/** One side as the scenario writes it. */
export interface WrittenSide {
  readonly names: readonly string[];
  readonly path: Path;
}

/** A role and the one that holds or is held by it. */
const OVERLAPPING: ReadonlyMap<string, string> = new Map([
  ['follower', 'followers'],
  ['followers', 'follower'],
]);

/** The machines of each side; whoever stands on two is reported. */
export function openSides(
  written: readonly WrittenSide[],
  open: OpenSide,
  findings: Findings,
): string[][] {
  const sides = written.map(({ names, path }) => open(names, path));
  const seen = new Set<string>();
  sides.forEach((side, index) => {
    for (const machine of side) {
      if (seen.has(machine) || seen.has(OVERLAPPING.get(machine) ?? '')) {
        const message = `${machine} stands on two sides of the partition`;
        const allowed = 'each machine on one side';
        findings.problem(written[index]!.path, { message, allowed });
      }
    }
    for (const machine of side) seen.add(machine);
  });
  return sides;
}

/** The messages lost between each two sides; sides that overlap or are empty are reported. */
export function cutsBetween(
  { between, direction }: Cut,
  path: Path,
  names: Names,
  findings: Findings,
  open: OpenSide = (side, place) => names.ends(side, place, findings),
): CutPlan[] {
  const place = [...path, 'between'];
  const written = between.map((side, index) => ({ names: side, path: [...place, index] }));
  const sides = openSides(written, open, findings);
  if (direction === 'both') {
    return sides.flatMap((one, index) =>
      sides.slice(index + 1).flatMap((other) => cutBothWays(one, other)),
    );
  }
  if (sides.length > 2) {
    const message = `a one-way cut has two sides, not ${sides.length}`;
    findings.problem(place, { message, allowed: 'from the first side to the second' });
  }
  return [{ from: sides[0]!, to: sides[1]! }];
}
