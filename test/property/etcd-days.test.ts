/**
 * What a day in trouble costs: events executed are counted, not timed, so that the count is the
 * same on every machine.
 */
import { describe, expect, it } from 'vitest';
import { measureDays } from '../../bench/etcd-reach.ts';
import { isLong } from '../support/draws.ts';

/** A day without quorum or with members cut off takes at most so many times a healthy day. */
const MOST = 20;

/** Without PreVote some days never sleep and take millions of events. */
const RULES = isLong ? [true, false] : [true];

describe.each(RULES)('a day in trouble, PreVote %s', (preVote) => {
  const days = measureDays(preVote);
  const sleeping = days.filter(({ sleeps }) => sleeps);

  it.each(sleeping)('$what', ({ events, healthy }) => {
    expect(events / healthy).toBeLessThan(MOST);
  });

  it('never sleeps where members that reach each other campaign without PreVote', () => {
    const wakeful = days.filter(({ sleeps }) => !sleeps).map(({ what }) => what);
    expect(wakeful.length).toBe(preVote ? 0 : 4);
  });

  it('has troubles, and a healthy day beside each', () => {
    expect(sleeping.length).toBeGreaterThan(6);
    for (const { healthy } of days) expect(healthy).toBeGreaterThan(10);
  });
});
