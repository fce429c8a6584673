/** What befalls the processes that are candidates for a lease, one story at a time. */
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { Lease, NO_HOLDER } from '../../../src/model/lease/lease.ts';
import { meet, sentCall } from '../../../src/model/lease/lease-call.ts';
import {
  callTimeout,
  LEASE_TIMES,
  releasesOnCancel,
} from '../../../src/model/lease/lease-settings.ts';
import type { Answer } from '../../../src/model/network/endpoint.ts';
import {
  aged,
  HANG,
  LeaseBench,
  OK,
  REFUSAL,
  SILENCE,
  START_UP,
} from '../../support/lease/lease-bench.ts';

const seconds = (count: number) => count * SECOND;

describe('a record', () => {
  it('takes a write only on the version that its writer last saw', () => {
    const lease = new Lease('lease');
    expect(lease.write(0, 1, 15, 100)).toBe(true);
    expect(lease.write(0, 2, 15, 200)).toBe(false);
    expect(lease).toMatchObject({ holder: 1, version: 1, changedAt: 100 });
  });
});

describe('a call', () => {
  it.each([
    [OK, 5_000, true],
    [{ kind: 'ok', after: seconds(6) } as const, seconds(5), false],
    [REFUSAL, 0, false],
    [HANG, seconds(5), false],
    [SILENCE, seconds(5), false],
  ])('that meets %o ends after %i us', (answer, endsAt, succeeds) => {
    expect(sentCall(answer, 0, callTimeout(LEASE_TIMES))).toMatchObject({ endsAt, succeeds });
  });

  it('that hangs is answered when its server is itself again, and fails when it dies', () => {
    const hanging = sentCall(HANG, 0, seconds(5));
    expect(meet(hanging, OK, seconds(1))).toMatchObject({ endsAt: 1_005_000, succeeds: true });
    expect(meet(hanging, REFUSAL, seconds(1))).toMatchObject({ endsAt: seconds(1) });
    expect(meet(hanging, OK, 4_996_000)).toMatchObject({ endsAt: seconds(5), succeeds: false });
  });

  it('that was lost on its way stays lost', () => {
    expect(meet(sentCall(SILENCE, 0, seconds(5)), OK, 1)).toMatchObject({ endsAt: seconds(5) });
  });
});

describe('a leader', () => {
  it('renews at once when it has acquired, and then 2 s after each answer', () => {
    const bench = new LeaseBench({ candidates: 2, neverSleep: true }, 1);
    bench.lose(bench.leading);
    bench.until(() => bench.leader !== undefined, MINUTE);
    const { lease } = bench.election;
    const acquired = { at: bench.now, version: lease.version };
    bench.run(seconds(20));
    expect(lease.version - acquired.version).toBe(10);
    expect(lease.changedAt).toBe(acquired.at + 5_000 + 9 * 2_005_000);
  });

  /** When it renews whose API server is itself again so long after the round began; or gives up. */
  function renewedAfter(answer: Answer, healed: number): number {
    const bench = new LeaseBench({ candidates: 1, neverSleep: true }, 1);
    const { lease } = bench.election;
    const begin = bench.holder(0).elector.due;
    bench.answer(answer);
    bench.run(begin - bench.now + healed * SECOND);
    bench.answer(OK);
    const { version } = lease;
    const isOver = () => bench.leader === undefined || lease.version > version;
    bench.until(isOver, seconds(20));
    expect(bench.leader === undefined).toBe(lease.version === version);
    return (bench.now - begin) / SECOND;
  }

  it.each([
    [0.5, 2.005],
    [3, 4.005],
    [7.99, 8.005],
    [8.01, 10],
  ])('whose calls are refused tries each 2 s for 10 s: healed after %d s', (healed, renewed) => {
    expect(renewedAfter(REFUSAL, healed)).toBe(renewed);
  });

  it.each([
    // The Update is given up after 5 s; a Get and another Update follow.
    [3, 5.01],
    [4.99, 5.01],
    // The Get is lost too, until the round is over.
    [5.01, 10],
  ])('whose calls are lost gives each up after 5 s: healed after %d s', (healed, renewed) => {
    expect(renewedAfter(SILENCE, healed)).toBe(renewed);
  });

  it('whose calls hang has its answer as soon as its server is itself again', () => {
    expect(renewedAfter(HANG, 3)).toBe(3.005);
    expect(renewedAfter(HANG, 9.5)).toBe(9.51);
  });
});

