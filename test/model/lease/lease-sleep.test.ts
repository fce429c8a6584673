/** Candidates for a lease asleep: that it costs nothing, and that nobody can tell. */

import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { LEASE_TIMES } from '../../../src/model/lease/lease-settings.ts';
import type { Answer } from '../../../src/model/network/endpoint.ts';
import { draws } from '../../support/draws.ts';
import { aged, HANG, LeaseBench, OK, REFUSAL } from '../../support/lease/lease-bench.ts';
import { distanceFromStationary, residualSurvival } from '../../support/lease/takeover-law.ts';
import {
  criticalDistance,
  distanceBetween,
  distanceFromLaw,
} from '../../support/statistics/kolmogorov-smirnov.ts';
import { replications } from '../../support/statistics/samples.ts';

const AT_ONCE: Answer = { kind: 'ok', after: 0 };

/** Of all tests of distributions here: one true one in a thousand would fail. Seeds are fixed. */
const LEVEL = 0.001;

/** Something that changes nothing: everybody must wake for it. */
function poke(bench: LeaseBench): void {
  bench.election.wake(bench.simulation);
}

describe('a healthy lease', () => {
  it('costs nothing however long it lasts', () => {
    const bench = new LeaseBench({}, 1);
    bench.run(30 * DAY);
    expect(bench.simulation.executed).toBeLessThan(5);
    // Renewals each 2 s and 5 ms, polls of two standbys each 3.2 s and 5 ms on average.
    const expected = (30 * DAY) / (2.005 * SECOND) + (2 * 30 * DAY) / (3.205 * SECOND);
    expect(Math.abs(bench.election.ticksElided(bench.now) - expected)).toBeLessThan(5);
  });

  it('costs two events a renewal or poll awake, as many as are slept through asleep', () => {
    const awake = new LeaseBench({ neverSleep: true }, 1);
    const asleep = new LeaseBench({}, 1);
    awake.run(DAY);
    asleep.run(DAY);
    expect(awake.election.ticksElided(awake.now)).toBe(0);
    const elided = asleep.election.ticksElided(asleep.now);
    // Polls of a day vary by 0.1 %, standard deviation.
    expect(Math.abs(awake.simulation.executed / 2 / elided - 1)).toBeLessThan(0.004);
  });

  it('is renewed where it would have been, however often one looks', () => {
    const bench = new LeaseBench({ candidates: 1 }, 3);
    poke(bench);
    const { lease } = bench.election;
    const [first, version] = [lease.changedAt, lease.version];
    const period = LEASE_TIMES.retryPeriod + OK.after;
    for (let look = 0; look < 500; look++) {
      bench.run(Math.floor(bench.stream.double() * 9 * SECOND));
      poke(bench);
      const renewals = (lease.changedAt - first) / period;
      expect(renewals).toBe(lease.version - version);
      expect(bench.now - lease.changedAt).toBeLessThanOrEqual(period);
      bench.election.stepped(bench.simulation);
    }
    expect(bench.election.ticksElided(bench.now)).toBeGreaterThan(500);
  });
});

describe('a standby met at a random instant', () => {
  const samples = draws(500, 2_000);
  const critical = criticalDistance(LEVEL, samples);

  /** Since its last poll, and until its next. */
  function met(replication: number): readonly [number, number] {
    const bench = aged({ candidates: 2, answer: AT_ONCE }, replication, HOUR);
    poke(bench);
    const { elector } = bench.election.holders.find((holder) => !holder.leads)!;
    const polled = elector.known.expiresAt - LEASE_TIMES.leaseDuration;
    return [(bench.now - polled) / SECOND, (elector.due - bench.now) / SECOND];
  }

  it('polled and polls again by the stationary law of the residual', () => {
    const residual = (seconds: number) => 1 - residualSurvival(seconds);
    expect(
      distanceFromLaw(
        replications(samples, (r) => met(r)[0]),
        residual,
      ),
    ).toBeLessThan(critical);
    expect(
      distanceFromLaw(
        replications(samples, (r) => met(r)[1]),
        residual,
      ),
    ).toBeLessThan(critical);
  });

  it('is in a gap drawn with weight by its length', () => {
    const gaps = replications(samples, (r) => met(r)[0] + met(r)[1]);
    const weighted = (seconds: number) => (seconds ** 2 - 2 ** 2) / (4.4 ** 2 - 2 ** 2);
    expect(gaps[0]).toBeGreaterThanOrEqual(2);
    expect(gaps.at(-1)).toBeLessThanOrEqual(4.4);
    expect(distanceFromLaw(gaps, weighted)).toBeLessThan(critical);
  });

  it('is taken so only when nothing is left of where its polls were', () => {
    const { gaps } = new LeaseBench({}, 1).holder(0);
    const forgotten = gaps.forgottenAfter(0) / SECOND;
    expect(forgotten).toBeLessThan(120);
    expect(distanceFromStationary(20)).toBeGreaterThan(1e-4);
    expect(distanceFromStationary(forgotten)).toBeLessThan(1e-7);
    // Polls that hang for 5 s are more regular and remember for longer.
    expect(gaps.forgottenAfter(5 * SECOND)).toBeGreaterThan(10 * gaps.forgottenAfter(0));
  });
});

