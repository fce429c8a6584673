/** Samples of a simulated quantity, one a replication. */

/** The outcomes of replications 0, 1 and so on, in rising order. */
export function replications(count: number, outcome: (replication: number) => number): number[] {
  const outcomes = Array.from({ length: count }, (_, replication) => outcome(replication));
  return outcomes.sort((a, b) => a - b);
}

/** Of a rising sample: the smallest outcome that `share` of all do not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
