import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { Direct } from '../../../src/model/load-balancer/direct.ts';
import { Dns, GO_CLIENT } from '../../../src/model/load-balancer/dns.ts';
import { type Outcome, servedShare } from '../../../src/model/load-balancer/load-balancer.ts';
import type { AnswerKind } from '../../../src/model/network/endpoint.ts';
import { BalancerBench, endpointsOf } from '../../support/load-balancer/balancer-bench.ts';

function world(ttl = 60 * SECOND) {
  const bench = new BalancerBench(false, 1000 * SECOND);
  const endpoints = endpointsOf(3);
  for (const endpoint of endpoints) endpoint.answer = { kind: 'ok', after: 0 };
  const addresses = endpoints.map((endpoint, index) => new Direct(endpoint, index));
  const dns = new Dns('api', addresses, { ttl, ...GO_CLIENT });
  dns.restart(bench.simulation);
  const become = (kinds: readonly AnswerKind[]) => {
    kinds.forEach((kind, index) => {
      endpoints[index]!.become(kind, bench.simulation, 0);
    });
  };
  return { bench, dns, become, at: bench.at.bind(bench) };
}

function told(outcomes: readonly Outcome[]): string[] {
  return outcomes
    .map(({ kind, server, after, share }) => {
      return `${share.toFixed(3)} ${kind} ${server} ${after / SECOND}`;
    })
    .sort();
}

describe('a client', () => {
  it('is with each address as often as with any other', () => {
    const { dns } = world();
    expect(told(dns.outcomes(0))).toEqual(['0.333 ok 0 0', '0.333 ok 1 0', '0.333 ok 2 0']);
  });

  it('goes on to the next at once where it is refused', () => {
    const { dns, become } = world();
    become(['refusal', 'ok', 'ok']);
    expect(told(dns.outcomes(0))).toEqual(['0.333 ok 2 0', '0.667 ok 1 0']);
  });

  it('waits a third of 30 s for the first of three that are silent, as Go does', () => {
    const { dns, become } = world();
    become(['silence', 'ok', 'ok']);
    expect(told(dns.outcomes(0))).toEqual(['0.333 ok 1 0', '0.333 ok 1 10', '0.333 ok 2 0']);
    become(['silence', 'silence', 'ok']);
    expect(told(dns.outcomes(0))).toEqual(['0.333 ok 2 0', '0.333 ok 2 10', '0.333 ok 2 20']);
    become(['silence', 'silence', 'silence']);
    expect(dns.outcomes(0).map(({ kind, after }) => [kind, after / SECOND])).toEqual([
      ['silence', 30],
      ['silence', 30],
      ['silence', 30],
    ]);
  });

  it('stays with one that accepts, whatever comes then', () => {
    const { dns, become } = world();
    become(['hang', 'error', 'refusal']);
    const kinds = dns.outcomes(0).map(({ kind, share }) => `${kind} ${share.toFixed(3)}`);
    expect(kinds.sort()).toEqual(['error 0.333', 'hang 0.667']);
  });
});

describe('records', () => {
  it('that change reach clients evenly over a TTL', () => {
    const { bench, dns, become, at } = world();
    become(['silence', 'ok', 'ok']);
    at(100 * SECOND, (effects) => dns.tell([1, 2], effects));
    const seen: number[] = [];
    for (const second of [99, 100, 115, 130, 160, 200]) {
      at(second * SECOND, () => seen.push(servedShare(dns.outcomes(second * SECOND), SECOND)));
    }
    bench.run();
    const expected = [2 / 3, 2 / 3, 2 / 3 + 1 / 12, 5 / 6, 1, 1];
    seen.forEach((share, index) => {
      expect(share).toBeCloseTo(expected[index]!, 9);
    });
  });

  it('of several changes within a TTL are all about', () => {
    const { bench, dns, at } = world();
    at(100 * SECOND, (effects) => dns.tell([1], effects));
    at(120 * SECOND, (effects) => dns.tell([2], effects));
    at(130 * SECOND, () => {
      const outcomes = dns.outcomes(130 * SECOND);
      const share = (server: number) =>
        outcomes.filter((one) => one.server === server).reduce((sum, one) => sum + one.share, 0);
      expect(share(0)).toBeCloseTo(0.5 / 3, 9);
      expect(share(1)).toBeCloseTo(0.5 / 3 + 20 / 60, 9);
      expect(share(2)).toBeCloseTo(0.5 / 3 + 10 / 60, 9);
    });
    bench.run();
    expect(told(dns.outcomes(1000 * SECOND))).toEqual(['1.000 ok 2 0']);
  });

  it('are counted anew while clients go over, and no longer', () => {
    const { bench, dns, at } = world();
    at(100 * SECOND, (effects) => dns.tell([1], effects));
    bench.run();
    const times = bench.changes.map(({ time }) => time / SECOND);
    expect(times).toHaveLength(21);
    expect(times.at(-1)).toBe(160);
  });

  it('that name nobody refuse everybody', () => {
    const { bench, dns, at } = world(0);
    at(100 * SECOND, (effects) => dns.tell([], effects));
    bench.run();
    expect(dns.outcomes(200 * SECOND).map(({ kind }) => kind)).toEqual(['refusal']);
  });
});
