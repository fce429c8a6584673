import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/engine/clock.ts';
import type { WorkingHours } from '../../src/faults/plans.ts';
import { finishOfWork } from '../../src/faults/working-hours.ts';

/** Minute by minute, for whole minutes of work. */
function byTheMinute(start: number, work: number, hours: WorkingHours): number {
  let now = start;
  let left = work;
  while (left > 0) {
    const time = now % DAY;
    const isOpen =
      hours.days.includes(Math.floor(now / DAY) % 7) && time >= hours.from && time < hours.to;
    if (isOpen) left -= MINUTE;
    now += MINUTE;
  }
  return now;
}

describe('finishOfWork', () => {
  it('is plain addition without working hours', () => {
    expect(finishOfWork(5, 7, undefined)).toBe(12);
  });

  it('waits for Monday', () => {
    const hours = { days: [0, 1, 2, 3, 4], from: 9 * HOUR, to: 17 * HOUR };
    const friday = 4 * DAY + 16 * HOUR;
    expect(finishOfWork(friday, 2 * HOUR, hours)).toBe(7 * DAY + 10 * HOUR);
  });

  it('ends a day at closing time rather than the next morning', () => {
    const hours = { days: [0], from: 9 * HOUR, to: 17 * HOUR };
    expect(finishOfWork(0, 8 * HOUR, hours)).toBe(17 * HOUR);
    expect(finishOfWork(0, 16 * HOUR, hours)).toBe(7 * DAY + 17 * HOUR);
  });

  it('agrees with a count of minutes', () => {
    const days = fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 7 });
    const opening = fc.tuple(fc.nat(22), fc.integer({ min: 1, max: 24 }));
    fc.assert(
      fc.property(
        days,
        opening,
        fc.nat(20_000),
        fc.integer({ min: 1, max: 9_000 }),
        (d, o, s, w) => {
          const [from, length] = o;
          const to = Math.min(24, from + length);
          const hours = { days: d, from: from * HOUR, to: to * HOUR };
          const start = s * MINUTE;
          const work = w * MINUTE;
          expect(finishOfWork(start, work, hours)).toBe(byTheMinute(start, work, hours));
        },
      ),
      { seed: 8, numRuns: 100 },
    );
  });
});
