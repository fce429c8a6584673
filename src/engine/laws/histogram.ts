/**
 * An empirical law: bins with weights, such as a table of observed repair times, uniform inside
 * each bin. Nothing lies beyond the outer edges: a tail that was not seen is not guessed.
 */
import type { RandomStream } from '../random-streams.ts';
import { type Law, type LawPlanOf, unitExponential } from './law.ts';
import { requireAbove, requireNotNegative } from './requirements.ts';

export class Histogram implements Law {
  readonly hasHazard = true;
  readonly plan: LawPlanOf<'histogram'>;
  readonly mean: number;
  readonly variance: number;
  private readonly edges: readonly number[];
  /** Share of each bin. */
  private readonly shares: readonly number[];
  /** Share below and above each edge, summed from its own end so that both stay accurate. */
  private readonly below: readonly number[];
  private readonly above: readonly number[];

  /**
   * @param edges rising, the first 0 or more; one more than there are bins
   * @param weights of the bins, 0 or more, in any unit
   * @throws RangeError where edges do not rise, a weight is negative, all are 0 or counts differ
   */
  constructor(edges: readonly number[], weights: readonly number[]) {
    requireBins(edges, weights);
    this.plan = { family: 'histogram', edges, weights };
    const first = weights.findIndex((weight) => weight > 0);
    const end = weights.findLastIndex((weight) => weight > 0) + 1;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const shares = weights.slice(first, end).map((weight) => weight / total);
    this.edges = edges.slice(first, end + 1);
    this.shares = shares;
    this.below = runningSums(shares);
    this.above = runningSums(shares.toReversed()).toReversed();
    const middle = (bin: number) => (this.edges[bin]! + this.edges[bin + 1]!) / 2;
    const mean = shares.reduce((sum, share, bin) => sum + share * middle(bin), 0);
    this.mean = mean;
    this.variance = shares.reduce((sum, share, bin) => {
      return sum + share * (this.width(bin) ** 2 / 12 + (middle(bin) - mean) ** 2);
    }, 0);
  }

  cumulativeHazard(t: number): number {
    const bins = this.shares.length;
    if (t <= this.edges[0]!) return 0;
    if (t >= this.edges[bins]!) return Number.POSITIVE_INFINITY;
    const bin = firstBin(bins, (candidate) => t < this.edges[candidate + 1]!);
    const density = this.shares[bin]! / this.width(bin);
    const below = this.below[bin]! + (t - this.edges[bin]!) * density;
    return below < 0.5
      ? -Math.log1p(-below)
      : -Math.log(this.above[bin + 1]! + (this.edges[bin + 1]! - t) * density);
  }

  inverseHazard(h: number): number {
    const bins = this.shares.length;
    if (h < Math.LN2) {
      const below = -Math.expm1(-h);
      const bin = firstBin(bins, (candidate) => below <= this.below[candidate + 1]!);
      const share = (below - this.below[bin]!) / this.shares[bin]!;
      return this.edges[bin]! + share * this.width(bin);
    }
    const above = Math.exp(-h);
    const bin = firstBin(bins, (candidate) => above >= this.above[candidate + 1]!);
    const share = (above - this.above[bin + 1]!) / this.shares[bin]!;
    return this.edges[bin + 1]! - share * this.width(bin);
  }

  draw(stream: RandomStream): number {
    return this.inverseHazard(unitExponential(stream));
  }

  private width(bin: number): number {
    return this.edges[bin + 1]! - this.edges[bin]!;
  }
}

/** The first of `bins` for which `holds`, which must hold from some bin on; the last otherwise. */
function firstBin(bins: number, holds: (bin: number) => boolean): number {
  let low = 0;
  let high = bins - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function runningSums(shares: readonly number[]): number[] {
  const sums = [0];
  for (const share of shares) sums.push(sums.at(-1)! + share);
  return sums;
}

function requireBins(edges: readonly number[], weights: readonly number[]): void {
  if (weights.length === 0 || edges.length !== weights.length + 1) {
    throw new RangeError(
      'histogram: there must be at least one weight and one edge more than weights, ' +
        `not ${edges.length} edges and ${weights.length} weights`,
    );
  }
  requireNotNegative('histogram: edge0', edges[0]!);
  for (let index = 1; index < edges.length; index++) {
    requireAbove(`histogram: edge${index}`, edges[index]!, 'the edge before', edges[index - 1]!);
  }
  weights.forEach((weight, index) => {
    requireNotNegative(`histogram: weight${index}`, weight);
  });
  if (!weights.some((weight) => weight > 0)) {
    throw new RangeError('histogram: at least one weight must be above 0');
  }
}
