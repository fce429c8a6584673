import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../../src/engine/clock.ts';
import type { AnswerKind } from '../../../src/model/endpoint.ts';
import { type Candidate, outcomesOf } from '../../../src/model/load-balancer/attempts.ts';
import { Haproxy } from '../../../src/model/load-balancer/haproxy.ts';
import {
  type HaproxySettings,
  KUBEADM_HAPROXY,
} from '../../../src/model/load-balancer/haproxy-settings.ts';
import {
  meanWait,
  type Outcome,
  servedShare,
} from '../../../src/model/load-balancer/load-balancer.ts';
import { BalancerBench, endpointsOf, FixedStream, hostOf } from '../../support/balancer-bench.ts';

/** `ok 0.333 after 5 s` for each outcome, the server left out, by kind and time. */
function told(outcomes: readonly Outcome[]): string[] {
  const sums = new Map<string, number>();
  for (const { kind, after, share } of outcomes) {
    const key = `${kind} after ${after / SECOND}`;
    sums.set(key, (sums.get(key) ?? 0) + share);
  }
  return [...sums].map(([key, share]) => `${share.toFixed(2)} ${key}`).sort();
}

interface Rules {
  readonly retries: number;
  readonly redispatch?: boolean;
  readonly connect?: number;
  readonly weights?: readonly number[];
}

function come(answers: readonly AnswerKind[], rules: Rules): Outcome[] {
  const { retries, redispatch = true, connect = 5, weights } = rules;
  const candidates: Candidate[] = answers.map((kind, server) => {
    return { server, weight: weights?.[server] ?? 16, answer: { kind, after: 0 } };
  });
  const turnaround = Math.min(1, connect) * SECOND;
  const common = { retries, redispatch, turnaround, idle: 3 * SECOND };
  return outcomesOf(candidates, { ...common, connect: connect * SECOND });
}

/**
 * HAProxy 2.6.12, mode tcp, roundrobin, no checks, `timeout server 3s`; 90 or 120 connections at
 * random times in 6 s to servers that are dead (port closed), silent (packets dropped) or stopped
 * (SIGSTOP). In brackets: how many ended so, and after how many ms.
 */
describe('new connections, as measured on real HAProxy', () => {
  const dead = 'refusal';
  const silent = 'silence';

  it('retries 1, redispatch, one of three dead: nobody notices [90 of 90 ok, 0.5-17]', () => {
    expect(told(come([dead, 'ok', 'ok'], { retries: 1 }))).toEqual(['1.00 ok after 0']);
  });

  it('retries 3 without redispatch: a third closed [30 of 90 closed, 3003-3081]', () => {
    const outcomes = come([dead, 'ok', 'ok'], { retries: 3, redispatch: false });
    expect(told(outcomes)).toEqual(['0.33 closed after 3', '0.67 ok after 0']);
  });

  it('retries 2 without redispatch, connect 300ms [30 of 90 closed, 602-608]', () => {
    const outcomes = come([dead, 'ok', 'ok'], { retries: 2, redispatch: false, connect: 0.3 });
    expect(told(outcomes)).toEqual(['0.33 closed after 0.6', '0.67 ok after 0']);
  });

  it('retries 0 [30 of 90 closed, 0.3-7.5]', () => {
    const outcomes = come([dead, 'ok', 'ok'], { retries: 0 });
    expect(told(outcomes)).toEqual(['0.33 closed after 0', '0.67 ok after 0']);
  });

  it('retries 3, redispatch, two of three dead [90 of 90 ok, 0.4-65]', () => {
    expect(told(come([dead, dead, 'ok'], { retries: 3 }))).toEqual(['1.00 ok after 0']);
  });

  it('retries 1, redispatch, two of three dead: half, by the ring [45 of 90 ok, 45 closed]', () => {
    const outcomes = come([dead, dead, 'ok'], { retries: 1 });
    expect(told(outcomes)).toEqual(['0.50 closed after 0', '0.50 ok after 0']);
  });

  it('retries 3, redispatch, the only server dead [90 of 90 closed, 3002-3015]', () => {
    expect(told(come([dead], { retries: 3 }))).toEqual(['1.00 closed after 3']);
  });

  it('retries 1, redispatch, one of three silent [31 of 90 after 5001-5011, 59 at once]', () => {
    const outcomes = come([silent, 'ok', 'ok'], { retries: 1 });
    // (sqrt 3 - 1) / 2: a retry skips the silent server and so turns the ring by two.
    expect(told(outcomes)).toEqual(['0.37 ok after 5', '0.63 ok after 0']);
    const late = outcomes.filter(({ after }) => after > 0).map(({ server }) => server);
    expect(late.sort()).toEqual([1, 2]);
  });

  it('retries 1, redispatch, connect 1s, two of three silent', () => {
    const outcomes = come([silent, silent, 'ok'], { retries: 1, connect: 1 });
    // Measured, 120 in all: 36 ok at once, 42 ok after 1001-1018, 42 closed after 2000-2003.
    const measured = new Map([
      ['ok after 0', 36],
      ['ok after 1', 42],
      ['closed after 2', 42],
    ]);
    const seen = told(outcomes);
    expect(seen).toHaveLength(3);
    for (const line of seen) {
      const share = measured.get(line.slice(5))! / 120;
      expect(Math.abs(Number(line.slice(0, 4)) - share)).toBeLessThan(2 * Math.sqrt(0.25 / 120));
    }
  });

  it('retries 1, connect 1s, one dead before one silent: half [60 of 120 ok, 59 closed]', () => {
    const outcomes = come([dead, silent, 'ok'], { retries: 1, connect: 1 });
    expect(told(outcomes)).toEqual(['0.50 closed after 1', '0.50 ok after 0']);
  });

  it('retries 3 without redispatch, connect 1s, one silent [30 of 90 closed, 4004-4024]', () => {
    const outcomes = come([silent, 'ok', 'ok'], { retries: 3, redispatch: false, connect: 1 });
    expect(told(outcomes)).toEqual(['0.33 closed after 4', '0.67 ok after 0']);
  });

  it('retries 2, connect 1s, the only server silent [90 of 90 closed, 3002-3011]', () => {
    expect(told(come([silent], { retries: 2, connect: 1 }))).toEqual(['1.00 closed after 3']);
  });

  it('one of three stopped: connected, and no word [30 of 90 closed, 3001-3003]', () => {
    const outcomes = come(['hang', 'ok', 'ok'], { retries: 1 });
    expect(told(outcomes)).toEqual(['0.33 hang after 3', '0.67 ok after 0']);
  });

  it('the heaviest of three dead: the others share it [45 and 45 of 90]', () => {
    const outcomes = come([dead, 'ok', 'ok'], { retries: 1, weights: [16, 4, 4] });
    expect(outcomes.map(({ share }) => share)).toEqual([0.5, 0.5]);
  });
});

