/**
 * Why a level is lost: the smallest set of active faults that would break it alone. Sets of one
 * size are tried with the faults that began first in front, so the answer does not depend on luck.
 */
import type { LevelExpression } from '../model/topology.ts';
import type { FaultState, Structure } from './structure.ts';

/** Smaller sets looked at before the search rests with an irreducible one. */
const SEARCH_LIMIT = 20_000;

/**
 * Indexes into `faults` of a smallest set that breaks the level alone; undefined where even all of
 * them leave it standing. Beyond the search limit the set is irreducible (no fault of it can be
 * spared) but perhaps not the smallest.
 */
export function smallestExplanation(
  structure: Structure,
  level: LevelExpression,
  faults: readonly FaultState[],
): readonly number[] | undefined {
  const breaks = (chosen: readonly number[]) =>
    !structure.holds(
      level,
      chosen.map((index) => faults[index]!),
    );
  const all = faults.map((_, index) => index);
  if (!breaks(all)) return undefined;
  const enough = irreducible(all, breaks);
  let looked = 0;
  for (let size = 0; size < enough.length; size++) {
    for (const chosen of combinations(all.length, size)) {
      if (breaks(chosen)) return chosen;
      if (++looked > SEARCH_LIMIT) return enough;
    }
  }
  return enough;
}

/** Drops the latest faults first while the rest still breaks the level. */
function irreducible(
  all: readonly number[],
  breaks: (chosen: readonly number[]) => boolean,
): readonly number[] {
  let kept = all;
  for (const index of [...all].reverse()) {
    const fewer = kept.filter((other) => other !== index);
    if (breaks(fewer)) kept = fewer;
  }
  return kept;
}

/** Sets of `size` of the numbers below `count`, each ascending, in lexical order. */
function* combinations(count: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, index) => index);
  while (true) {
    yield [...chosen];
    let place = size - 1;
    while (place >= 0 && chosen[place] === count - size + place) place--;
    if (place < 0) return;
    chosen[place]!++;
    for (let next = place + 1; next < size; next++) chosen[next] = chosen[next - 1]! + 1;
  }
}
