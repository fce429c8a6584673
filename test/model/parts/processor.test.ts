/** Waits behind others: for a processor, and for what was written before. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { hashOf } from '../../../src/engine/stateless-draw.ts';
import { Disk } from '../../../src/model/parts/disk.ts';
import { Processor } from '../../../src/model/parts/processor.ts';
import { outlasting } from '../../../src/model/parts/wait.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

const MEAN = 50 * MILLISECOND;

describe('a processor', () => {
  it('is waited for only while others have it, the same each time that it is asked about', () => {
    const processor = new Processor();
    processor.restart(hashOf('processor', 0));
    expect(processor.isFree).toBe(true);
    expect(processor.wait(7)).toBe(0);
    processor.occupy({ chance: 1, mean: MEAN });
    expect(processor.isFree).toBe(false);
    expect(processor.wait(7)).toBe(processor.wait(7));
    const waits = replications(20_000, (place) => processor.wait(place * MILLISECOND));
    expect(Math.abs(quantile(waits, 0.5) / (MEAN * Math.LN2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(quantile(waits, 0.99) / (MEAN * Math.log(100)) - 1)).toBeLessThan(0.06);
    processor.occupy(undefined);
    expect(processor.wait(7)).toBe(0);
  });
});

describe('a queue before a disk', () => {
  it('is met with its chance, and outlasts a time as its law says', () => {
    const disk = new Disk(new Deterministic(MILLISECOND));
    disk.restart(hashOf('disk', 0));
    const wait = { chance: 0.4, mean: MEAN };
    disk.beginSpell({ factor: 1, added: 0, wait });
    const lengths = replications(20_000, (place) => disk.fsync(place * MILLISECOND));
    const longer = (time: number) => lengths.filter((one) => one > MILLISECOND + time).length;
    expect(Math.abs(longer(1) / 20_000 - 0.4)).toBeLessThan(0.01);
    expect(outlasting(wait, MEAN)).toBeCloseTo(0.4 / Math.E, 12);
    expect(Math.abs(longer(MEAN) / 20_000 - 0.4 / Math.E)).toBeLessThan(0.01);
  });
});
