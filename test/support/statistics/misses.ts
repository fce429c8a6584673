/** How often intervals miss a truth that is known; a test holds them to what they say. */

import { clopperPearson, type Estimate } from '../../../src/statistics/intervals.ts';
import { draws } from '../draws.ts';

export const CONFIDENCES = [0.9, 0.95, 0.99];
export const SAMPLES = draws(400, 2000);

/** Uniform numbers in (0, 1): mulberry32. */
export function uniformFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

export type Law = (uniform: () => number) => number;

export const exponential: Law = (uniform) => -Math.log(uniform());
const normal: Law = (uniform) =>
  Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
/** Of mean 1. */
export const lognormal =
  (spread: number): Law =>
  (uniform) =>
    Math.exp(spread * normal(uniform) - (spread * spread) / 2);

/** Misses of samples that have an interval, by confidence. */
export function missesOf(
  truth: number,
  intervalOf: (sample: number) => ((confidence: number) => Estimate) | undefined,
  asked = SAMPLES,
) {
  const misses = CONFIDENCES.map(() => 0);
  let samples = 0;
  for (let sample = 0; sample < asked; sample++) {
    const interval = intervalOf(sample);
    if (interval === undefined) continue;
    samples++;
    for (const [index, confidence] of CONFIDENCES.entries()) {
      const { low, high } = interval(confidence);
      if (!(low <= truth && truth <= high)) misses[index]!++;
    }
  }
  return { samples, misses };
}

/** The confidences whose intervals missed more often than they say, with their share of misses. */
export function dishonest({ samples, misses }: { samples: number; misses: readonly number[] }) {
  return CONFIDENCES.flatMap((confidence, index) => {
    const share = clopperPearson(misses[index]!, samples, 0.998);
    return share.low > 1 - confidence ? [{ confidence, missed: share.estimate }] : [];
  });
}
