import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../../../src/engine/clock.ts';
import { type RandomStream, RandomStreams } from '../../../../src/engine/random-streams.ts';
import { Cloud, type CloudSettings } from '../../../../src/model/load-balancer/cloud/cloud.ts';
import { servedShare } from '../../../../src/model/load-balancer/load-balancer.ts';
import type { AnswerKind } from '../../../../src/model/network/endpoint.ts';
import { Part } from '../../../../src/model/parts/part.ts';
import { AWS_NLB, AZURE_STANDARD, GCP_PASSTHROUGH } from '../../../support/defaults.ts';
import {
  BalancerBench,
  endpointsOf,
  FixedStream,
} from '../../../support/load-balancer/balancer-bench.ts';
import {
  criticalDistance,
  distanceFromLaw,
} from '../../../support/statistics/kolmogorov-smirnov.ts';

function world(
  settings: CloudSettings,
  share: number | RandomStream = 0,
  awake = false,
  end = 2000 * SECOND,
) {
  const bench = new BalancerBench(awake, end);
  const endpoints = endpointsOf(3);
  const own = new Part({ name: 'cloud', kind: 'component', hosts: [], hostsNeeded: 0 }, []);
  const phases = typeof share === 'number' ? new FixedStream(share) : share;
  const cloud = new Cloud('cloud', endpoints, settings, own, phases, 0);
  cloud.restart(bench.simulation);
  return { bench, endpoints, own, cloud, at: bench.at.bind(bench) };
}

function changes(bench: BalancerBench): string[] {
  return bench.changes.map(({ time, subject, state }) => `${time / SECOND} ${subject} ${state}`);
}

/** Probes at multiples of the interval; the fault just before 100 s, the cure at 500 s. */
function noticed(settings: CloudSettings, kind: AnswerKind): string[] {
  const { bench, endpoints, at } = world(settings);
  at(100 * SECOND - 1, (effects) => endpoints[0]!.become(kind, effects));
  at(500 * SECOND, (effects) => endpoints[0]!.become('ok', effects));
  bench.run();
  return bench.changes.map(({ time, state }) => `${time / SECOND} ${state}`);
}

describe('probes', () => {
  it("of AWS's default are TCP: a dead target is found by the second", () => {
    expect(noticed(AWS_NLB, 'refusal')).toEqual(['150 unhealthy', '630 healthy']);
  });

  it('that meet silence end by their time-out, and the next comes no later for it', () => {
    expect(noticed(AWS_NLB, 'silence')).toEqual(['160 unhealthy', '630 healthy']);
  });

  it('of TCP never see a server that accepts and does not answer', () => {
    expect(noticed(AWS_NLB, 'hang')).toEqual([]);
    expect(noticed(AWS_NLB, 'error')).toEqual([]);
  });

  it('of HTTPS do', () => {
    const https: CloudSettings = { ...AWS_NLB, protocol: 'https' };
    expect(noticed(https, 'hang')).toEqual(['160 unhealthy', '630.002 healthy']);
    expect(noticed(https, 'error')).toEqual(['150.002 unhealthy', '630.002 healthy']);
  });

  it('of Azure decide alone, of GCP in pairs', () => {
    expect(noticed(AZURE_STANDARD, 'refusal')).toEqual(['100 unhealthy', '500.002 healthy']);
    expect(noticed(GCP_PASSTHROUGH, 'refusal')).toEqual(['105 unhealthy', '505.002 healthy']);
    expect(noticed(GCP_PASSTHROUGH, 'silence')).toEqual(['110 unhealthy', '505.002 healthy']);
  });
});

