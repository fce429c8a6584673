/** Estimates carried to another unit or to the other side of 1, and those of nothing seen. */
import type { Estimate } from '../statistics/intervals.ts';

/** Applies a monotone map to the estimate and both its bounds. */
export function mapEstimate(estimate: Estimate, map: (value: number) => number): Estimate {
  const one = map(estimate.low);
  const other = map(estimate.high);
  return {
    estimate: map(estimate.estimate),
    low: Math.min(one, other),
    high: Math.max(one, other),
    confidence: estimate.confidence,
  };
}

/** Where nothing was seen only the bounds say something: an estimate of 0 would promise 100 %. */
export function estimatedIfSeen(estimate: Estimate, seen: number): Estimate {
  return seen > 0 ? estimate : { ...estimate, estimate: Number.NaN };
}
