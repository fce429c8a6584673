/**
 * The model against the samples in test/real/haproxy/samples.json: HAProxy 2.6.12 on two busy cores
 * over loopback, made by `node test/real/haproxy/measure.mjs`. Each row has 24 servers that broke
 * and were cured at random moments. Distributions are compared by Kolmogorov and Smirnov's distance
 * after an allowance of 60 ms; two samples of one law exceed the tolerated one once in a thousand
 * times.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../src/engine/clock.ts';
import { Haproxy } from '../../../../src/model/load-balancer/haproxy/haproxy.ts';
import type {
  HaproxySettings,
  HaproxyTimeouts,
} from '../../../../src/model/load-balancer/haproxy/haproxy-settings.ts';
import type { AnswerKind } from '../../../../src/model/network/endpoint.ts';
import { CHECK_ROWS } from '../../../real/haproxy/rows.ts';
import { KUBEADM_HAPROXY } from '../../../support/defaults.ts';
import { draws } from '../../../support/draws.ts';
import { endpointsOf, FixedStream, hostOf } from '../../../support/load-balancer/balancer-bench.ts';
import {
  type Beside,
  breakOf,
  distanceAfterAllowance,
  durationOf,
  playedCheck,
  settingOf,
} from '../../../support/load-balancer/haproxy-played.ts';
import { farthest } from '../../../support/statistics/two-samples.ts';

interface Connections {
  readonly retries: number;
  readonly redispatch: number | false;
  /** Milliseconds. */
  readonly connect: number;
  readonly servers: readonly string[];
  /** Lines such as `timeout client 2s`. */
  readonly defaults?: readonly string[];
  readonly outcomes: Readonly<Record<string, { readonly count: number }>>;
}

interface Samples {
  readonly version: string;
  readonly checks: Readonly<Record<string, Readonly<Record<string, readonly (number | null)[]>>>>;
  readonly connections: readonly Connections[];
}

const SAMPLES = JSON.parse(readFileSync('test/real/haproxy/samples.json', 'utf8')) as Samples;
const REPLICATIONS = 400;
/** Where 24 servers are played for the sake of one. */
const OF_MANY = draws(60, 400);

describe.each(Object.keys(CHECK_ROWS))('checks, %s', (name) => {
  const row = CHECK_ROWS[name]!;
  // Elsewhere no other's timer matters, and one server is played in place of 24.
  const beside: Beside =
    name === 'shortCheck' ? { servers: 24, break: 'all' } : { servers: 1, break: 'one' };

  it.each(row.faults)('%s', (fault) => {
    const count = beside.servers > 1 ? OF_MANY : REPLICATIONS;
    const played = Array.from({ length: count }, (_, index) => {
      return playedCheck(settingOf(row), breakOf(fault), index, beside);
    });
    const neverDown = played.every(({ down }) => down === undefined);
    for (const [label, figure] of [
      [`${fault} to DOWN`, 'down'],
      [`${fault} cured to UP`, 'up'],
    ] as const) {
      const real = SAMPLES.checks[name]![label]!;
      if (neverDown) {
        expect(real.every((one) => one === null)).toBe(true);
        continue;
      }
      expect(real.length).toBeGreaterThanOrEqual(20);
      const times = real.map((one) => one!);
      const simulated = played.map((one) => one[figure]!);
      const far = distanceAfterAllowance(times, simulated);
      expect(far, label).toBeLessThan(farthest(times, simulated));
    }
  });
});

const ANSWERS: Readonly<Record<string, AnswerKind>> = {
  ok: 'ok',
  dead: 'refusal',
  silent: 'silence',
  mute: 'hang',
};

function titleOf({ retries, redispatch, connect, servers, defaults = [] }: Connections): string {
  const option = redispatch === false ? 'no redispatch' : `redispatch ${redispatch}`;
  const rules = [`retries ${retries}`, option, `connect ${connect} ms`, ...defaults];
  return `${rules.join(', ')}: ${servers.join(', ')}`;
}

function timeoutsOf(lines: readonly string[]): HaproxyTimeouts {
  const own = lines.map((line) => {
    const [, name = '', length = ''] = line.split(' ');
    return [name === 'server-fin' ? 'serverFin' : name, durationOf(length)];
  });
  return { ...KUBEADM_HAPROXY.timeouts, ...Object.fromEntries(own) };
}

describe('new connections', () => {
  it.each(SAMPLES.connections.map((row) => [titleOf(row), row] as const))('%s', (_title, row) => {
    const endpoints = endpointsOf(row.servers.length);
    row.servers.forEach((behaviour, server) => {
      endpoints[server]!.answer = { kind: ANSWERS[behaviour]!, after: 0 };
    });
    const settings: HaproxySettings = {
      ...KUBEADM_HAPROXY,
      retries: row.retries,
      redispatch: row.redispatch !== false,
      timeouts: timeoutsOf([`timeout connect ${row.connect}ms`, ...(row.defaults ?? [])]),
    };
    const haproxy = new Haproxy('lb', endpoints, settings, hostOf('lb'), new FixedStream(0), 0);
    const simulated = new Map<string, number>();
    for (const { kind: met, after, share } of haproxy.outcomes(0)) {
      const kind = met === 'hang' ? 'closed' : met;
      const key = after === 0 ? `${kind} at once` : `${kind} after ${after / SECOND}`;
      simulated.set(key, (simulated.get(key) ?? 0) + share);
    }
    const counts = Object.entries(row.outcomes);
    const total = counts.reduce((sum, [, { count }]) => sum + count, 0);
    expect(counts.map(([key]) => key).sort()).toEqual([...simulated.keys()].sort());
    for (const [key, { count }] of counts) {
      const share = simulated.get(key)!;
      // Three deviations of so many independent ones, and 0.03 for where others turn the ring.
      const spread = 3 * Math.sqrt((share * (1 - share)) / total);
      expect(Math.abs(count / total - share), key).toBeLessThan(spread + 0.03);
    }
  });
});
