/**
 * The computed shares against rings that are turned by hand: connections at random times, 200 in
 * each `timeout connect`, each taking the next server and skipping the one that failed before.
 */

import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../src/engine/clock.ts';
import { RandomStreams } from '../../../../src/engine/random-streams.ts';
import {
  type AttemptRules,
  outcomesOf,
} from '../../../../src/model/load-balancer/haproxy/attempts.ts';
import type { AnswerKind } from '../../../../src/model/network/endpoint.ts';
import { draws } from '../../../support/draws.ts';

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

/** The orders in which the ring may be: those that are not silent keep theirs. */
function ringsOf(answers: readonly AnswerKind[]): number[][] {
  const places = answers.map((_, place) => place);
  const others = places.filter((place) => answers[place] !== 'silence');
  if (others.length === 0) return [places];
  let rings = [others];
  for (const silent of places.filter((place) => answers[place] === 'silence')) {
    rings = rings.flatMap((ring) => ring.map((_, at) => ring.toSpliced(at + 1, 0, silent)));
  }
  return rings;
}

/** Shares by `kind server seconds`, the mean over all orders. */
function turned(answers: readonly AnswerKind[], retries: number): Map<string, number> {
  const rings = ringsOf(answers);
  const ends = new Map<string, number>();
  for (const ring of rings) {
    const kinds = ring.map((place) => answers[place]!);
    for (const [key, share] of turnedInOrder(kinds, retries)) {
      const [kind, place, waited] = key.split(' ');
      const server = place === 'undefined' ? place : ring[Number(place)];
      const met = `${kind} ${server} ${waited}`;
      ends.set(met, (ends.get(met) ?? 0) + share / rings.length);
    }
  }
  return ends;
}

/** Shares by `kind place seconds`, by turning one ring. */
function turnedInOrder(answers: readonly AnswerKind[], retries: number): Map<string, number> {
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

const RULES: Omit<AttemptRules, 'retries'> = {
  redispatch: true,
  connect: SECOND,
  turnaround: SECOND,
  idle: 0,
  slowest: 0,
};

/** Every row of up to so many servers of each kind. */
function rows(): AnswerKind[][] {
  let longest: AnswerKind[][] = [[]];
  return [1, 2, 3, 4].slice(0, draws(3, 4)).flatMap((length) => {
    longest = longest.flatMap((row) => KINDS.map((kind) => [...row, kind]));
    return length === 1 ? [] : longest;
  });
}
const KINDS: readonly AnswerKind[] = ['ok', 'refusal', 'silence'];

describe('shares of outcomes', () => {
  it.each([0, 1, 2, 3])('with %i retries are those of a ring turned by hand', (retries) => {
    for (const kinds of rows()) {
      const exact = outcomesOf(
        kinds.map((kind, server) => ({ server, weight: 16, answer: { kind, after: 0 } })),
        { ...RULES, retries },
      );
      const ring = turned(kinds, retries);
      expect(exact.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 7);
      // What waits for a time-out comes in the order in which it went, which the model leaves out.
      const silent = kinds.filter((kind) => kind === 'silence').length;
      const [most, mostServed] = [
        [0.001, 0.001],
        [0.03, 0.015],
      ][silent] ?? [0.08, 0.025];
      for (const { kind, server, after, share } of exact) {
        const found = ring.get(`${kind} ${server} ${after / SECOND}`) ?? 0;
        expect(Math.abs(share - found)).toBeLessThan(most!);
      }
      const served = exact.filter(({ kind }) => kind === 'ok');
      const servedByHand = [...ring].filter(([key]) => key.startsWith('ok'));
      const difference =
        served.reduce((sum, { share }) => sum + share, 0) -
        servedByHand.reduce((sum, [, share]) => sum + share, 0);
      expect(Math.abs(difference)).toBeLessThan(mostServed!);
    }
  });

  it('are by weight where weights differ, and go elsewhere after a failure', () => {
    const exact = outcomesOf(
      [
        { server: 0, weight: 1, answer: { kind: 'refusal', after: 0 } },
        { server: 1, weight: 16, answer: { kind: 'ok', after: 0 } },
        { server: 2, weight: 16, answer: { kind: 'silence', after: 0 } },
      ],
      {
        retries: 1,
        redispatch: true,
        connect: SECOND,
        turnaround: SECOND,
        idle: SECOND,
        slowest: SECOND,
      },
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
