/** Two samples of one quantity held against each other. */

/** Kolmogorov and Smirnov's distance: the largest difference of the shares below any value. */
export function distance(first: readonly number[], second: readonly number[]): number {
  const below = (sample: readonly number[], value: number) =>
    sample.filter((one) => one <= value).length / sample.length;
  return Math.max(
    ...[...first, ...second].map((value) => Math.abs(below(first, value) - below(second, value))),
  );
}

/**
 * The distance that two samples of one law exceed with a chance of about 1 in 1000: 1.95 times
 * sqrt(1/n + 1/m), from the asymptotic law.
 */
export function farthest(first: readonly number[], second: readonly number[]): number {
  return 1.95 * Math.sqrt(1 / first.length + 1 / second.length);
}
