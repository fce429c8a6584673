/**
 * When the timer of a check is looked at. Traced on HAProxy 2.6.12: three servers, `inter 2s`,
 * `timeout check 1s`, one of them never answers; the other two were checked so many ms after its
 * check began, and the resolvers' timer fires each 1001 ms.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND } from '../../../../src/engine/clock.ts';
import {
  type Firings,
  ProcessTimers,
} from '../../../../src/model/load-balancer/haproxy/process-timers.ts';

const KEPT = 2_000;

/** Milliseconds; `resolvers` is when their timer fires first after the check began. */
function looked(resolvers: number, others: readonly number[], kept = KEPT): number {
  const timers = new ProcessTimers();
  timers.restart(resolvers * MILLISECOND);
  const asker = { firings: (): Firings => ({ next: 0, period: MILLISECOND }) };
  timers.add(asker);
  for (const next of others) {
    const firings = { next: next * MILLISECOND, period: 2_002 * MILLISECOND };
    timers.add({ firings: () => firings });
  }
  return timers.looksAt(asker, 0, kept * MILLISECOND) / MILLISECOND;
}

describe('the timer of a check that did not take its new place', () => {
  it.each([
    ['at the last of the others', 13, [656, 1_317], 1_317],
    ['at the last of the others', 6, [309, 1_654], 1_654],
    ['at that of the resolvers after it', 697, [0, 1_344], 1_696],
    ['at that of the resolvers after it', 352, [0, 658], 1_353],
  ] as const)('is looked at %s', (_when, resolvers, others, measured) => {
    expect(Math.abs(looked(resolvers, others) - measured)).toBeLessThan(3);
  });

  it('is looked at with the first of the resolvers where there is no other server', () => {
    // Before `timeout check` is over, which puts it right: checks took 1001 to 1005 ms.
    expect(looked(3, [])).toBe(3);
    expect(looked(3, [], 3_000)).toBe(3);
  });

  it('fires by itself where nothing else does before', () => {
    expect(looked(900, [1_000], 800)).toBe(800);
  });

  it('is looked at once where others fire at the same time', () => {
    expect(looked(1_500, [1_500, 1_500])).toBe(1_500);
  });

  it('knows of timers that do not fire', () => {
    const timers = new ProcessTimers();
    timers.restart(5_000);
    const asker = { firings: () => undefined };
    timers.add({ firings: () => undefined });
    expect(timers.looksAt(asker, 0, KEPT)).toBe(KEPT);
  });
});
