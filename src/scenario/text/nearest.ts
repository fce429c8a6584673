/**
 * The known word that a misspelt one was perhaps meant to be, by Levenshtein's distance; of a
 * version, the known one next to it.
 */

const LONGEST_COMPARED = 64;

const VERSION = /^(\d+)\.(\d+)$/;

/** The word of `known` nearest to `word`, or undefined where none is near enough to be a slip. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > LONGEST_COMPARED) return undefined;
  if (known.length > 0 && [word, ...known].every((one) => VERSION.test(one))) {
    return nearestVersion(word, known);
  }
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = distanceBetween(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function nearestVersion(word: string, known: readonly string[]): string {
  const [major, minor] = numbersOf(word);
  const distance = (version: string) => {
    const [otherMajor, otherMinor] = numbersOf(version);
    return [Math.abs(otherMajor - major), Math.abs(otherMinor - minor)] as const;
  };
  return known.reduce((best, version) => {
    const [inMajor, inMinor] = distance(version);
    const [bestInMajor, bestInMinor] = distance(best);
    const isNearer = inMajor < bestInMajor || (inMajor === bestInMajor && inMinor < bestInMinor);
    return isNearer ? version : best;
  });
}

function numbersOf(version: string): [major: number, minor: number] {
  const [, major, minor] = VERSION.exec(version)!;
  return [Number(major), Number(minor)];
}

/**
 * How many characters must be put in, taken out, replaced or swapped with the next one to turn
 * `from` into `to`: Levenshtein's distance with swaps, which are the commonest slip.
 */
function distanceBetween(from: string, to: string): number {
  const rows = [Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= from.length; i++) {
    const above = rows[i - 1]!;
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = above[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[from.length]![to.length]!;
}
