/** A cluster that sleeps is, at every fault, in the very state of one that never does. */

import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/engine/clock.ts';
import { draws } from '../support/draws.ts';
import { probing } from '../support/etcd/etcd-probing.ts';
import { timeline } from '../support/etcd/etcd-timelines.ts';

const TIMELINES = draws(40, 180);

describe('an etcd cluster', () => {
  it('is in the same state awake and asleep, over random faults of ten minutes each', () => {
    let awakeEvents = 0;
    let asleepEvents = 0;
    let elided = 0;
    for (let index = 0; index < TIMELINES; index++) {
      const awake = timeline(`timeline ${index}`, true);
      const asleep = timeline(`timeline ${index}`, false);
      expect(asleep.lines).toEqual(awake.lines);
      expect(awake.elided).toBe(0);
      awakeEvents += awake.executed;
      asleepEvents += asleep.executed;
      elided += asleep.elided;
    }
    expect(elided).toBeGreaterThan(3_800 * TIMELINES);
    expect(asleepEvents).toBeLessThan(awakeEvents / 2);
  });
});

describe('a follower that was cut off and is back', () => {
  /** Its state at the leader's after each stretch of the story. */
  const states = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);

  it.each([
    { anyAnswerEndsProbe: false, writeInterval: undefined, after: ['probe', 'probe'] },
    { anyAnswerEndsProbe: true, writeInterval: undefined, after: ['replicate', 'replicate'] },
    { anyAnswerEndsProbe: false, writeInterval: SECOND / 10, after: ['replicate', 'replicate'] },
  ])('counts, and is slept with, by the rule of its version: %j', ({ after, ...settings }) => {
    const awake = probing(settings, true);
    const asleep = probing(settings, false);
    expect(asleep.lines).toEqual(awake.lines);
    expect(states(awake.lines)).toEqual(['probe', ...after]);
    // Ticks of three members for ten minutes, then of two, but for the moments around the cut.
    expect(asleep.elided).toBeGreaterThan(5 * 10 * 600 - 300);
    // With the other follower gone the leader commits with the one that was back: no outage.
    expect(awake.losses).toEqual([]);
    expect(asleep.losses).toEqual([]);
  });
});
