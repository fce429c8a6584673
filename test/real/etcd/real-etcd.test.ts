/**
 * A short look at a real etcd, so that what the model takes for granted is seen to hold on this
 * machine: it needs etcd, iproute2, iptables, gcc and root, and a minute and a half. Only facts
 * with wide margins are asserted. Left out: the distributions (see main.ts and the results).
 */
import { getPriority, setPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followerCut } from './acts-network.ts';
import { leaderFrozen, leaderKilled } from './acts-process.ts';
import { Cluster } from './cluster.ts';
import { Rig } from './rig.ts';
import { missing } from './shell.ts';
import { quantile, sortedCopy } from './statistics.ts';

const KILLS = 12;
/** Another than those of measurements that may be under way. */
const SLOT = 9;

const lacking = missing();

describe('a real etcd', () => {
  let cluster: Cluster;
  let rig: Rig;

  beforeAll(async () => {
    if (lacking !== undefined) throw new Error(`a real etcd cannot be measured: ${lacking}`);
    if (getPriority() > -15) setPriority(-15);
    cluster = new Cluster({ slot: SLOT, preVote: false });
    await cluster.create();
    rig = new Rig(cluster);
  }, 30_000);

  afterAll(async () => {
    await rig?.stop();
    await cluster?.destroy();
  });

  it('is without a leader for a second or two when its leader is killed', async () => {
    const windows: number[] = [];
    const campaigns: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const { values } = await rig.trial(leaderKilled('SIGKILL'));
      windows.push(values.window!);
      campaigns.push(values['fault to campaign']!);
    }
    // The timers allow 900 to 1900 ms; a beat of the heart more or less is no finding.
    expect(Math.min(...campaigns)).toBeGreaterThan(700);
    expect(Math.max(...campaigns)).toBeLessThan(2_300);
    expect(quantile(sortedCopy(windows), 0.5)).toBeGreaterThan(900);
    expect(quantile(sortedCopy(windows), 0.5)).toBeLessThan(2_200);
  });

  it('loses its leader when a member that had been cut off comes back, PreVote off', async () => {
    const { values, leader } = await rig.trial(followerCut(3));
    expect(values['outage while cut']).toBeLessThan(500);
    expect(values['campaigns while cut']).toBeGreaterThan(0);
    expect(values['leaders elected after heal'], `m${leader} led`).toBeGreaterThan(0);
    expect(values['longest fine gap after heal']).toBeGreaterThan(100);
  });

  it('elects another while its leader is frozen, and keeps that one', async () => {
    const { values } = await rig.trial(leaderFrozen(4));
    expect(values.moved).toBe(1);
    expect(values['fault to elected']).toBeGreaterThan(700);
    expect(values.window).toBeLessThan(4_000 + 3_000);
    expect(values['resumed to follows']).toBeLessThan(1_000);
  });
});