describe('asleep and awake take over by one law', () => {
  const count = draws(200, 600);
  const critical = criticalDistance(LEVEL, count, count);

  /** Times from the leader's death to the next leader, after what is done to the bench. */
  function compare(prepare: (bench: LeaseBench) => void): void {
    const [asleep, awake] = [false, true].map((neverSleep) =>
      replications(count, (replication) => {
        const bench = aged({ neverSleep }, replication, 2 * MINUTE);
        prepare(bench);
        bench.lose(bench.leading);
        return bench.until(() => bench.phase === undefined, 2 * MINUTE) / SECOND;
      }),
    );
    expect(distanceBetween(asleep!, awake!)).toBeLessThan(critical);
  }

  /** Of those that stand by. */
  const standbys = (bench: LeaseBench) => [0, 1, 2].filter((place) => place !== bench.leading);

  it('after sleeps of seconds', () => {
    compare((bench) => {
      for (let look = 0; look < 12; look++) {
        bench.run(Math.floor(bench.stream.double() * 10 * SECOND));
        bench.holder(standbys(bench)[0]!).freeze(bench.simulation);
        bench.holder(standbys(bench)[0]!).thaw(bench.simulation);
      }
    });
  });

  it.each([
    ['refused', REFUSAL, MINUTE],
    ['hung for a minute', HANG, MINUTE],
    ['hung for half an hour', HANG, 30 * MINUTE],
  ])('while polls of the standbys %s and are answered again', (_what, answer, duration) => {
    compare((bench) => {
      bench.answer(answer, standbys(bench));
      bench.run(duration + Math.floor(bench.stream.double() * 20 * SECOND));
      bench.answer(OK);
    });
  });
});

describe("a leader whose API server is slower than the standbys'", () => {
  it('is renewed so seldom that a poll may show no change, asleep as awake', () => {
    const count = draws(200, 1_000);
    const [asleep, awake] = [false, true].map((neverSleep) =>
      replications(count, (replication) => {
        const bench = aged({ neverSleep }, replication, MINUTE);
        bench.answer({ kind: 'ok', after: SECOND }, [bench.leading]);
        bench.run(5 * MINUTE + Math.floor(bench.stream.double() * 20 * SECOND));
        bench.lose(bench.leading);
        return bench.until(() => bench.phase === undefined, MINUTE) / SECOND;
      }),
    );
    const critical = criticalDistance(LEVEL, count, count);
    expect(distanceBetween(asleep!, awake!)).toBeLessThan(critical);
    // Renewals are 3 s apart, so the last one is up to a second older than with quick calls.
    expect(asleep![0]).toBeLessThan(13);
    expect(awake![0]).toBeLessThan(13);
  });
});

describe('no API server for long', () => {
  it('costs nothing once nobody leads, and ends with a leader', () => {
    const bench = new LeaseBench({}, 1);
    bench.run(MINUTE);
    bench.answer(HANG);
    bench.run(MINUTE);
    const { executed } = bench.simulation;
    bench.run(30 * DAY);
    expect(bench.simulation.executed - executed).toBeLessThan(20);
    expect(bench.phase).toBe('apiServer');
    bench.answer(OK);
    expect(bench.until(() => bench.phase === undefined, MINUTE)).toBeGreaterThan(0);
  });
});
