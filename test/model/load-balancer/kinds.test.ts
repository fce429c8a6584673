/** What holds for every kind of balancer. */
import { describe, expect, it } from 'vitest';
import { NEVER, SECOND } from '../../../src/engine/clock.ts';
import { type Outcome, servedShare } from '../../../src/model/load-balancer/load-balancer.ts';
import type { AnswerKind } from '../../../src/model/network/endpoint.ts';
import { BalancerBench, endpointsOf } from '../../support/load-balancer/balancer-bench.ts';
import { KINDS, type Kind } from '../../support/load-balancer/balancer-kinds.ts';

const END = 2000 * SECOND;
const FAULT = 500 * SECOND;
const CURE = 1000 * SECOND;
/** Clients give up after a second. */
const PATIENCE = SECOND;

function world(kind: Kind) {
  const bench = new BalancerBench(false, END);
  const endpoints = endpointsOf(3);
  const built = kind.build(endpoints);
  built.restart(bench.simulation);
  const { balancer, parts } = built;
  const seen = new Map<number, readonly Outcome[]>();
  /** Looks at each second of the run, and half a second after the fault. */
  for (let time = 0; time < END; time += SECOND) {
    bench.at(time + 1, () => seen.set(time, balancer.outcomes(bench.simulation.now)));
  }
  const served = (time: number) => servedShare(seen.get(time)!, PATIENCE);
  return { bench, endpoints, balancer, parts, seen, served, at: bench.at.bind(bench) };
}

function during(kind: Kind, what: AnswerKind) {
  const all = world(kind);
  const [first] = all.endpoints;
  all.at(FAULT, (effects) => first!.become(what, effects));
  all.at(CURE, (effects) => first!.become('ok', effects));
  all.bench.run();
  return all;
}

describe.each(KINDS)('$name', (kind) => {
  it('serves everybody while all is well, from all servers alike', () => {
    const { bench, seen, served } = world(kind);
    bench.run();
    for (const [time, outcomes] of seen) {
      expect(served(time)).toBeCloseTo(1, 9);
      for (const server of [0, 1, 2]) {
        const share = outcomes.filter((one) => one.server === server);
        expect(share.reduce((sum, one) => sum + one.share, 0)).toBeCloseTo(1 / 3, 9);
      }
    }
  });

  it.each(['refusal', 'silence', 'hang', 'error'] as const)('with %s: shares add up', (what) => {
    const { seen } = during(kind, what);
    for (const outcomes of seen.values()) {
      expect(outcomes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 8);
      for (const { share, after } of outcomes) {
        expect(share).toBeGreaterThan(0);
        expect(after).toBeGreaterThanOrEqual(0);
      }
    }
  });

  it.each(['refusal', 'silence', 'hang'] as const)('one server: %s', (what) => {
    const { seen, served } = during(kind, what);
    const heals = kind.heals[what];
    const last = CURE - SECOND;
    // At first at most its own share is lost, with what others' retries lose there.
    expect(served(FAULT)).toBeGreaterThan(0.6);
    if (heals === undefined) expect(served(last)).toBeLessThan(1);
    else {
      for (const time of seen.keys()) {
        if (time < FAULT + heals * SECOND || time > last) continue;
        expect(served(time)).toBeCloseTo(1, 9);
      }
    }
    expect(served(END - SECOND)).toBeCloseTo(1, 9);
    const back = seen.get(END - SECOND)!.map(({ server }) => server);
    expect(new Set(back)).toEqual(new Set([0, 1, 2]));
  });

  it('all servers gone: nobody is served, and everybody when they are back', () => {
    const all = world(kind);
    all.at(FAULT, (effects) => {
      for (const endpoint of all.endpoints) endpoint.become('silence', effects);
    });
    all.at(CURE, (effects) => {
      for (const endpoint of all.endpoints) endpoint.become('ok', effects);
    });
    all.bench.run();
    for (const [time] of all.seen) {
      if (time >= FAULT && time < CURE) expect(all.served(time)).toBe(0);
    }
    expect(all.served(END - SECOND)).toBeCloseTo(1, 9);
  });

  it('the balancer gone: nobody is served and nobody hears, until it is back', () => {
    const all = world(kind);
    if (all.parts.length === 0) return;
    all.at(FAULT, (effects) => {
      for (const part of all.parts) part.fail(effects);
    });
    all.at(CURE, (effects) => {
      for (const part of all.parts) part.mend(effects);
    });
    all.bench.run();
    for (const [time, outcomes] of all.seen) {
      if (time < FAULT || time >= CURE) continue;
      expect(outcomes).toEqual([
        { kind: 'silence', server: undefined, share: expect.closeTo(1, 9), after: NEVER },
      ]);
    }
    expect(all.served(END - SECOND)).toBeCloseTo(1, 9);
  });

  it('tells its watchers of every change that can be seen', () => {
    const all = world(kind);
    const told = new Set<number>();
    all.balancer.watch({ balancerChanged: (_, { now }) => told.add(Math.floor(now / SECOND)) });
    const [first] = all.endpoints;
    all.at(FAULT, (effects) => first!.become('error', effects));
    all.at(CURE, (effects) => first!.become('ok', effects));
    for (const part of all.parts) {
      all.at(CURE + 300 * SECOND, (effects) => part.fail(effects));
      all.at(CURE + 500 * SECOND, (effects) => part.mend(effects));
    }
    all.bench.run();
    let before = '';
    for (const [time, outcomes] of all.seen) {
      const now = JSON.stringify(outcomes);
      const second = time / SECOND;
      if (before !== '' && now !== before) {
        expect(told.has(second) || told.has(second - 1)).toBe(true);
      }
      before = now;
    }
  });
});
