/**
 * The shipped scenario of a bad network between API servers and etcd: what each of its faults costs
 * and is called, against sums done here by hand.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/engine/clock.ts';
import { run } from '../../src/execute/run.ts';
import { draws } from '../support/draws.ts';
import { Lived } from '../support/study/lived.ts';
import { scenarioOf } from '../support/study/stories.ts';

const FILE = 'scenarios/api-network-between.yaml';
const scenario = scenarioOf(readFileSync(FILE, 'utf8'), FILE);
const REPLICATIONS = draws(4, 12);
const lived = new Lived(scenario);
const lives = Array.from({ length: REPLICATIONS }, (_, replication) => {
  lived.live(replication);
  const lost = (level: string, from: number, to: number) =>
    lived.lost(level, from * MINUTE, to * MINUTE);
  return {
    losesSome: lost('api.write', 10, 30),
    slow: lost('api.write', 30, 50),
    losesHalf: lost('api.write', 50, 70),
    flaps: lost('api.write', 70, 90),
    slowControllers: lost('controllers', 30, 50),
    etcd: lost('etcd.write', 0, 90),
  };
});

/** Each packet is lost with chance 1/2, there and back: late by 204 ms times 2^k - 1. */
function shareInTime(patience: number): number {
  let sum = 0;
  for (let there = 0; there <= 8; there++) {
    for (let back = 0; back <= 8; back++) {
      const late = 204 * (2 ** there - 1) + 204 * (2 ** back - 1);
      if (100 + late <= patience) sum += 0.5 ** (there + back + 2);
    }
  }
  return sum;
}

describe('a bad network between API servers and etcd', () => {
  it('leaves etcd alone, and costs nothing where TCP makes good what is lost in time', () => {
    for (const { etcd, losesSome } of lives) {
      expect(etcd).toBe(0);
      expect(losesSome).toBeLessThan(0.1);
    }
  });

  it('costs all but the time until three checks have failed, where these are too slow', () => {
    // HAProxy's checks find it out within 3 x 2 s and 3 gaps of 2 s, and the cure within 2 s.
    for (const { slow } of lives) {
      expect(slow).toBeGreaterThan(600 - 12 - 0.1);
      expect(slow).toBeLessThan(600 + 15);
    }
  });

  it('costs nobody a lease for long whose calls take longer only', () => {
    // Of 20 minutes; 78 to 122 s in 40 replications.
    for (const { slowControllers } of lives) expect(slowControllers).toBeLessThan(150);
  });

  it('costs the share of answers that come too late for clients, while packets are lost', () => {
    const expected = 600 * (1 - shareInTime(10_000 - 5));
    for (const { losesHalf } of lives) expect(losesHalf).toBeCloseTo(expected, 0);
    expect(expected).toBeGreaterThan(10);
  });

  it('costs each cut of a network that flaps, and little more', () => {
    for (const { flaps } of lives) {
      expect(flaps).toBeGreaterThan(4 * 30 - 0.1);
      expect(flaps).toBeLessThan(4 * 30 + 4 * 20);
    }
  });

  it('is named as the cause, with what was waited for', async () => {
    const { levels } = await run({ ...scenario, stop: { kind: 'replications', count: 4 } });
    const write = levels['api.write']!;
    const labels = write.causes.map(({ cause }) => cause).sort();
    expect(labels).toEqual(['event.flaps', 'event.losesHalf', 'event.slow']);
    expect(Object.keys(write.phases)).toContain('network');
  });
});