function proxy(settings: HaproxySettings = KUBEADM_HAPROXY) {
  const bench = new BalancerBench(false, 1000 * SECOND);
  const endpoints = endpointsOf(3);
  const host = hostOf('lb');
  const haproxy = new Haproxy('lb', endpoints, settings, host, new FixedStream(0), 0);
  haproxy.restart(bench.simulation);
  return { bench, endpoints, host, haproxy };
}

/** Calls `look` at each of these seconds. */
function looks<Seen>(bench: BalancerBench, seconds: readonly number[], look: () => Seen): Seen[] {
  const seen: Seen[] = [];
  for (const second of seconds) bench.at(second * SECOND, () => seen.push(look()));
  bench.run();
  return seen;
}

describe('a proxy', () => {
  it('closes at once when all servers are down', () => {
    const { bench, endpoints, haproxy } = proxy();
    bench.at(SECOND, (effects) => {
      for (const endpoint of endpoints) endpoint.become('error', effects);
    });
    const seen = looks(bench, [0.5, 5.5, 7], () => told(haproxy.outcomes(bench.simulation.now)));
    expect(seen).toEqual([
      ['1.00 ok after 0.002'],
      ['1.00 error after 0.002'],
      ['1.00 closed after 0'],
    ]);
  });

  it('goes on sending to a silent server until it is marked down', () => {
    const { bench, endpoints, haproxy } = proxy();
    bench.at(9 * SECOND, (effects) => endpoints[0]!.become('silence', effects));
    const patient = looks(bench, [10, 21], () => {
      const outcomes = haproxy.outcomes(bench.simulation.now);
      return [servedShare(outcomes, SECOND), meanWait(outcomes, 10 * SECOND)! / SECOND];
    });
    const late = (Math.sqrt(3) - 1) / 2;
    expect(patient[0]![0]).toBeCloseTo(1 - late, 9);
    expect(patient[0]![1]).toBeCloseTo(late * 5 + 0.002, 9);
    expect(patient[1]).toEqual([1, 0.002]);
  });

  it('keeps connections to a server that is marked down, unless told to end them', () => {
    for (const shutdownSessions of [false, true]) {
      const server = { ...KUBEADM_HAPROXY.server, shutdownSessions };
      const { bench, endpoints, haproxy } = proxy({ ...KUBEADM_HAPROXY, server });
      bench.at(9 * SECOND, (effects) => endpoints[0]!.become('error', effects));
      const kinds = looks(bench, [10, 20], () => haproxy.established(0).kind);
      expect(kinds).toEqual(['lasts', shutdownSessions ? 'reset' : 'lasts']);
    }
  });

  it('resets connections to a dead server, and lets those to a silent one stall', () => {
    const { bench, endpoints, haproxy, host } = proxy();
    bench.at(SECOND, (effects) => {
      endpoints[0]!.become('refusal', effects);
      endpoints[1]!.become('silence', effects);
    });
    bench.at(3 * SECOND, (effects) => host.process.fail(effects));
    bench.at(5 * SECOND, (effects) => host.machine.fail(effects));
    const seen = looks(bench, [2, 4, 6], () => [0, 1, 2].map((one) => haproxy.established(one)));
    const stalls = { kind: 'stalls', for: 35 * SECOND };
    const gone = { kind: 'stalls', for: NEVER };
    const reset = { kind: 'reset', for: 0 };
    expect(seen[0]).toEqual([reset, stalls, { kind: 'lasts', for: 0 }]);
    expect(seen[1]).toEqual([reset, reset, reset]);
    expect(seen[2]).toEqual([gone, gone, gone]);
  });

  it('answers in no way of its own when it is gone, and starts anew with all servers up', () => {
    const { bench, endpoints, haproxy, host } = proxy();
    bench.at(SECOND, (effects) => endpoints[0]!.become('error', effects));
    bench.at(10 * SECOND, (effects) => host.machine.fail(effects));
    bench.at(20 * SECOND, (effects) => host.machine.mend(effects));
    const seen = looks(bench, [9, 15, 20, 21], () => {
      const kinds = told(haproxy.outcomes(bench.simulation.now)).map((line) => line.slice(0, 10));
      return [haproxy.isUp(0), ...kinds];
    });
    expect(seen).toEqual([
      [false, '1.00 ok af'],
      [false, '1.00 silen'],
      [true, '0.33 error', '0.67 ok af'],
      [false, '1.00 ok af'],
    ]);
  });

  it('tells its watchers when outcomes may have changed', () => {
    const { bench, endpoints, haproxy } = proxy();
    const told: number[] = [];
    haproxy.watch({ balancerChanged: () => told.push(bench.simulation.now / SECOND) });
    bench.at(9 * SECOND, (effects) => endpoints[0]!.become('refusal', effects));
    bench.run();
    expect(told[0]).toBe(9);
    expect(told).toHaveLength(2);
  });
});

