/**
 * A short look at the HAProxy of this machine, held against the model: kubeadm's settings before
 * servers that die, and what new connections meet. Less than a minute; skipped, with a word, where
 * there is no HAProxy. The long measurement is measure.ts, its samples are compared in
 * test/model/load-balancer/haproxy-real.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  breakOf,
  distanceAfterAllowance,
  playedCheck,
  settingOf,
} from '../../support/haproxy-played.ts';
import { farthest } from '../../support/two-samples.ts';
import { round } from './checks.ts';
import { type ConnectionRow, met } from './connections.ts';
import { maySilence, missing, Rig } from './rig.ts';
import { CHECK_ROWS, type CheckRow } from './rows.ts';

const SERVERS = 24;
/** Other ports than those of measurements that may be under way. */
const FIRST_PORT = 12_600;

const lacking = missing();
if (lacking !== undefined) console.warn(`no real HAProxy is looked at: ${lacking}`);

describe.skipIf(lacking !== undefined)('a real HAProxy with the settings of kubeadm', () => {
  const rig = new Rig(FIRST_PORT, SERVERS);
  const few = new Rig(FIRST_PORT + 100, 3);

  beforeAll(async () => {
    await rig.start();
    await few.start();
  });

  afterAll(() => {
    rig.stop();
    few.stop();
  });

  it('marks dead servers and cured ones when the model does', async () => {
    const row: CheckRow = { ...CHECK_ROWS.kubeadm!, patience: [7, 5] };
    const { down, up } = await round(rig, row, 'dead');
    const played = Array.from({ length: 400 }, (_, index) => {
      return playedCheck(settingOf(row), breakOf('dead'), index);
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
  });

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
