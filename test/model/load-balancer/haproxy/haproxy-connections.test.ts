import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../src/engine/clock.ts';
import {
  type Candidate,
  outcomesOf,
} from '../../../../src/model/load-balancer/haproxy/attempts.ts';
import type { Outcome } from '../../../../src/model/load-balancer/load-balancer.ts';
import type { AnswerKind } from '../../../../src/model/network/endpoint.ts';
import { told } from '../../../support/load-balancer/balancer-bench.ts';

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
  const idle = 3 * SECOND;
  const common = { retries, redispatch, turnaround, idle, slowest: idle };
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

  // Real rings stay in one order for long; the model's shares are the mean over all orders.
  it.each([
    [1, [dead, silent, 'ok'], { 'closed after 0.7': 59 / 119, 'ok after 0': 60 / 119 }],
    [
      2,
      [dead, silent, 'ok'],
      {
        'closed after 0.7': 0.048,
        'closed after 1.4': 0.012,
        'ok after 0': 0.415,
        'ok after 0.7': 0.525,
      },
    ],
    [
      3,
      [silent, dead, 'ok'],
      {
        'closed after 1.4': 0.197,
        'ok after 0': 0.478,
        'ok after 0.7': 0.302,
        'ok after 1.4': 0.023,
      },
    ],
  ] as const)(
    'retries %d, connect 0.7s, %j: within 0.14 of two runs of 300',
    (retries, of, met) => {
      const outcomes = come(of, { retries, connect: 0.7 });
      const kinds = new Map<string, number>();
      for (const { kind, after, share } of outcomes) {
        const key = `${kind} after ${after / SECOND}`;
        kinds.set(key, (kinds.get(key) ?? 0) + share);
      }
      const measured = met as Readonly<Record<string, number>>;
      for (const key of new Set([...kinds.keys(), ...Object.keys(measured)])) {
        const far = Math.abs((kinds.get(key) ?? 0) - (measured[key] ?? 0));
        expect(far, key).toBeLessThan(0.14);
      }
    },
  );

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
