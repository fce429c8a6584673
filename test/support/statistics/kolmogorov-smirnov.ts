/** The largest distance between distributions, and what it may be. Samples come in rising order. */

/** Between a sample and a continuous law. */
export function distanceFromLaw(sorted: readonly number[], law: (value: number) => number): number {
  return Math.max(
    ...sorted.map((value, place) => {
      const share = law(value);
      return Math.max(share - place / sorted.length, (place + 1) / sorted.length - share);
    }),
  );
}

/** Between two samples. */
export function distanceBetween(one: readonly number[], other: readonly number[]): number {
  let farthest = 0;
  let place = 0;
  let otherPlace = 0;
  while (place < one.length && otherPlace < other.length) {
    const value = Math.min(one[place]!, other[otherPlace]!);
    while (one[place]! <= value) place++;
    while (other[otherPlace]! <= value) otherPlace++;
    farthest = Math.max(farthest, Math.abs(place / one.length - otherPlace / other.length));
  }
  return farthest;
}

/** A distance that is exceeded with probability `level`, by the limit for large samples. */
export function criticalDistance(level: number, count: number, others?: number): number {
  const size = others === undefined ? count : (count * others) / (count + others);
  return Math.sqrt(-Math.log(level / 2) / (2 * size));
}