/** A fault comes at any time before the next probe, so that detection is uniform. */
describe('detection over all phases of probes', () => {
  const COUNT = 500;
  const LEVEL = 0.001;
  const FAULT = 600 * SECOND;
  const CURE = 1200 * SECOND;

  /** Seconds from the fault, or from the cure, to the change; in rising order. */
  function waits(settings: CloudSettings, kind: AnswerKind) {
    const streams = new RandomStreams('phases of probes');
    const phases = streams.stream('cloud');
    const found: { unhealthy: number[]; healthy: number[] } = { unhealthy: [], healthy: [] };
    for (let replication = 0; replication < COUNT; replication++) {
      streams.restart(replication);
      const { bench, endpoints, at } = world(settings, phases);
      at(FAULT, (effects) => endpoints[0]!.become(kind, effects));
      at(CURE, (effects) => endpoints[0]!.become('ok', effects));
      bench.run();
      found.unhealthy.push(bench.firstAfter(FAULT, 'cloud/s0', 'unhealthy')!);
      found.healthy.push(bench.firstAfter(CURE, 'cloud/s0', 'healthy')!);
    }
    for (const sample of [found.unhealthy, found.healthy]) sample.sort((a, b) => a - b);
    return found;
  }

  function isUniform(sample: readonly number[], from: number, to: number): void {
    const law = (value: number) => Math.min(1, Math.max(0, (value - from) / (to - from)));
    expect(sample[0]).toBeGreaterThanOrEqual(from - 0.01);
    expect(sample.at(-1)).toBeLessThanOrEqual(to + 0.01);
    expect(distanceFromLaw(sample, law)).toBeLessThan(criticalDistance(LEVEL, COUNT));
  }

  const https: CloudSettings = { ...AWS_NLB, protocol: 'https' };
  const cases: readonly [string, CloudSettings, AnswerKind, number, number, number, number][] = [
    // (fall - 1) intervals and the part of one until the first; an answer that does not come is
    // waited for, 10 s with AWS and 5 s with GCP.
    ['AWS, refused', AWS_NLB, 'refusal', 30, 60, 120, 150],
    ['AWS, silent', AWS_NLB, 'silence', 40, 70, 120, 150],
    ['AWS by HTTPS, hung', https, 'hang', 40, 70, 120, 150],
    ['Azure, refused', AZURE_STANDARD, 'refusal', 0, 5, 0, 5],
    ['GCP, refused', GCP_PASSTHROUGH, 'refusal', 5, 10, 5, 10],
    ['GCP, hung', GCP_PASSTHROUGH, 'hang', 10, 15, 5, 10],
  ];

  it.each(cases)('%s', (_what, settings, kind, from, to, backFrom, backTo) => {
    for (const propagation of [0, 20]) {
      const found = waits({ ...settings, propagation: propagation * SECOND }, kind);
      isUniform(found.unhealthy, from + propagation, to + propagation);
      isUniform(found.healthy, backFrom + propagation, backTo + propagation);
    }
  });
});

describe('a probe that waits for etcd, which has no leader for a second', () => {
  it.each([
    [101, []],
    [103, ['104 unhealthy', '105.002 healthy']],
  ])('back at %i s', (back, expected) => {
    const { bench, endpoints, at } = world(AZURE_STANDARD);
    const waiting = { kind: 'error', after: 4 * SECOND, waits: 2 * SECOND } as const;
    at(100 * SECOND - 1, (effects) => endpoints[0]!.show(waiting, effects));
    at(back * SECOND, (effects) => endpoints[0]!.become('ok', effects));
    bench.run();
    expect(bench.changes.map(({ time, state }) => `${time / SECOND} ${state}`)).toEqual(expected);
  });
});

describe('what is found', () => {
  it('comes into force after a while', () => {
    const { bench, endpoints, cloud, at } = world({ ...GCP_PASSTHROUGH, propagation: 7 * SECOND });
    const seen: number[] = [];
    at(100 * SECOND, (effects) => endpoints[0]!.become('refusal', effects));
    for (const second of [104, 111, 112]) {
      at(second * SECOND + 1, () => seen.push(servedShare(cloud.outcomes(), SECOND)));
    }
    bench.run();
    expect(seen).toEqual([2 / 3, 2 / 3, 1]);
    expect(changes(bench)).toEqual(['112 cloud/s0 unhealthy']);
  });

  it('where all are unhealthy sends to all, or to nobody', () => {
    for (const settings of [GCP_PASSTHROUGH, AZURE_STANDARD]) {
      const { bench, endpoints, cloud, at } = world(settings);
      at(100 * SECOND, (effects) => {
        for (const endpoint of endpoints) endpoint.become('error', effects);
      });
      bench.run();
      const [kind, ...others] = cloud.outcomes().map((outcome) => outcome.kind);
      expect([kind, others.length]).toEqual(settings.failOpen ? ['error', 2] : ['silence', 0]);
    }
  });

  it('resets connections with AWS once, and lets them be with Azure', () => {
    for (const settings of [{ ...AWS_NLB, protocol: 'https' } as const, AZURE_STANDARD]) {
      const { bench, endpoints, cloud, at } = world(settings);
      at(100 * SECOND, (effects) => endpoints[0]!.become('error', effects));
      bench.run();
      const { time } = bench.changes.find(({ state }) => state === 'unhealthy')!;
      const kinds = [time, time + 1].map((now) => cloud.established(0, now).kind);
      expect(kinds).toEqual([settings.resetsUnhealthy ? 'reset' : 'lasts', 'lasts']);
      expect(cloud.established(1, time).kind).toBe('lasts');
    }
  });

  it('resets nothing where the last one becomes unhealthy and all get connections', () => {
    const { bench, endpoints, cloud, at } = world({ ...AWS_NLB, protocol: 'https' });
    at(100 * SECOND, (effects) => endpoints[0]!.become('error', effects));
    at(400 * SECOND, (effects) => endpoints[1]!.become('error', effects));
    at(800 * SECOND, (effects) => endpoints[2]!.become('error', effects));
    bench.run();
    const times = bench.changes.map(({ time }) => time);
    const kinds = times.map((time) => [0, 1, 2].map((one) => cloud.established(one, time).kind));
    expect(kinds.flat().filter((kind) => kind === 'reset')).toHaveLength(2);
    expect(kinds.at(-1)).toEqual(['lasts', 'lasts', 'lasts']);
  });
});