describe('a leader that is frozen', () => {
  it('for less than 15 s goes on as if nothing had been', () => {
    for (let replication = 0; replication < 100; replication++) {
      const bench = aged({}, replication, 2 * MINUTE);
      const { leader } = bench;
      leader!.freeze(bench.simulation);
      expect(bench.phase).toBe('leaseExpiry');
      bench.run(seconds(12.9));
      leader!.thaw(bench.simulation);
      expect(bench.phase).toBeUndefined();
      bench.run(MINUTE);
      expect(bench.leader).toBe(leader);
    }
  });

  it('for long acts beside its successor for 10 s when it returns, and exits', () => {
    for (let replication = 0; replication < 100; replication++) {
      const bench = aged({ releasesOnCancel: replication % 2 === 0 }, replication, 2 * MINUTE);
      const frozen = bench.leader!;
      frozen.freeze(bench.simulation);
      bench.until(() => bench.phase === undefined, MINUTE);
      const successor = bench.leader!;
      expect(bench.actors).toBe(1);
      bench.run(seconds(5));
      frozen.thaw(bench.simulation);
      expect(bench.actors).toBe(2);
      expect(bench.leader).toBe(successor);
      const both = bench.until(() => bench.actors === 1, MINUTE);
      // A release begins with a Get, which tells it nothing that it did not know.
      expect(both - seconds(10)).toBeLessThanOrEqual(OK.after);
      expect(frozen.isRunning).toBe(false);
      bench.run(MINUTE);
      expect(bench.leader).toBe(successor);
      expect(frozen.isRunning).toBe(true);
    }
  });

  it('and returns before anybody has taken over keeps a lease that has expired', () => {
    const bench = aged({ candidates: 1 }, 1, 2 * MINUTE);
    const { leader } = bench;
    leader!.freeze(bench.simulation);
    bench.run(MINUTE);
    leader!.thaw(bench.simulation);
    bench.run(seconds(1));
    expect(bench.leader).toBe(leader);
    expect(bench.now - bench.election.lease.changedAt).toBeLessThan(seconds(1));
  });
});

