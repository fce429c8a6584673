/**
 * API servers and balancers over impaired ways: what is told as shares against requests drawn one
 * by one, and what each step costs in round trips.
 */

import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { outcomesOf } from '../../../src/model/load-balancer/haproxy/attempts.ts';
import {
  ALONE,
  beginAttempt,
  checkBounds,
} from '../../../src/model/load-balancer/haproxy/check-attempt.ts';
import { answerAt } from '../../../src/model/network/endpoint.ts';
import type { Impairment } from '../../../src/model/network/link.ts';
import { NetworkPath } from '../../../src/model/network/network-path.ts';
import { KubernetesBench } from '../../support/control-plane/kubernetes-bench.ts';
import { KUBEADM_HAPROXY } from '../../support/defaults.ts';

const SOUND: Impairment = { delay: 0, jitter: 0, loss: 0, bandwidth: Number.POSITIVE_INFINITY };
const CPS = ['cp1', 'cp2', 'cp3'];
const MEMBERS = ['etcd1', 'etcd2', 'etcd3'];
const DRAWS = 10_000;

function way(worse: Partial<Impairment>): NetworkPath {
  const both = [{ ...SOUND, ...worse }];
  return new NetworkPath(5, both, both);
}

function external(end = 200): KubernetesBench {
  return new KubernetesBench({
    layout: 'external',
    end: end * SECOND,
    processes: ['cp1.apiServer'],
  });
}

describe('an API server that etcd is hard to reach from', () => {
  it('answers single requests by the shares that its levels tell', () => {
    const bench = external();
    bench.impair({ from: CPS, to: MEMBERS }, { loss: 0.55, delay: 100 * MILLISECOND }, 50, 100);
    bench.at(100, () => {
      const { server } = bench.controlPlane.kubernetes!.machines[0]!;
      for (const seconds of [0.3, 1, 2, 5, 9]) {
        let count = 0;
        for (let index = 0; index < DRAWS; index++) {
          const { kind, after } = answerAt(server.requests.answer, index * 91_009);
          if (kind === 'ok' && after <= seconds * SECOND + 5 * MILLISECOND) count++;
        }
        const told = server.grantedWithin(seconds * SECOND).write;
        expect(Math.abs(count / DRAWS - told), `${seconds} s`).toBeLessThan(0.025);
      }
      let well = 0;
      for (let index = 0; index < DRAWS; index++) {
        if (answerAt(server.livez.answer, index * 91_009).kind === 'ok') well++;
      }
      const inTime = server.grantedWithin(2 * SECOND).read;
      expect(Math.abs(well / DRAWS - inTime)).toBeLessThan(0.025);
      let ready = 0;
      for (let index = 0; index < DRAWS; index++) {
        if (answerAt(server.readyz.answer, index * 91_009).kind === 'ok') ready++;
      }
      expect(Math.abs(ready / DRAWS - inTime ** 2), 'two checks').toBeLessThan(0.025);
    });
    bench.run();
  });

  it('counts round trips against the patience of clients', () => {
    const bench = external();
    bench.impair({ from: ['cp1'], to: MEMBERS }, { delay: 900 * MILLISECOND }, 50, 100);
    bench.at(60, () => {
      const [one, other] = bench.controlPlane.kubernetes!.machines;
      expect(one!.server.grantedWithin(1.7 * SECOND).write).toBe(0);
      expect(one!.server.grantedWithin(1.8 * SECOND).write).toBe(1);
      expect(one!.server.healthz.answer).toMatchObject({ kind: 'ok', after: 1_805_000 });
      expect(other!.server.healthz.answer).toEqual({ kind: 'ok', after: 5_000 });
    });
    bench.run();
    expect(bench.lost('api.write')).toBe(0);
  });

  it('shakes hands in three round trips, and waits for them', () => {
    const bench = external(400);
    bench.impair({ from: CPS, to: MEMBERS }, { delay: SECOND }, 50, 300);
    bench.fail('cp1.apiServer', 60, 10);
    bench.run();
    const [connecting] = bench.seconds('cp1.apiServer', 'connecting');
    const [loading] = bench.seconds('cp1.apiServer', 'loading');
    expect(loading! - connecting!).toBeCloseTo(6, 3);
  });

  it('gives up a member whose answers take more than 10 s, and is back in touch with it', () => {
    const bench = external();
    bench.impair({ from: CPS, to: ['etcd2'] }, { delay: 5 * SECOND }, 50, 60);
    bench.run();
    expect(bench.valueAt('api.write', 55)).toBeCloseTo(2 / 3, 9);
    expect(bench.valueAt('api.write', 61)).toBe(1);
    expect(bench.lost('api.write', 61)).toBe(0);
    expect(bench.lost('etcd.write')).toBe(0);
  });
});

