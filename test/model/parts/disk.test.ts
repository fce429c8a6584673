/** How long an fsync takes: by its law, in slow spells, stalls and holds, and where it fails. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, NEVER, SECOND } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { Exponential } from '../../../src/engine/laws/exponential.ts';
import { hashOf } from '../../../src/engine/stateless-draw.ts';
import { Disk } from '../../../src/model/parts/disk.ts';
import { RecordedEffects } from '../../support/recorded-effects.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

function disk(law = new Deterministic(2 * MILLISECOND)): Disk {
  const made = new Disk(law);
  made.restart(1);
  return made;
}

describe('an fsync', () => {
  it('follows its law, the same each time that it is asked about', () => {
    const mean = 8 * MILLISECOND;
    const one = new Disk(new Exponential(mean));
    one.restart(hashOf('disk', 0));
    const lengths = replications(20_000, (place) => one.fsync(place * MILLISECOND));
    expect(Math.abs(quantile(lengths, 0.5) / (mean * Math.LN2) - 1)).toBeLessThan(0.03);
    expect(Math.abs(quantile(lengths, 0.99) / (mean * Math.log(100)) - 1)).toBeLessThan(0.06);
    expect(one.fsync(77)).toBe(one.fsync(77));
    const other = new Disk(new Exponential(mean));
    other.restart(hashOf('disk', 1));
    expect(other.fsync(77)).not.toBe(one.fsync(77));
  });

  it('is never longer than the longest, which are events of their own, and else as likely', () => {
    const mean = 8 * MILLISECOND;
    const short = new Disk(new Exponential(mean), 16 * MILLISECOND);
    short.restart(hashOf('disk', 0));
    const lengths = replications(20_000, (place) => short.fsync(place * MILLISECOND));
    expect(lengths.at(-1)).toBeLessThanOrEqual(16 * MILLISECOND);
    const truncated = -mean * Math.log(1 - 0.5 * (1 - Math.exp(-2)));
    expect(Math.abs(quantile(lengths, 0.5) / truncated - 1)).toBeLessThan(0.03);
  });
});

describe('slow spells', () => {
  it('multiply and add in the order in which they began, and end one by one', () => {
    const one = disk();
    const tenfold = { factor: 10, added: 0 };
    const late = { factor: 1, added: 50 * MILLISECOND };
    one.beginSpell(tenfold);
    expect(one.fsync(0)).toBe(20 * MILLISECOND);
    one.beginSpell(late);
    expect(one.fsync(0)).toBe(70 * MILLISECOND);
    expect(one.isHealthy(0)).toBe(false);
    one.endSpell(tenfold);
    expect(one.fsync(0)).toBe(52 * MILLISECOND);
    one.endSpell(late);
    expect(one.fsync(0)).toBe(2 * MILLISECOND);
    expect(one.isHealthy(0)).toBe(true);
  });

  it('of the same kind, two at a time, are two', () => {
    const one = disk();
    const spells = [0, 1].map(() => ({ factor: 3, added: 0 }));
    for (const spell of spells) one.beginSpell(spell);
    expect(one.fsync(0)).toBe(18 * MILLISECOND);
    one.endSpell(spells[0]!);
    expect(one.fsync(0)).toBe(6 * MILLISECOND);
  });
});

describe('a stall', () => {
  it('holds what is begun in it until its end, and nothing begun before or after', () => {
    const one = disk();
    one.stall(10 * SECOND, 13 * SECOND);
    expect(one.fsync(9 * SECOND)).toBe(2 * MILLISECOND);
    expect(one.fsync(10 * SECOND)).toBe(3 * SECOND + 2 * MILLISECOND);
    expect(one.fsync(12 * SECOND)).toBe(SECOND + 2 * MILLISECOND);
    expect(one.fsync(13 * SECOND)).toBe(2 * MILLISECOND);
    expect(one.isHealthy(12 * SECOND)).toBe(false);
    expect(one.isHealthy(13 * SECOND)).toBe(true);
  });

  it('is not cut short by a shorter one that begins in it', () => {
    const one = disk();
    one.stall(0, 10 * SECOND);
    one.stall(SECOND, 2 * SECOND);
    expect(one.fsync(SECOND)).toBe(9 * SECOND + 2 * MILLISECOND);
  });
});

describe('a hold', () => {
  it('keeps an fsync until as many releases, then tells the users once', () => {
    const one = disk();
    const effects = new RecordedEffects();
    let told = 0;
    one.users.push({ diskReleased: () => told++ });
    one.hold(5);
    one.hold(6);
    expect(one.fsync(7)).toBe(NEVER);
    one.release(effects);
    expect(one.fsync(8)).toBe(NEVER);
    expect(told).toBe(0);
    one.release(effects);
    expect(told).toBe(1);
    expect(one.fsync(9)).toBe(2 * MILLISECOND);
  });

  it('does not keep what began before it', () => {
    const one = disk();
    one.hold(5 * SECOND);
    expect(one.fsync(5 * SECOND - 1)).toBe(2 * MILLISECOND);
    expect(one.fsync(5 * SECOND)).toBe(NEVER);
  });
});

describe('a broken disk', () => {
  it('is whole again after as many repairs as faults', () => {
    const one = disk();
    one.fail();
    one.fail();
    one.mend();
    expect(one.isBroken).toBe(true);
    expect(one.isHealthy(0)).toBe(false);
    one.mend();
    expect(one.isBroken).toBe(false);
  });
});

it('a disk is as new after a restart', () => {
  const one = disk();
  one.hold(0);
  one.fail();
  one.stall(0, SECOND);
  one.beginSpell({ factor: 9, added: 9 });
  one.restart(1);
  expect(one.isHealthy(0)).toBe(true);
  expect(one.fsync(0)).toBe(2 * MILLISECOND);
});
