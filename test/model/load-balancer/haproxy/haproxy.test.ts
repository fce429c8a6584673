import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../../../src/engine/clock.ts';
import { Haproxy } from '../../../../src/model/load-balancer/haproxy/haproxy.ts';
import type {
  HaproxySettings,
  HaproxyTimeouts,
} from '../../../../src/model/load-balancer/haproxy/haproxy-settings.ts';
import { type Outcome, servedShare } from '../../../../src/model/load-balancer/load-balancer.ts';
import { KUBEADM_HAPROXY } from '../../../support/defaults.ts';
import {
  BalancerBench,
  endpointsOf,
  FixedStream,
  hostOf,
  told,
} from '../../../support/load-balancer/balancer-bench.ts';

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

/** The mean wait of those answered as wished within `patience`; undefined where none is. */
function meanWait(outcomes: readonly Outcome[], patience: number): number | undefined {
  const served = servedShare(outcomes, patience);
  if (served === 0) return undefined;
  const waits = outcomes
    .filter(({ kind, after }) => kind === 'ok' && after <= patience)
    .reduce((sum, { share, after }) => sum + share * after, 0);
  return waits / served;
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

  // Real: port closed, connections left: answers went on for 6 s and more; with shutdown-sessions
  // the client was cut off 339 ms after, at DOWN (inter 200ms, fall 2).
  it('keeps connections to a server that is marked down, unless told to end them', () => {
    for (const shutdownSessions of [false, true]) {
      const server = { ...KUBEADM_HAPROXY.server, shutdownSessions };
      const { bench, endpoints, haproxy } = proxy({ ...KUBEADM_HAPROXY, server });
      bench.at(9 * SECOND, (effects) => endpoints[0]!.become('error', effects));
      const kinds = looks(bench, [10, 20], () => haproxy.established(0).kind);
      expect(kinds).toEqual(['lasts', shutdownSessions ? 'reset' : 'lasts']);
    }
  });

  // Real: SIGKILL closed the client's connection within 4 ms; SIGSTOP left it open for as long as
  // the client went on sending, else for `timeout server`.
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
    const heard: number[] = [];
    haproxy.watch({ balancerChanged: () => heard.push(bench.simulation.now / SECOND) });
    bench.at(9 * SECOND, (effects) => endpoints[0]!.become('refusal', effects));
    bench.run();
    expect(heard[0]).toBe(9);
    expect(heard).toHaveLength(2);
  });
});

describe('a connection whose server says nothing', () => {
  /** HAProxy 2.6.12, server stopped, 40 new connections and 40 that stood: seconds, p50. */
  it.each<[Partial<HaproxyTimeouts>, number]>([
    [{ client: 3, server: 5 }, 5.0],
    [{ client: 5, server: 3 }, 3.0],
    [{ client: 2, server: 8 }, 8.0],
    [{ client: 3, server: 3 }, 3.0],
    [{ client: 2, server: 6, serverFin: 1 }, 3.0],
    [{ client: 2, server: 6, serverFin: 10 }, 12.0],
    [{ client: 2, server: 2.5, serverFin: 1 }, 3.0],
    [{ client: 4, server: 3, serverFin: 1 }, 3.0],
    [{ client: 2, server: 6, tunnel: 4 }, 4.0],
    [{ client: 2, server: 6, tunnel: 4, serverFin: 1 }, 4.0],
  ])('is kept by %j for %d s', (seconds, measured) => {
    const own = Object.entries(seconds).map(([key, value]) => [key, value! * SECOND]);
    const timeouts = { ...KUBEADM_HAPROXY.timeouts, ...Object.fromEntries(own) };
    const { bench, endpoints, haproxy } = proxy({ ...KUBEADM_HAPROXY, timeouts });
    bench.at(SECOND, (effects) => {
      for (const endpoint of endpoints) endpoint.become('hang', effects);
    });
    const [seen] = looks(bench, [2], () => [
      told(haproxy.outcomes(bench.simulation.now)),
      haproxy.established(0),
    ]);
    const stalls = { kind: 'stalls', for: measured * SECOND };
    expect(seen).toEqual([[`1.00 hang after ${measured}`], stalls]);
  });

  it('that lives goes when it hears of the end of `timeout client`', () => {
    const timeouts = { ...KUBEADM_HAPROXY.timeouts, client: 2 * SECOND };
    const { bench, endpoints, haproxy } = proxy({ ...KUBEADM_HAPROXY, timeouts });
    bench.at(SECOND, (effects) => {
      for (const endpoint of endpoints) endpoint.become('ok', effects, 9 * SECOND);
    });
    const [seen] = looks(bench, [2], () => told(haproxy.outcomes(bench.simulation.now)));
    expect(seen).toEqual(['1.00 hang after 2']);
  });
});

describe('weights', () => {
  it('of 0 keep new connections away, not those that stand', () => {
    const server = { ...KUBEADM_HAPROXY.server, weight: [3, 1, 0] };
    const { bench, haproxy } = proxy({ ...KUBEADM_HAPROXY, server });
    const [seen] = looks(bench, [2], () => haproxy.outcomes(bench.simulation.now));
    expect(seen!.map(({ server: to, share }) => [to, share])).toEqual([
      [0, 0.75],
      [1, 0.25],
    ]);
    expect(haproxy.established(2)).toEqual({ kind: 'lasts', for: 0 });
  });
});

interface Times {
  readonly inter: number;
  readonly fastinter?: number;
  readonly fall?: number;
}

describe('a start among four dead servers', () => {
  /** HAProxy 2.6.12: ms from its start to DOWN, by server; it takes some 40 ms to start. */
  it.each([
    [{ inter: 2 }, [83, 583, 1082, 1582]],
    [{ inter: 5, fastinter: 1 }, [33, 282, 531, 782]],
    [{ inter: 4, fastinter: 1, fall: 1 }, [41, 1040, 2039, 3039]],
    [{ inter: 0.5 }, [44, 166, 292, 416]],
  ] as const)('%j: one failed check each, spread over an interval', (times, measured) => {
    const { inter, fastinter, fall = 3 }: Times = times;
    const server = {
      ...KUBEADM_HAPROXY.server,
      inter: inter * SECOND,
      fastinter: fastinter === undefined ? undefined : fastinter * SECOND,
      fall,
    };
    const bench = new BalancerBench(false, 100 * SECOND);
    const endpoints = endpointsOf(4);
    const host = hostOf('lb');
    const settings = { ...KUBEADM_HAPROXY, server };
    const haproxy = new Haproxy('lb', endpoints, settings, host, new FixedStream(0), 0);
    haproxy.restart(bench.simulation);
    bench.at(SECOND, (effects) => host.process.fail(effects));
    bench.at(2 * SECOND, (effects) => {
      for (const endpoint of endpoints) endpoint.become('refusal', effects);
    });
    bench.at(10 * SECOND, (effects) => host.process.mend(effects));
    bench.run();
    measured.forEach((ms, index) => {
      const down = bench.firstAfter(10 * SECOND, `lb/s${index}`, 'marked down')! * 1000;
      expect(Math.abs(down - ms + measured[0])).toBeLessThan(10);
    });
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
