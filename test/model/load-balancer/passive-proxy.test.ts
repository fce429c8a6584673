import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { NGINX_STREAM, PassiveProxy } from '../../../src/model/load-balancer/passive-proxy.ts';
import type { AnswerKind } from '../../../src/model/network/endpoint.ts';
import { endpointsOf } from '../../support/load-balancer/balancer-bench.ts';

interface Flow {
  readonly rate: number;
  readonly failTimeout: number;
  readonly answers: readonly AnswerKind[];
}

function outcomes({ rate, failTimeout, answers }: Flow) {
  const endpoints = endpointsOf(answers.length);
  answers.forEach((kind, index) => {
    endpoints[index]!.answer = { kind, after: 0 };
  });
  return new PassiveProxy('nginx', endpoints, {
    ...NGINX_STREAM,
    failTimeout: failTimeout * SECOND,
    connectTimeout: SECOND,
    connectionsPerSecond: rate,
  }).outcomes();
}

/**
 * nginx 1.22.1, module stream, `max_fails=1`, `proxy_connect_timeout 1s`, over loopback;
 * connections at random times (Poisson) for 200 or 300 s, packets to the silent servers dropped by
 * iptables.
 */
describe('as measured on real nginx', () => {
  const s = 'silence';
  it.each([
    [{ rate: 1015 / 200, failTimeout: 3, answers: [s, 'ok', 'ok'] }, 38, 1015],
    [{ rate: 282 / 300, failTimeout: 3, answers: [s, 'ok', 'ok'] }, 32, 282],
    [{ rate: 1513 / 300, failTimeout: 10, answers: [s, 'ok', 'ok'] }, 24, 1513],
    [{ rate: 3898 / 200, failTimeout: 3, answers: [s, s, 'ok'] }, 86, 3898],
    [{ rate: 2013 / 200, failTimeout: 3, answers: [s, 'ok', 'ok', 'ok', 'ok'] }, 40, 2013],
  ] as const)('%j: %i of %i connections wait for the time-out', (flow, late, all) => {
    const waiting = outcomes(flow).filter(({ after }) => after === SECOND);
    const share = waiting.reduce((sum, one) => sum + one.share, 0);
    expect(waiting.every(({ kind }) => kind === 'ok')).toBe(true);
    expect(Math.abs(share * all - late)).toBeLessThan(Math.sqrt(late));
  });

  it('all three dead: all 270 connections closed at once', () => {
    const [only, ...others] = outcomes({
      rate: 5,
      failTimeout: 3,
      answers: ['refusal', 'refusal', 'refusal'],
    });
    expect(others).toEqual([]);
    expect(only).toEqual({ kind: 'closed', server: undefined, share: 1, after: 0 });
  });

  it('all three silent: a probe of each in 10 connections [117 probes in 403]', () => {
    const late = outcomes({ rate: 403 / 200, failTimeout: 3, answers: [s, s, s] })
      .filter(({ after }) => after > 0)
      .reduce((sum, { share }) => sum + share, 0);
    expect(Math.abs(late * 403 - 117)).toBeLessThan(11);
  });
});

describe('a server that', () => {
  it('refuses costs nobody anything', () => {
    const servers = outcomes({ rate: 1, failTimeout: 10, answers: ['refusal', 'ok', 'ok'] });
    expect(servers.map(({ kind, share, after }) => [kind, share, after])).toEqual([
      ['ok', 0.5, 0],
      ['ok', 0.5, 0],
    ]);
  });

  it('hangs or errs keeps its share', () => {
    const servers = outcomes({ rate: 1, failTimeout: 10, answers: ['hang', 'error', 'ok'] });
    expect(servers.map(({ kind, share }) => [kind, share])).toEqual([
      ['hang', 1 / 3],
      ['error', 1 / 3],
      ['ok', 1 / 3],
    ]);
  });
});
