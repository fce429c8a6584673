/**
 * A short look at the HAProxy of this machine, held against the model: kubeadm's settings before
 * servers that die, kinds of checks and time-outs, what connections meet. A minute and a half;
 * skipped, with a word, where there is no HAProxy. The long measurement is measure.ts, its samples
 * are compared in test/model/load-balancer/haproxy/haproxy-real.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Beside,
  breakOf,
  distanceAfterAllowance,
  playedCheck,
  settingOf,
} from '../../support/load-balancer/haproxy-played.ts';
import { farthest } from '../../support/statistics/two-samples.ts';
import { round, type Times } from './checks.ts';
import { type ConnectionRow, met } from './connections.ts';
import { maySilence, missing, Rig } from './rig.ts';
import { CHECK_ROWS, type CheckRow } from './rows.ts';

const SERVERS = 24;
/** How far a real time may lie outside the simulated range on busy cores: ms. */
const SLACK = 250;
/** Where all hang the model is early: its 95th percentile is 0.4 s below that of 48 measured. */
const SLACK_TOGETHER = SLACK + 400;
/** Other ports than those of measurements that may be under way. */
const FIRST_PORT = 12_600;

const lacking = missing();
if (lacking !== undefined) console.warn(`no real HAProxy is looked at: ${lacking}`);

describe.skipIf(lacking !== undefined)('a real HAProxy', () => {
  const rig = new Rig(FIRST_PORT, SERVERS);
  const few = new Rig(FIRST_PORT + 100, 3);
  const others = [new Rig(FIRST_PORT + 200, SERVERS), new Rig(FIRST_PORT + 300, SERVERS)] as const;
  const rigs = [rig, few, ...others];

  beforeAll(async () => {
    for (const one of rigs) await one.start();
  });

  afterAll(() => {
    for (const one of rigs) one.stop();
  });

  it.concurrent('marks dead servers and cured ones when the model does', async () => {
    const row: CheckRow = { ...CHECK_ROWS.kubeadm!, patience: [7, 5] };
    compare(await round(rig, row, 'dead'), row, 'dead', { servers: 1, break: 'one' });
  });

  it.concurrent('notices short time-outs late, and by TCP no frozen process', async () => {
    const short: CheckRow = { ...CHECK_ROWS.shortCheck!, patience: [13, 7] };
    const tcp: CheckRow = { ...CHECK_ROWS.tcp!, patience: [9, 1] };
    const [hang, mute] = await Promise.all([
      round(others[0], short, 'hang'),
      round(others[1], tcp, 'mute'),
    ]);
    // These hang on each other's timers, so that they are no independent sample to compare.
    const [least, most] = rangeOf(short, 'hang', { servers: SERVERS, break: 'all' });
    const marked = hang.down.filter((down) => down !== null);
    // Of one in some hundreds no line is seen.
    expect(marked.length).toBeGreaterThanOrEqual(SERVERS - 1);
    for (const down of marked) {
      expect(down).toBeGreaterThan(least - SLACK_TOGETHER);
      expect(down).toBeLessThan(most + SLACK_TOGETHER);
    }
    // In time it would be 9 s at the latest.
    expect(hang.down.filter((down) => down! > 9_000 + SLACK).length).toBeGreaterThan(SERVERS / 2);
    expect(mute.down.every((one) => one === null)).toBe(true);
  });

  it.each([
    [['timeout client 1s', 'timeout server 3s'], 'closed after 3'],
    [['timeout client 1s', 'timeout server 6s', 'timeout server-fin 1s'], 'closed after 2'],
    [['timeout client 1s', 'timeout server 1s', 'timeout tunnel 3s'], 'closed after 3'],
  ])('keeps connections to frozen servers by %j', async (defaults, kind) => {
    const servers = ['mute', 'mute', 'mute'] as const;
    const row = { retries: 1, redispatch: 1, connect: 1_000, servers, defaults };
    expect(Object.keys(await met(few, row))).toEqual([kind]);
  });

  function rangeOf(row: CheckRow, fault: string, beside: Beside): [number, number] {
    const down = Array.from({ length: 400 }, (_, index) => {
      return playedCheck(settingOf(row), breakOf(fault), index, beside).down!;
    });
    return [Math.min(...down), Math.max(...down)];
  }

  function compare({ down, up }: Times, row: CheckRow, fault: string, beside: Beside): void {
    const played = Array.from({ length: 400 }, (_, index) => {
      return playedCheck(settingOf(row), breakOf(fault), index, beside);
    });
    for (const [real, simulated] of [
      [down, played.map((one) => one.down!)],
      [up, played.map((one) => one.up!)],
    ] as const) {
      expect(real).not.toContain(null);
      const times = real.map((one) => one!);
      const far = distanceAfterAllowance(times, simulated);
      expect(far).toBeLessThan(farthest(times, simulated));
    }
  }

  it.each<[ConnectionRow['servers'], number, readonly string[]]>([
    [['dead', 'ok', 'ok'], 1, ['ok at once']],
    [['dead', 'dead', 'ok'], 1, ['closed at once', 'ok at once']],
    [['silent', 'ok', 'ok'], 1, ['ok after 1', 'ok at once']],
  ])('lets connections to %j meet what they meet in the model', async (servers, retries, kinds) => {
    if (servers.includes('silent') && !maySilence()) return;
    const outcomes = await met(few, { retries, redispatch: 1, connect: 1_000, servers });
    expect(Object.keys(outcomes).sort()).toEqual(kinds);
  });
});
