/**
 * Majority of n repairable members in closed form: lambda = 1/MTTF, mu = 1/MTTR, up while at least
 * k = floor(n/2) + 1 members are. Rates per hour.
 */

export interface MajorityFigures {
  /** Share of time below the majority. */
  readonly unavailability: number;
  /** A year of 8760 h. */
  readonly lossesPerYear: number;
  /** From all up until the first loss. */
  readonly firstLossHours: number;
}

const HOURS_A_YEAR = 8760;

/** A crew for every member: binomial, whatever the laws, for all but the first loss. */
export function independentRepair(n: number, lambda: number, mu: number): MajorityFigures {
  const k = Math.floor(n / 2) + 1;
  const available = mu / (lambda + mu);
  const exactlyUp = (i: number) => choose(n, i) * available ** i * (1 - available) ** (n - i);
  let unavailability = 0;
  for (let i = 0; i < k; i++) unavailability += exactlyUp(i);
  return {
    unavailability,
    lossesPerYear: k * lambda * exactlyUp(k) * HOURS_A_YEAR,
    firstLossHours: firstLoss(n, k, lambda, (down) => down * mu),
  };
}

/** One crew for all members: a birth-death chain, exponential laws only. */
export function oneCrew(n: number, lambda: number, mu: number): MajorityFigures {
  const k = Math.floor(n / 2) + 1;
  const weights = [1];
  for (let down = 1; down <= n; down++) {
    weights.push((weights[down - 1]! * (n - down + 1) * lambda) / mu);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const unavailability = weights.slice(n - k + 1).reduce((sum, weight) => sum + weight, 0) / total;
  return {
    unavailability,
    lossesPerYear: (k * lambda * weights[n - k]! * HOURS_A_YEAR) / total,
    firstLossHours: firstLoss(n, k, lambda, () => mu),
  };
}

/** Members at (1 - beta) lambda, and a shock at beta lambda that takes all down until repaired. */
export function commonCause(n: number, lambda: number, mu: number, beta: number): number {
  const own = independentRepair(n, (1 - beta) * lambda, mu).unavailability;
  return 1 - ((1 - own) * mu) / (mu + beta * lambda);
}

function firstLoss(n: number, k: number, lambda: number, repairRate: (down: number) => number) {
  let sum = 0;
  let previous = 0;
  for (let down = 0; down <= n - k; down++) {
    previous = (1 + repairRate(down) * previous) / ((n - down) * lambda);
    sum += previous;
  }
  return sum;
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}
