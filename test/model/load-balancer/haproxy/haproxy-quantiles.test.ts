/**
 * The model against quantiles of HAProxy 2.6.12 (Linux 6.18, two busy cores, loopback): from the
 * fault to DOWN, n 48 each, 24 servers of one HAProxy twice, each broken at its own moment of 5 s,
 * or one of three in each of twelve HAProxies four times. Each quantile must lie where the model
 * has it, within 3.3 deviations of a share among 48 and an allowance of 60 ms, and between the
 * least and the longest that the model knows.
 */

import { describe, expect, it } from 'vitest';
import { draws } from '../../../support/draws.ts';
import {
  type Beside,
  breakOf,
  playedCheck,
  settingOf,
} from '../../../support/load-balancer/haproxy-played.ts';

const N = 48;
const SHARES = [0.05, 0.5, 0.95] as const;
const REPLICATIONS = 300;
/** Where 24 servers are played for the sake of one. */
const OF_MANY = draws(60, 300);
/** A fault takes hold, and a line of the log is read, so late on a busy machine: ms. */
const LATE = 25;
const ALLOWED = 60;

const TLS = { kind: 'httpchk', ssl: true } as const;
const TCP = { kind: 'tcp-check', ssl: false } as const;

/** Server settings, time-outs, and what is asked. */
const SETTINGS = {
  oddA: [
    'inter 700ms fall 5 rise 4 fastinter 150ms downinter 3s',
    ['connect 5s', 'check 10s'],
    TLS,
  ],
  fallOne: ['inter 900ms fall 1 rise 1', ['connect 5s', 'check 3s'], TLS],
  tiny: ['inter 200ms fall 10 rise 10', ['connect 1s', 'check 2s'], TLS],
  fastLonger: [
    'inter 1300ms fall 4 rise 3 fastinter 2500ms downinter 400ms',
    ['connect 600ms', 'check 4s'],
    TLS,
  ],
  longSyn: ['inter 5s fall 2 rise 2', ['connect 10s'], TLS],
  downFast: [
    'inter 3s fall 2 rise 6 fastinter 300ms downinter 10s',
    ['connect 2s', 'check 5s'],
    TLS,
  ],
  shortCheck: ['inter 2s fall 3 rise 2', ['connect 5s', 'check 1s'], TLS],
  shortCheckShortConnect: ['inter 3s fall 2 rise 2', ['connect 800ms', 'check 400ms'], TLS],
  plainTcp: ['inter 1500ms fall 3 rise 2', ['connect 4s', 'check 3s'], TCP],
} as const;

type Row = readonly [
  setting: keyof typeof SETTINGS,
  fault: string,
  servers: number,
  milliseconds: readonly [p5: number, p50: number, p95: number],
];

const MEASURED: readonly Row[] = [
  ['oddA', 'dead', 24, [620, 854, 1213]],
  ['oddA', 'mute', 24, [4140, 4444, 4788]],
  ['oddA', 'silent', 24, [4149, 4486, 4783]],
  ['oddA', 'hang', 24, [50658, 50967, 51292]],
  ['fallOne', 'dead', 24, [45, 457, 811]],
  ['fallOne', 'silent', 24, [960, 1286, 1713]],
  ['fallOne', 'hang', 24, [3065, 3494, 3846]],
  ['tiny', 'dead', 24, [1819, 1930, 2011]],
  ['shortCheck', 'hang', 3, [8738, 9889, 10631]],
  ['shortCheckShortConnect', 'hang', 3, [4220, 5523, 6807]],
  ['shortCheck', 'hang', 24, [9571, 10458, 11667]],
  ['shortCheckShortConnect', 'hang', 24, [4528, 5848, 7135]],
  ['shortCheckShortConnect', 'silent', 24, [4835, 6312, 7380]],
  ['fastLonger', 'dead', 24, [7591, 8282, 8775]],
  ['fastLonger', 'silent', 24, [9971, 10410, 11065]],
  ['fastLonger', 'hang', 24, [23573, 24143, 24718]],
  ['longSyn', 'silent', 24, [15532, 17581, 19793]],
  ['downFast', 'dead', 24, [572, 1887, 3006]],
  ['plainTcp', 'dead', 24, [3078, 3704, 4456]],
  ['plainTcp', 'silent', 24, [7578, 8311, 8832]],
];

/** Others matter only where `timeout check` is below the bound on connecting. */
function besideOf(setting: Row[0], servers: number): Beside {
  if (!setting.startsWith('shortCheck')) return { servers: 1, break: 'one' };
  return { servers, break: servers === 3 ? 'one' : 'all' };
}

describe('from a fault to DOWN', () => {
  it.each(MEASURED)('%s, %s, one of %i: p5, p50, p95 %j ms', (name, fault, servers, quantiles) => {
    const [server, timeouts, checks] = SETTINGS[name];
    const defaults = timeouts.map((one) => `timeout ${one}`);
    const setting = settingOf({ server, defaults, checks, faults: [], patience: [0, 0] });
    const beside = besideOf(name, servers);
    const count = beside.servers > 1 ? OF_MANY : REPLICATIONS;
    const times = Array.from({ length: count }, (_, index) => {
      return playedCheck(setting, breakOf(fault), index, beside).down! + LATE;
    });
    const below = (time: number) => times.filter((one) => one <= time).length / count;
    for (const [index, share] of SHARES.entries()) {
      const tolerance = 3.3 * Math.sqrt(share * (1 - share) * (1 / N + 1 / count));
      const real = quantiles[index]!;
      expect(below(real + ALLOWED)).toBeGreaterThan(share - tolerance);
      expect(below(real - ALLOWED)).toBeLessThan(share + tolerance);
      expect(real).toBeGreaterThan(Math.min(...times) - ALLOWED);
      expect(real).toBeLessThan(Math.max(...times) + ALLOWED);
    }
  });
});
