/** How long a lease has no holder after its leader is gone, against its exact law. */

import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import type { Answer } from '../../../src/model/network/endpoint.ts';
import { draws } from '../../support/draws.ts';
import { aged, type LeaseBenchSettings, OK } from '../../support/lease/lease-bench.ts';
import { meanOf, quantileOf, releaseLaw, takeoverLaw } from '../../support/lease/takeover-law.ts';
import {
  criticalDistance,
  distanceBetween,
  distanceFromLaw,
} from '../../support/statistics/kolmogorov-smirnov.ts';
import { replications } from '../../support/statistics/samples.ts';

/** Laws are known for calls that take no time. */
const AT_ONCE: Answer = { kind: 'ok', after: 0 };

/** Of all tests of distributions here: one true one in a thousand would fail. Seeds are fixed. */
const LEVEL = 0.001;

const SAMPLES = draws(500, 2_000);

/** Long enough for every phase to be forgotten, by the candidates themselves too. */
const AGE = 120 * SECOND;

function takeovers(
  settings: LeaseBenchSettings,
  count: number,
  end: (bench: ReturnType<typeof aged>) => void,
): number[] {
  return replications(count, (replication) => {
    const bench = aged(settings, replication, AGE);
    end(bench);
    return bench.until(() => bench.leader !== undefined, 60 * SECOND) / SECOND;
  });
}

const crash = (settings: LeaseBenchSettings, count = SAMPLES) =>
  takeovers(settings, count, (bench) => bench.lose(bench.leading));

const release = (settings: LeaseBenchSettings, count = SAMPLES) =>
  takeovers({ ...settings, releasesOnCancel: true }, count, (bench) =>
    bench.stop(bench.holder(bench.leading)),
  );

describe('the exact law of a takeover', () => {
  // Of the facts on leases: 5, 50, 95 and 99 %, then the mean, in seconds.
  it.each([
    [1, [14.8, 17.3, 20.1, 21.1], 17.35],
    [2, [14.5, 16.5, 18.7, 19.6], 16.5],
    [4, [14.2, 15.8, 17.7, 18.4], 15.9],
  ])('by %i standbys is as known', (standbys, known, mean) => {
    const law = takeoverLaw(standbys);
    [0.05, 0.5, 0.95, 0.99].forEach((share, place) => {
      expect(Math.abs(quantileOf(law, share) - known[place]!)).toBeLessThan(0.1);
    });
    expect(Math.abs(meanOf(law) - mean)).toBeLessThan(0.06);
    expect(law(13)).toBeLessThan(1e-3);
    expect(law(23.8)).toBeGreaterThan(1 - 1e-9);
  });

  it('after a release to two standbys is as known', () => {
    const law = releaseLaw(2);
    [0.1, 0.9, 2.6, 3.2].forEach((known, place) => {
      expect(Math.abs(quantileOf(law, [0.05, 0.5, 0.95, 0.99][place]!) - known)).toBeLessThan(0.1);
    });
    expect(Math.abs(meanOf(law) - 1.1)).toBeLessThan(0.06);
  });
});

describe.each([false, true])('from a crash to the next leader, awake: %s', (neverSleep) => {
  it.each([1, 2, 4])('%i standbys', (standbys) => {
    const times = crash({ candidates: standbys + 1, neverSleep, answer: AT_ONCE });
    expect(distanceFromLaw(times, takeoverLaw(standbys))).toBeLessThan(
      criticalDistance(LEVEL, SAMPLES),
    );
    expect(times[0]).toBeGreaterThan(13);
    expect(times.at(-1)).toBeLessThan(23.8);
  });
});

describe.each([false, true])('from a release to the next leader, awake: %s', (neverSleep) => {
  it('two standbys', () => {
    const times = release({ candidates: 3, neverSleep, answer: AT_ONCE });
    expect(distanceFromLaw(times, releaseLaw(2))).toBeLessThan(criticalDistance(LEVEL, SAMPLES));
    expect(times.at(-1)).toBeLessThan(4.4);
  });
});

describe('asleep and awake take over by one law', () => {
  const count = draws(250, 600);
  const critical = criticalDistance(LEVEL, count, count);

  it.each([
    ['crash, calls of 5 ms', crash, OK],
    ['crash, calls of 300 ms', crash, { kind: 'ok', after: 300_000 }],
    ['crash, calls of 1 s', crash, { kind: 'ok', after: SECOND }],
    ['release, calls of 300 ms', release, { kind: 'ok', after: 300_000 }],
  ] as const)('%s', (_what, end, answer) => {
    const asleep = end({ answer }, count);
    const awake = end({ answer, neverSleep: true }, count);
    expect(distanceBetween(asleep, awake)).toBeLessThan(critical);
  });

  it('tells laws apart that differ by 0.5 s, or 0.8 s where fewer are drawn', () => {
    const asleep = crash({}, count);
    const later = crash({ neverSleep: true }, count).map((time) => time + draws(0.8, 0.5));
    expect(distanceBetween(asleep, later)).toBeGreaterThan(critical);
  });
});

describe('a leader whose API server dies while others live', () => {
  it('is replaced as if it had crashed, and exits before that', () => {
    const times = replications(SAMPLES, (replication) => {
      const bench = aged({ answer: AT_ONCE }, replication, AGE);
      const { now, leading } = bench;
      bench.answer({ kind: 'refusal', after: 0 }, [leading]);
      expect(bench.phase).toBe('leaseExpiry');
      const left = bench.until(() => !bench.holder(leading).leads, 13 * SECOND) / SECOND;
      expect(left).toBeGreaterThan(10);
      expect(left).toBeLessThanOrEqual(12);
      bench.until(() => bench.phase === undefined, 60 * SECOND);
      return (bench.now - now) / SECOND;
    });
    expect(distanceFromLaw(times, takeoverLaw(2))).toBeLessThan(criticalDistance(LEVEL, SAMPLES));
  });
});
