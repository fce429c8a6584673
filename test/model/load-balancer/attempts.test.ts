/**
 * The exact shares against a ring that is turned by hand: connections at random times, 200 in each
 * `timeout connect`, each taking the next server in turn and skipping the one that failed before.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import type { AnswerKind } from '../../../src/model/endpoint.ts';
import { type AttemptRules, outcomesOf } from '../../../src/model/load-balancer/attempts.ts';

const RATE = 200;
const CONNECTIONS = 20_000;
/** Connections before the ring has settled to what it does for ever. */
const FIRST = 4_000;

interface Waiting {
  readonly at: number;
  readonly id: number;
  readonly avoid: number;
  readonly used: number;
  readonly waited: number;
}

/** Shares by `kind seconds`, by turning the ring. */
function turned(answers: readonly AnswerKind[], retries: number): Map<string, number> {
  const draws = new RandomStreams('ring').stream('arrivals');
  const queue: Waiting[] = [];
  let clock = 0;
  const arrivals = Array.from({ length: CONNECTIONS }, (_, id): Waiting => {
    clock += -Math.log(1 - draws.double()) / RATE;
    return { at: clock, id, avoid: -1, used: 0, waited: 0 };
  });
  const ends = new Map<string, number>();
  let pointer = 0;
  const take = (avoid: number): number => {
    const passes = answers.length > 1 && pointer === avoid ? 2 : 1;
    const taken = (pointer + passes - 1) % answers.length;
    pointer = (pointer + passes) % answers.length;
    return taken;
  };
  const finish = (id: number, key: string) => {
    if (id >= FIRST) ends.set(key, (ends.get(key) ?? 0) + 1 / (CONNECTIONS - FIRST));
  };
  const visit = ({ at, id, avoid, used, waited }: Waiting): void => {
    const server = take(avoid);
    const kind = answers[server]!;
    if (kind !== 'refusal' && kind !== 'silence') {
      finish(id, `${kind} ${server} ${waited}`);
      return;
    }
    const over = waited + (kind === 'silence' ? 1 : 0);
    if (used === retries) finish(id, `closed undefined ${over}`);
    else {
      const next = { at: at + over - waited, id, avoid: server, used: used + 1, waited: over };
      if (kind === 'refusal') visit(next);
      else queue.push(next);
    }
  };
  for (const arrival of arrivals) {
    while (queue.length > 0 && queue[0]!.at < arrival.at) visit(queue.shift()!);
    visit(arrival);
  }
  while (queue.length > 0) visit(queue.shift()!);
  return ends;
}

describe('shares of outcomes', () => {
  it('are those of a ring that is turned by hand', () => {
    const rules: Omit<AttemptRules, 'retries'> = {
      redispatch: true,
      connect: SECOND,
      turnaround: SECOND,
      idle: 0,
    };
    const answers = fc.array(fc.constantFrom<AnswerKind[]>('ok', 'error', 'refusal', 'silence'), {
      minLength: 2,
      maxLength: 5,
    });
    fc.assert(
      fc.property(answers, fc.integer({ min: 0, max: 3 }), (kinds, retries) => {
        const exact = outcomesOf(
          kinds.map((kind, server) => ({ server, weight: 16, answer: { kind, after: 0 } })),
          { ...rules, retries },
        );
        const ring = turned(kinds, retries);
        expect(exact.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 7);
        for (const { kind, server, after, share } of exact) {
          const key = `${kind} ${server} ${after / SECOND}`;
          expect(Math.abs(share - (ring.get(key) ?? 0))).toBeLessThan(0.03);
          ring.delete(key);
        }
        for (const share of ring.values()) expect(share).toBeLessThan(0.01);
      }),
      { numRuns: 60 },
    );
  });

  it('are by weight where weights differ, and go elsewhere after a failure', () => {
    const exact = outcomesOf(
      [
        { server: 0, weight: 1, answer: { kind: 'refusal', after: 0 } },
        { server: 1, weight: 16, answer: { kind: 'ok', after: 0 } },
        { server: 2, weight: 16, answer: { kind: 'silence', after: 0 } },
      ],
      { retries: 1, redispatch: true, connect: SECOND, turnaround: SECOND, idle: SECOND },
    );
    const share = (kind: string, after: number) =>
      exact.find((one) => one.kind === kind && one.after === after)!.share;
    // First the good one, or the dead one and then the good one.
    expect(share('ok', 0)).toBeCloseTo(16 / 33 + 1 / 66, 12);
    expect(share('ok', SECOND)).toBeCloseTo((16 / 33) * (16 / 17), 12);
    // The dead one and then the silent one, or the other way round.
    expect(share('closed', SECOND)).toBeCloseTo(1 / 66 + 16 / 33 / 17, 12);
  });
});