describe('a target that is taken out', () => {
  it('gets nothing new at once, and keeps what stands for its delay', () => {
    const { bench, cloud, at } = world(AWS_NLB);
    at(100 * SECOND, (effects) => cloud.register(0, false, effects));
    const seen: unknown[] = [];
    for (const second of [101, 399, 401]) {
      at(second * SECOND, () => {
        const servers = cloud.outcomes().map(({ server }) => server);
        seen.push([servers, cloud.established(0, second * SECOND).kind]);
      });
    }
    at(500 * SECOND, (effects) => cloud.register(0, true, effects));
    bench.run();
    expect(seen).toEqual([
      [[1, 2], 'lasts'],
      [[1, 2], 'lasts'],
      [[1, 2], 'reset'],
    ]);
    expect(cloud.outcomes()).toHaveLength(3);
  });
});

describe('asleep', () => {
  const KINDS = ['ok', 'ok', 'error', 'hang', 'refusal', 'silence'] as const;
  const moves = fc.array(
    fc.record({
      seconds: fc.integer({ min: 0, max: 1500 }),
      server: fc.integer({ min: 0, max: 2 }),
      kind: fc.constantFrom(...KINDS),
      after: fc.constantFrom(0, 2000, SECOND, 5 * SECOND, 20 * SECOND),
    }),
    { maxLength: 20 },
  );
  const plans = fc
    .record({
      protocol: fc.constantFrom<('tcp' | 'https')[]>('tcp', 'https'),
      interval: fc.constantFrom(5 * SECOND, 30 * SECOND),
      timeout: fc.constantFrom(2 * SECOND, 5 * SECOND),
      healthyThreshold: fc.integer({ min: 1, max: 3 }),
      unhealthyThreshold: fc.integer({ min: 1, max: 3 }),
      propagation: fc.constantFrom(0, 10 * SECOND),
    })
    .map((plan) => ({ ...AWS_NLB, ...plan }));

  it('tells the same story as awake, whatever happens', () => {
    const shares = fc.constantFrom(0, 0.2, 0.5, 0.123);
    fc.assert(
      fc.property(plans, moves, shares, (plan, script, share) => {
        const told = [false, true].map((awake) => {
          const { bench, endpoints, at, cloud } = world(plan, share, awake);
          for (const { seconds, server, kind, after } of script) {
            at(seconds * SECOND, (effects) => endpoints[server]!.become(kind, effects, after));
          }
          bench.run();
          if (awake) expect(cloud.probesElided(2000 * SECOND)).toBe(0);
          return bench.trace;
        });
        expect(told[0]).toEqual(told[1]);
      }),
      { numRuns: 1000 },
    );
  });

  it('costs nothing while nothing changes', () => {
    const { bench, endpoints, cloud, at } = world(GCP_PASSTHROUGH, 0.5, false, 30 * DAY);
    at(DAY, (effects) => endpoints[0]!.become('hang', effects));
    bench.run();
    expect(bench.simulation.executed).toBeLessThan(20);
    const probes = (3 * 30 * DAY) / (5 * SECOND);
    expect(cloud.probesElided(30 * DAY) / probes).toBeCloseTo(1, 3);
  });
});
