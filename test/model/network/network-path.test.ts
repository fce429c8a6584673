import { describe, expect, it } from 'vitest';
import { type Duration, MILLISECOND, NEVER, SECOND } from '../../../src/engine/clock.ts';
import { Delays } from '../../../src/model/network/delays.ts';
import { type Impairment, Link } from '../../../src/model/network/link.ts';
import { NetworkPath } from '../../../src/model/network/network-path.ts';

const SOUND: Impairment = { delay: 0, jitter: 0, loss: 0, bandwidth: Number.POSITIVE_INFINITY };
const DRAWS = 20_000;

function way(there: Partial<Impairment>, back: Partial<Impairment> = there, key = 7): NetworkPath {
  return new NetworkPath(key, [{ ...SOUND, ...there }], [{ ...SOUND, ...back }]);
}

/** The share of requests, each sent at another moment, that take so long at most. */
function share(of: (now: number) => Duration, patience: Duration): number {
  let count = 0;
  for (let index = 0; index < DRAWS; index++) if (of(index * 37_003 + 11) <= patience) count++;
  return count / DRAWS;
}

/** Five standard errors of a share. */
const tolerance = (expected: number) => 5 * Math.sqrt((expected * (1 - expected) + 1e-4) / DRAWS);

describe('a way', () => {
  it('adds up what faults do to it, in both directions', () => {
    const slow = { ...SOUND, delay: 100 * MILLISECOND };
    const jittery = { ...SOUND, delay: 20 * MILLISECOND, jitter: 10 * MILLISECOND };
    expect(new NetworkPath(1, [slow, jittery], []).roundTrip).toBe(125 * MILLISECOND);
    expect(new NetworkPath(1, [slow], [slow]).roundTrip).toBe(200 * MILLISECOND);
    expect(new NetworkPath(1, [slow], [slow]).isSteady).toBe(true);
    expect(new NetworkPath(1, [slow], [jittery]).isSteady).toBe(false);
    expect(way({ bandwidth: 1000 }).isSound).toBe(true);
  });

  it('takes the same each time where it is steady', () => {
    const steady = way({ delay: 300 * MILLISECOND });
    expect(steady.exchangeAt(5)).toBe(600 * MILLISECOND);
    expect(steady.connectingAt(99)).toBe(600 * MILLISECOND);
    expect(steady.exchange.all).toEqual([{ after: 600 * MILLISECOND, share: 1 }]);
    expect(steady.exchanges(3).all).toEqual([{ after: 1.8 * SECOND, share: 1 }]);
  });

  it.each([
    ['loses a little', { loss: 0.05 }, { loss: 0.05 }],
    ['loses half', { loss: 0.5 }, { loss: 0.5 }],
    ['loses one way', { loss: 0.3, delay: 40 * MILLISECOND }, {}],
    ['loses nearly all', { loss: 0.9 }, { loss: 0.6 }],
  ] as const)('that %s has single requests by the shares that it tells', (_what, there, back) => {
    const lossy = way(there, back);
    for (const milliseconds of [1, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 60_000]) {
      const patience = milliseconds * MILLISECOND;
      const trips = share((now) => lossy.exchangeAt(now), patience);
      const told = lossy.exchange.within(patience);
      expect(Math.abs(trips - told), `${milliseconds} ms`).toBeLessThan(tolerance(told));
      const both = share((now) => lossy.exchangeAt(now, 0) + lossy.exchangeAt(now, 1), patience);
      const toldBoth = lossy.exchanges(2).within(patience);
      expect(Math.abs(both - toldBoth), `twice ${milliseconds} ms`).toBeLessThan(
        tolerance(toldBoth),
      );
      const connected = share((now) => lossy.connectingAt(now), patience);
      const toldConnected = lossy.connecting.within(patience);
      expect(Math.abs(connected - toldConnected), `SYN ${milliseconds} ms`).toBeLessThan(
        tolerance(toldConnected),
      );
    }
  });

  it('sends a lost SYN again each second until 5 s, then at 7 s, 11 s and so on', () => {
    const { all } = way({ loss: 0.5 }, {}).connecting;
    const wait = 1.02 * SECOND;
    expect(all.slice(0, 4)).toEqual([
      { after: 0, share: 0.5 },
      { after: wait, share: 0.25 },
      { after: 2 * wait, share: 0.125 },
      { after: 3 * wait, share: 0.0625 },
    ]);
    // Linux 6.18, the port closed to packets until 0.5, 1.5, 3.2, 5.5 and 7.5 s after the first
    // SYN: connected at 1.022, 2.045, 4.101, 7.124 and 11.198 s.
    expect(all.map(({ after }) => Math.round(after / wait))).toEqual([
      ...[0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67],
    ]);
  });

  it('spreads jitter evenly over a trip', () => {
    const jittery = way({ jitter: 100 * MILLISECOND }, {});
    for (const part of [0.1, 0.5, 0.9]) {
      const within = share((now) => jittery.exchangeAt(now), part * 100 * MILLISECOND);
      expect(Math.abs(within - part)).toBeLessThan(tolerance(part));
    }
  });

  it('loses single packets by their share, one way', () => {
    const lossy = way({ loss: 0.2 }, { loss: 0.7 });
    const lost = share((now) => (lossy.losesAt(now) ? 0 : NEVER), 0);
    expect(Math.abs(lost - 0.2)).toBeLessThan(tolerance(0.2));
    expect(way({}, { loss: 0.7 }).losesThere).toBe(false);
  });

  it('makes messages as late as a link of etcd does', () => {
    const loss = 0.3;
    const link = new Link({ base: 0, jitter: 0 }, loss, Number.POSITIVE_INFINITY);
    link.restart(3);
    const oneWay = way({ loss }, {});
    for (const milliseconds of [100, 300, 700, 1_500]) {
      const patience = milliseconds * MILLISECOND;
      const told = oneWay.exchange.within(patience);
      const arrived = share((now) => link.delay(64, now), patience);
      expect(Math.abs(arrived - told)).toBeLessThan(tolerance(told));
    }
  });

  it('tells nothing new twice', () => {
    const lossy = way({ loss: 0.3, jitter: 50 * MILLISECOND });
    for (const now of [0, 1, 5_000_000]) {
      expect(lossy.exchangeAt(now, 1)).toBe(lossy.exchangeAt(now, 1));
      expect(lossy.connectingAt(now)).toBe(lossy.connectingAt(now));
    }
    const other = way({ loss: 0.3, jitter: 50 * MILLISECOND }, undefined, 8);
    expect(other.description).toBe(lossy.description);
    expect(other.exchangeAt(12)).not.toBe(lossy.exchangeAt(12));
  });
});

describe('delays', () => {
  it('add up, and never more than all', () => {
    const coin = new Delays([
      { after: 0, share: 0.5 },
      { after: 10, share: 0.25 },
    ]);
    const twice = coin.followedBy(coin);
    expect(twice.all).toEqual([
      { after: 0, share: 0.25 },
      { after: 10, share: 0.25 },
      { after: 20, share: 0.0625 },
    ]);
    expect(twice.within(10)).toBe(0.5);
    expect(twice.within(NEVER)).toBe(0.5625);
  });
});