describe('how a leader ends', () => {
  const lease = (bench: LeaseBench) => bench.election.lease;

  it('decides, with its settings, whether it gives its lease back', () => {
    const ends: [string, (bench: LeaseBench) => void, boolean][] = [
      ['stopped', (bench) => bench.stop(bench.leader!), true],
      ['crashed', (bench) => bench.leader!.kill(bench.simulation), false],
      ['frozen', (bench) => bench.leader!.freeze(bench.simulation), false],
      ['gone', (bench) => bench.lose(bench.leading), false],
    ];
    for (const releases of [true, false]) {
      for (const [what, end, canRelease] of ends) {
        const bench = aged({ releasesOnCancel: releases }, 1, 2 * MINUTE);
        end(bench);
        bench.run(seconds(0.011));
        const isReleased = lease(bench).holder === NO_HOLDER;
        expect([what, isReleased]).toEqual([what, releases && canRelease]);
        expect(bench.phase).toBe(isReleased ? 'takeOver' : 'leaseExpiry');
      }
    }
  });

  it('gives it back in one call before 1.34, and in two since', () => {
    for (const releasesBlindly of [true, false]) {
      const bench = aged({ releasesOnCancel: true, releasesBlindly }, 1, 2 * MINUTE);
      const leader = bench.leader!;
      bench.stop(leader);
      const calls = releasesBlindly ? 1 : 2;
      expect(bench.until(() => !leader.isRunning, MINUTE)).toBe(calls * OK.after);
      expect(lease(bench).holder).toBe(NO_HOLDER);
    }
  });

  it('and stays away until its part works again', () => {
    const bench = aged({ releasesOnCancel: true }, 1, 2 * MINUTE);
    const place = bench.leading;
    bench.stop(bench.holder(place));
    bench.run(seconds(0.011));
    expect(lease(bench).holder).toBe(NO_HOLDER);
    bench.run(MINUTE);
    expect(bench.holder(place).isRunning).toBe(false);
    bench.lose(place);
    bench.bringBack(place);
    bench.run(START_UP);
    expect(bench.holder(place).isRunning).toBe(true);
  });

  it('gives up a release after 5 s where its API server hangs', () => {
    const bench = aged({ releasesOnCancel: true }, 1, 2 * MINUTE);
    const leader = bench.leader!;
    bench.answer(HANG, [bench.leading]);
    bench.stop(leader);
    expect(leader.leads).toBe(false);
    expect(bench.until(() => !leader.isRunning, MINUTE)).toBe(seconds(5));
    expect(lease(bench).holder).not.toBe(NO_HOLDER);
  });

  it('is the scheduler giving back, the controller manager only by a gate since 1.36', () => {
    expect(releasesOnCancel('kube-scheduler', 30)).toBe(true);
    expect(releasesOnCancel('kube-controller-manager', 36)).toBe(false);
    expect(releasesOnCancel('kube-controller-manager', 35, true)).toBe(false);
    expect(releasesOnCancel('kube-controller-manager', 36, true)).toBe(true);
  });
});

describe('two standbys that find the record expired at once', () => {
  it('write on one version, so that one of them has a conflict and sees the other lead', () => {
    // With calls of 1 s, polls overlap often.
    let conflicts = 0;
    for (let replication = 0; replication < 200; replication++) {
      const answer = { kind: 'ok', after: SECOND } as const;
      const bench = aged({ candidates: 5, answer }, replication, 2 * MINUTE);
      bench.lose(bench.leading);
      bench.until(() => bench.phase === undefined, MINUTE);
      const { version } = bench.election.lease;
      bench.run(seconds(20));
      expect(bench.actors).toBe(1);
      expect(bench.happenings.filter(({ state }) => state === 'leads').length).toBe(1);
      if (bench.election.lease.version > version) conflicts++;
    }
    expect(conflicts).toBe(200);
  });
});

describe('the boot of a machine', () => {
  it('starts the process as if it had never crashed', () => {
    const bench = aged({ candidates: 1 }, 1, 20 * MINUTE);
    for (let crash = 0; crash < 4; crash++) {
      bench.holder(0).kill(bench.simulation);
      bench.until(() => bench.holder(0).isRunning, MINUTE);
    }
    bench.holder(0).kill(bench.simulation);
    bench.run(seconds(5));
    expect(bench.phase).toBe('backOff');
    bench.lose(0);
    expect(bench.phase).toBe('structural');
    bench.run(MINUTE);
    expect(bench.holder(0).isRunning).toBe(false);
    bench.bringBack(0);
    expect(bench.until(() => bench.holder(0).isRunning, MINUTE)).toBe(START_UP);
  });
});

describe('another replication', () => {
  it('begins anew, and the same one happens again', () => {
    const story = (bench: LeaseBench) => {
      bench.lose(bench.leading);
      bench.run(MINUTE);
      return bench.happenings.map(({ time, subject, state }) => `${time} ${subject} ${state}`);
    };
    const one = story(new LeaseBench({}, 7));
    expect(story(new LeaseBench({}, 7))).toEqual(one);
    expect(story(new LeaseBench({}, 8))).not.toEqual(one);
  });
});
