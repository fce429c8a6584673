/**
 * When standbys take over a lease, exactly, where calls take no time: the leader renewed last A
 * before it died, A being U(0, 2); a standby saw that at its first poll after it, R later, by the
 * stationary residual of gaps of U(2, 4.4); it takes over at its first poll that is 15 s or more
 * after that one, W later, by first passage. So T = R + W - A, with one A for all standbys.
 * Seconds, on a grid.
 */

const STEP = 0.005;
const LEASE = 15;
const SHORTEST = 2;
const LONGEST = 4.4;
const MEAN = (SHORTEST + LONGEST) / 2;

const cells = (seconds: number) => Math.round(seconds / STEP);

/** Masses on the grid of a density on [from, to], by the trapezoid rule. */
function masses(from: number, to: number, density: (value: number) => number): Float64Array {
  const result = new Float64Array(cells(to) + 1);
  for (let cell = cells(from); cell <= cells(to); cell++) {
    const isEnd = cell === cells(from) || cell === cells(to);
    result[cell] = density(cell * STEP) * STEP * (isEnd ? 0.5 : 1);
  }
  return result;
}

function convolve(one: Float64Array, other: Float64Array): Float64Array {
  const result = new Float64Array(one.length + other.length - 1);
  one.forEach((mass, cell) => {
    if (mass === 0) return;
    for (let shift = 0; shift < other.length; shift++)
      result[cell + shift]! += mass * other[shift]!;
  });
  return result;
}

/** Of a poll: how likely the next is later than so many seconds from a random instant. */
export function residualSurvival(seconds: number): number {
  if (seconds <= 0) return 1;
  if (seconds >= LONGEST) return 0;
  if (seconds <= SHORTEST) return 1 - seconds / MEAN;
  return (LONGEST - seconds) ** 2 / (2 * (LONGEST - SHORTEST) * MEAN);
}

/** The density of polls so long after a poll, on the grid: it tends to 1 / mean. */
export function renewalMasses(until: number): Float64Array {
  const gap = masses(SHORTEST, LONGEST, () => 1 / (LONGEST - SHORTEST));
  const renewals = new Float64Array(cells(until) + 1);
  renewals[0] = 1;
  for (let cell = cells(SHORTEST); cell < renewals.length; cell++) {
    for (let back = cells(SHORTEST); back <= Math.min(cell, cells(LONGEST)); back++) {
      renewals[cell]! += gap[back]! * renewals[cell - back]!;
    }
  }
  return renewals;
}

/** How far the density of polls is from constant, over a cycle that ends so long after a poll. */
export function distanceFromStationary(seconds: number): number {
  const late = renewalMasses(seconds).subarray(cells(seconds - LONGEST));
  return Math.max(...late.map((mass) => Math.abs((mass / STEP) * MEAN - 1)));
}

/** Masses of R + W. */
function waitMasses(): Float64Array {
  const gap = masses(SHORTEST, LONGEST, () => 1 / (LONGEST - SHORTEST));
  const before = renewalMasses(LEASE - STEP);
  const passage = convolve(before, gap);
  passage.fill(0, 0, cells(LEASE));
  const residual = masses(0, LONGEST, (value) =>
    value <= SHORTEST ? 1 / MEAN : (LONGEST - value) / (LONGEST - SHORTEST) / MEAN,
  );
  return convolve(residual, passage);
}

/** F(t) of the time from the leader's death until one of so many standbys takes over. */
export function takeoverLaw(standbys: number): (seconds: number) => number {
  const wait = waitMasses();
  const survival = new Float64Array(wait.length + 1);
  for (let cell = wait.length - 1; cell >= 0; cell--) {
    survival[cell] = survival[cell + 1]! + wait[cell]!;
  }
  const period = cells(SHORTEST);
  return (seconds) => {
    let sum = 0;
    for (let shift = 0; shift < period; shift++) {
      const cell = Math.min(survival.length - 1, cells(seconds) + shift);
      sum += Math.min(1, survival[cell]!) ** standbys;
    }
    return 1 - sum / period;
  };
}

/** F(t) of the time from the leader's release until one of so many standbys takes over. */
export function releaseLaw(standbys: number): (seconds: number) => number {
  return (seconds) => 1 - residualSurvival(seconds) ** standbys;
}

/** The value that a share of outcomes does not exceed, to a millisecond. */
export function quantileOf(law: (seconds: number) => number, share: number): number {
  let low = 0;
  let high = 30;
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (law(middle) < share) low = middle;
    else high = middle;
  }
  return high;
}

/** The mean of a law of positive values. */
export function meanOf(law: (seconds: number) => number): number {
  let sum = 0;
  for (let seconds = STEP / 2; seconds < 30; seconds += STEP) sum += (1 - law(seconds)) * STEP;
  return sum;
}