describe('slow start', () => {
  /**
   * HAProxy 2.6.12, `slowstart 20s`, three rounds of some 200 connections a second: of those to
   * the server that came up and those to the two others, in each second from its coming up on.
   */
  const MEASURED = [
    [17, 305, 306],
    [21, 309, 310],
    [35, 311, 312],
    [38, 301, 302],
    [70, 290, 289],
    [73, 291, 291],
    [73, 292, 293],
    [102, 275, 273],
    [101, 270, 269],
    [128, 262, 262],
    [142, 255, 255],
    [145, 258, 257],
    [152, 251, 251],
    [154, 247, 248],
    [169, 242, 244],
    [176, 234, 234],
    [175, 233, 233],
    [185, 231, 230],
    [199, 226, 226],
    [217, 219, 218],
  ] as const; // prettier-ignore

  it('shares out as measured, to the sixteenth that roundrobin loses', () => {
    const server = { ...KUBEADM_HAPROXY.server, slowstart: 20 * SECOND };
    const { bench, endpoints, haproxy } = proxy({ ...KUBEADM_HAPROXY, server });
    bench.at(SECOND, (effects) => endpoints[0]!.become('refusal', effects));
    bench.at(20 * SECOND, (effects) => endpoints[0]!.become('ok', effects));
    bench.run();
    const up = bench.changes.find(({ state }) => state === 'marked up')!.time;
    MEASURED.forEach(([mine, first, second], passed) => {
      const [weight = 0, full = 0] = haproxy.weights(up + passed * SECOND + 500 * MILLISECOND);
      const measured = (full * mine) / ((first + second) / 2);
      expect(measured - weight).toBeGreaterThan(-1.3);
      expect(measured - weight).toBeLessThan(0.4);
    });
    expect(haproxy.weights(up + 20 * SECOND)).toEqual([16, 16, 16]);
    expect(bench.changes.filter(({ state }) => state === 'weight risen')).toHaveLength(15);
  });
});
