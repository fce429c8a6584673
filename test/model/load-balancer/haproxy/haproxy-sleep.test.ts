import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MILLISECOND, SECOND } from '../../../../src/engine/clock.ts';
import { Haproxy } from '../../../../src/model/load-balancer/haproxy/haproxy.ts';
import type { AnswerKind } from '../../../../src/model/network/endpoint.ts';
import { HAPROXY_SERVER, KUBEADM_HAPROXY } from '../../../support/defaults.ts';
import { draws } from '../../../support/draws.ts';
import {
  BalancerBench,
  endpointsOf,
  FixedStream,
  hostOf,
} from '../../../support/load-balancer/balancer-bench.ts';

/** Multiples of 250 ms, so that changes often meet the ends and starts of checks. */
const QUARTER = 250 * MILLISECOND;

interface Move {
  readonly quarters: number;
  readonly server: number;
  readonly kind: AnswerKind | 'stop' | 'start';
  readonly after: number;
}

const moves = fc.array(
  fc.record({
    quarters: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4000 })),
    server: fc.integer({ min: 0, max: 2 }),
    kind: fc.constantFrom<Move['kind'][]>(
      'ok',
      'ok',
      'ok',
      'error',
      'hang',
      'refusal',
      'silence',
      'stop',
      'start',
    ),
    after: fc.constantFrom(0, 2 * MILLISECOND, QUARTER, 3 * QUARTER, 12 * SECOND),
  }),
  { maxLength: 25 },
);

const settings: fc.Arbitrary<typeof KUBEADM_HAPROXY> = fc
  .record({
    inter: fc.constantFrom(2, 4, 8, 20).map((quarters) => quarters * QUARTER),
    fastinter: fc.constantFrom(undefined, QUARTER, 3 * QUARTER),
    downinter: fc.constantFrom(undefined, 3 * QUARTER, 12 * SECOND),
    fall: fc.integer({ min: 1, max: 4 }),
    rise: fc.integer({ min: 1, max: 3 }),
    checkSsl: fc.boolean(),
    slowstart: fc.constantFrom(0, 5 * SECOND),
    check: fc.constantFrom(undefined, 2 * QUARTER, 10 * SECOND),
    connect: fc.constantFrom(QUARTER, 5 * SECOND),
  })
  .map(({ check, connect, ...server }) => ({
    ...KUBEADM_HAPROXY,
    server: { ...HAPROXY_SERVER, ...server },
    timeouts: { ...KUBEADM_HAPROXY.timeouts, check, connect },
  }));

function lived(
  plan: typeof KUBEADM_HAPROXY,
  script: readonly Move[],
  share: number,
  awake: boolean,
) {
  const end = 4000 * QUARTER;
  const bench = new BalancerBench(awake, end);
  const endpoints = endpointsOf(3);
  const host = hostOf('lb');
  const haproxy = new Haproxy('lb', endpoints, plan, host, new FixedStream(share), 0);
  haproxy.restart(bench.simulation);
  let isStopped = false;
  for (const { quarters, server, kind, after } of script) {
    bench.at(quarters * QUARTER, (effects) => {
      if (kind === 'stop' || kind === 'start') {
        if (isStopped === (kind === 'stop')) return;
        isStopped = !isStopped;
        if (isStopped) host.process.fail(effects);
        else host.process.mend(effects);
      } else if (kind === 'error' && after === 3 * QUARTER) {
        // One that waits in vain for most of this.
        endpoints[server]!.show({ kind, after, waits: 2 * QUARTER }, effects);
      } else endpoints[server]!.become(kind, effects, after);
    });
  }
  bench.run();
  return { bench, elided: haproxy.checksElided(end), haproxy };
}

describe('asleep', () => {
  it('tells the same story as awake, whatever happens', () => {
    const shares = fc.constantFrom(0, 0.25, 0.5, 0.123, 0.999);
    fc.assert(
      fc.property(settings, moves, shares, (plan, script, share) => {
        const asleep = lived(plan, script, share, false);
        const awake = lived(plan, script, share, true);
        expect(asleep.bench.trace).toEqual(awake.bench.trace);
        expect(asleep.haproxy.outcomes(0)).toEqual(awake.haproxy.outcomes(0));
        expect(awake.elided).toBe(0);
        expect(asleep.bench.simulation.executed).toBeLessThanOrEqual(
          awake.bench.simulation.executed,
        );
      }),
      { numRuns: draws(300, 1500) },
    );
  });

  it('costs nothing where nothing happens, and a bounded number of events for each fault', () => {
    const bench = new BalancerBench(false, 30 * DAY);
    const endpoints = endpointsOf(3);
    const haproxy = new Haproxy(
      'lb',
      endpoints,
      KUBEADM_HAPROXY,
      hostOf('lb'),
      new FixedStream(0.5),
      0,
    );
    haproxy.restart(bench.simulation);
    bench.at(DAY, (effects) => endpoints[1]!.become('refusal', effects));
    bench.at(2 * DAY, (effects) => endpoints[1]!.become('ok', effects));
    bench.run();
    expect(bench.simulation.executed).toBeLessThan(25);
    const checks = (3 * 30 * DAY) / (2 * SECOND);
    expect(haproxy.checksElided(30 * DAY) / checks).toBeCloseTo(1, 2);
  });
});
