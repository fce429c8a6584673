/**
 * The model against HAProxy 2.6.12 on two cores over loopback, 24 servers that Node gives (TLS,
 * `server ... check check-ssl verify none`, `option httpchk GET /healthz`), HAProxy started anew
 * before each fault; time in ms from the fault to DOWN and from the cure to UP by HAProxy's log.
 * kill: SIGKILL; stop: SIGSTOP; hang: requests are read and never answered; error: 500; drop:
 * packets to the server dropped by iptables. `slow` answers after 1.5 s. The samples are in
 * haproxy-samples.json.
 *
 * A round has one fault for 24 servers whose checks HAProxy spreads over an interval: where that is
 * the whole cycle of a check (`kubeadm`, `noCheck`) distributions are compared, else ranges.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../../../src/engine/clock.ts';
import type { Effects } from '../../../../src/engine/effects.ts';
import { draws } from '../../../support/draws.ts';
import type { ScriptedEndpoint } from '../../../support/load-balancer/balancer-bench.ts';
import {
  type Beside,
  type CheckSetting,
  playedCheck,
} from '../../../support/load-balancer/haproxy-played.ts';
import { distance, farthest } from '../../../support/statistics/two-samples.ts';

type Samples = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
const SAMPLES = JSON.parse(
  readFileSync('test/model/load-balancer/haproxy/haproxy-samples.json', 'utf8'),
) as Samples;

const QUICK = 2 * MILLISECOND;
const SETTINGS: Readonly<Record<string, CheckSetting>> = {
  /** inter 2s fall 3 rise 2, timeout connect 5s, timeout check 10s. */
  kubeadm: { server: {}, timeouts: {}, after: QUICK },
  /** The same without timeout check. */
  noCheck: { server: {}, timeouts: { check: undefined }, after: QUICK },
  /** inter 5s fastinter 1s downinter 3s fall 2 rise 3, timeout check 2s. */
  fast: {
    server: { inter: 5 * SECOND, fastinter: SECOND, downinter: 3 * SECOND, fall: 2, rise: 3 },
    timeouts: { check: 2 * SECOND },
    after: QUICK,
  },
  /** As kubeadm, and every answer takes 1.5 s. */
  slow: { server: {}, timeouts: {}, after: 1500 * MILLISECOND },
  /** inter 500ms fall 5 rise 3, timeout connect 300ms, timeout check 3s. */
  quick: {
    server: { inter: 500 * MILLISECOND, fall: 5, rise: 3 },
    timeouts: { connect: 300 * MILLISECOND, check: 3 * SECOND },
    after: QUICK,
  },
};

/** What the measurement does otherwise. */
const NOT_COMPARED = new Set([
  // Only packets to the server were dropped: answers under way still came.
  'slow drop to DOWN',
]);

function breaks(fault: string, endpoint: ScriptedEndpoint, after: number, effects: Effects): void {
  if (fault === 'kill') endpoint.become('refusal', effects);
  if (fault === 'stop') endpoint.become('hang', effects);
  if (fault === 'hang') endpoint.become('ok', effects, NEVER);
  if (fault === 'error') endpoint.become('error', effects, after);
  if (fault === 'drop') endpoint.become('silence', effects);
}

/** Where `timeout check` is below the bound on connecting the others' timers matter. */
function besideOf(setting: CheckSetting, fault: string): Beside {
  const isShort = setting === SETTINGS.fast && (fault === 'hang' || fault === 'drop');
  return isShort ? { servers: 24, break: 'all' } : { servers: 1, break: 'one' };
}

function played(setting: CheckSetting, fault: string, replication: number) {
  const broken = (endpoint: ScriptedEndpoint, effects: Effects) => {
    breaks(fault, endpoint, setting.after, effects);
  };
  const { down, up } = playedCheck(setting, broken, replication, besideOf(setting, fault));
  return { down: down!, up: up! };
}

/** A fault takes hold and a line of the log is read some 25 ms late on a busy machine. */
const LATE = 25;
/** How far a real time may lie outside the simulated range: two cores serve 24 checks and more. */
const SLACK = 250;
/** Faults of each kind: of fewer the range would be narrower than that of real ones. */
const PLAYED = 400;
/** Where 24 servers are played for the sake of one. */
const OF_MANY = draws(200, 400);

describe.each(Object.keys(SETTINGS))('%s', (name) => {
  /** Each fault is played once, for its beginning and its cure. */
  const known = new Map<string, readonly { readonly down: number; readonly up: number }[]>();
  const playedOf = (fault: string) => {
    const setting = SETTINGS[name]!;
    const length = besideOf(setting, fault).servers > 1 ? OF_MANY : PLAYED;
    const all =
      known.get(fault) ?? Array.from({ length }, (_, index) => played(setting, fault, index));
    known.set(fault, all);
    return all;
  };
  const labels = Object.keys(SAMPLES[name]!).filter((label) => {
    return !NOT_COMPARED.has(`${name} ${label}`);
  });
  it.each(labels)('%s', (label) => {
    const real = SAMPLES[name]![label]!;
    const [fault = ''] = label.split(' ');
    const isCure = label.endsWith('UP');
    const simulated = playedOf(fault).map(({ down, up }) => (isCure ? up : down) + LATE);
    expect(Math.min(...real)).toBeGreaterThan(Math.min(...simulated) - SLACK);
    expect(Math.max(...real)).toBeLessThan(Math.max(...simulated) + SLACK);
    if (isCure || !['kubeadm', 'noCheck'].includes(name)) return;
    expect(distance(real, simulated)).toBeLessThan(farthest(real, simulated));
  });
});

describe('the backend killed, n 32, measured earlier', () => {
  it('is down after 4030 4121 4876 5604 5956 ms (min, p10, median, p90, max)', () => {
    const simulated = Array.from({ length: 1000 }, (_, index) => {
      return played(SETTINGS.kubeadm!, 'kill', index).down + LATE;
    }).sort((a, b) => a - b);
    const at = (share: number) => simulated[Math.floor(share * 999)]!;
    // Of 32 uniform times a quantile strays by 180 ms (one deviation) at the median.
    expect(Math.abs(at(0.5) - 4876)).toBeLessThan(400);
    expect(Math.abs(at(0.1) - 4121)).toBeLessThan(250);
    expect(Math.abs(at(0.9) - 5604)).toBeLessThan(400);
    expect(Math.abs(at(0) - 4030)).toBeLessThan(60);
    expect(Math.abs(at(1) - 5956)).toBeLessThan(100);
  });
});
