/** A cluster that sleeps is, at every fault, in the very state of one that never does. */
import { describe, expect, it } from 'vitest';
import { timeline } from '../support/etcd-timelines.ts';

const TIMELINES = 250;

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
    expect(elided).toBeGreaterThan(1_000_000);
    expect(asleepEvents).toBeLessThan(awakeEvents / 2);
  });
});