describe('a check of HAProxy', () => {
  const bounds = checkBounds(KUBEADM_HAPROXY);
  const ok = { kind: 'ok', after: 5 * MILLISECOND } as const;

  it.each([
    [0, 'passes', 0.005],
    [100, 'passes', 0.605],
    [499, 'passes', 2.999],
    [501, 'fails', 2],
  ] as const)('over a way of %d ms %s in %d s', (delay, verdict, seconds) => {
    const asked = { ...ok, path: way({ delay: delay * MILLISECOND }) };
    const attempt = beginAttempt(0, delay === 0 ? ok : asked, bounds, ALONE);
    expect(attempt).toMatchObject({ passes: verdict === 'passes', endsAt: seconds * SECOND });
  });

  it('fails by the share of packets that come too late', () => {
    const lossy = way({ loss: 0.3 });
    let passes = 0;
    for (let index = 0; index < DRAWS; index++) {
      if (beginAttempt(index * 70_001, { ...ok, path: lossy }, bounds, ALONE).passes) passes++;
    }
    // To connect and shake hands within 2 s, and then to answer within 10 s.
    const inTime = lossy.connecting.followedBy(lossy.exchange).within(2 * SECOND);
    const told = inTime * lossy.exchange.within(10 * SECOND);
    expect(Math.abs(passes / DRAWS - told)).toBeLessThan(0.025);
  });
});

describe('connections through HAProxy', () => {
  const idle = 35 * SECOND;
  const times = { connect: 5 * SECOND, turnaround: SECOND, idle, slowest: idle };
  const rules = { redispatch: true, ...times };
  const ok = { kind: 'ok', after: 0 } as const;
  const lossy = way({ loss: 0.4 });
  const late = 1 - lossy.connecting.within(5 * SECOND);

  it.each([0, 1, 3])('fail with %d retries by the share that never connects in time', (retries) => {
    for (const weights of [[1], [1, 1, 1], [1, 2, 3]]) {
      const candidates = weights.map((weight, server) => {
        return { server, weight, answer: { ...ok, path: lossy } };
      });
      const outcomes = outcomesOf(candidates, { ...rules, retries });
      const sum = (kind?: string) =>
        outcomes
          .filter((outcome) => kind === undefined || outcome.kind === kind)
          .reduce((all, { share }) => all + share, 0);
      expect(sum()).toBeCloseTo(1, 5);
      expect(sum('closed')).toBeCloseTo(late ** (retries + 1), 6);
    }
  });

  it('wait for the round trips of connecting, shaking hands and asking', () => {
    const slow = { ...ok, path: way({ delay: 200 * MILLISECOND }) };
    const candidates = [0, 1].map((server) => ({ server, weight: 1, answer: slow }));
    expect(outcomesOf(candidates, { ...rules, retries: 1 })).toEqual([
      { kind: 'ok', server: 0, share: 0.5, after: 1.2 * SECOND },
      { kind: 'ok', server: 1, share: 0.5, after: 1.2 * SECOND },
    ]);
  });

  it('leave a server alone whose answer to a SYN comes after `timeout connect`', () => {
    const far = { ...ok, path: way({ delay: 3 * SECOND }) };
    const candidates = [far, ok].map((answer, server) => ({ server, weight: 1, answer }));
    const outcomes = outcomesOf(candidates, { ...rules, retries: 1 });
    expect(outcomes.every(({ server }) => server === 1)).toBe(true);
    expect(outcomes.map(({ after }) => after).sort()).toEqual([0, 5 * SECOND]);
  });
});
