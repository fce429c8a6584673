/**
 * What a day in trouble costs: events executed are counted, not timed, so that the count is the
 * same on every machine.
 */
import { describe, expect, it } from 'vitest';
import { measureDays } from '../../bench/etcd-reach.ts';

/** A day without quorum or with members cut off takes at most so many times a healthy day. */
const MOST = 20;

describe.each([true, false])('a day in trouble, PreVote %s', (preVote) => {
  const days = measureDays(preVote);

  it.each(days)('$what', ({ events, healthy }) => {
    expect(events / healthy).toBeLessThan(MOST);
  });

  it('has troubles, and a healthy day beside each', () => {
    expect(days.length).toBeGreaterThan(6);
    for (const { healthy } of days) expect(healthy).toBeGreaterThan(10);
  });
});
