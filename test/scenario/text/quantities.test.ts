import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, MONTH, YEAR } from '../../../src/engine/clock.ts';
import { readQuantity } from '../../../src/scenario/text/quantities.ts';

describe('readQuantity', () => {
  it.each([
    ['15 min', 15 * MINUTE],
    ['4 months', 4 * MONTH],
    ['4months', 4 * MONTH],
    ['1 year', 8760 * HOUR],
    ['250 ms', 250_000],
    ['1/2 h', HOUR / 2],
    ['10 h + 5 min', 10 * HOUR + 5 * MINUTE],
    ['(1 + 2) * 3 h', 9 * HOUR],
    ['2^3 h', 8 * HOUR],
    ['-3 h', -3 * HOUR],
    ['year', YEAR],
    ['1e3 us', 1000],
  ])('reads the duration %s', (text, microseconds) => {
    expect(readQuantity(text, 'duration')).toBe(microseconds);
  });

  it.each([
    ['1/8760 per hour', 1 / YEAR],
    ['0.5 / year', 0.5 / YEAR],
    ['2 per month', 2 / MONTH],
    ['3 / (2 years)', 1.5 / YEAR],
  ])('reads the rate %s', (text, perMicrosecond) => {
    expect(readQuantity(text, 'rate')).toBeCloseTo(perMicrosecond, 25);
  });

  it.each([
    ['5 %', 0.05],
    ['99.95 %', 0.9995],
    ['0.25', 0.25],
    ['1/3', 1 / 3],
    ['10 min / 1 h', 1 / 6],
  ])('reads the share %s', (text, value) => {
    expect(readQuantity(text, 'share')).toBeCloseTo(value, 15);
  });

  it.each([
    ['5', 'the unit is missing'],
    ['5 kg', 'there is no unit "kg"'],
    ['5 m', '"m" could be minutes or months'],
    ['1e400 h', 'not a finite number'],
    ['0/0 h', 'not a finite number'],
    ['h * h', 'units do not fit'],
    ['2^h', 'an exponent has no unit'],
    ['1 h + 1', 'added to something else'],
    ['', 'there is nothing'],
    ['1 h 30 min', 'no "+" between two lengths'],
    ['1 h 2', 'no "+" between two lengths'],
    ['1 h +', 'cannot be read'],
  ])('refuses the duration "%s"', (text, reason) => {
    const found = readQuantity(text, 'duration');
    expect((found as { message: string }).message).toContain(reason);
  });

  it.each([
    'import("fs")',
    'evaluate("1 h")',
    'parse("1")',
    'createUnit("x")',
    'simplify("x")',
    'derivative("x^2", "x")',
    'f(x) = x',
    'x = 1 h',
    '[1 h, 2 h]',
    '{a: 1}',
    '"1 h"',
    'h.constructor',
    'h["constructor"]',
    'true',
    '1 h; 2 h',
    '1:2',
    '5!',
    '1 h ? 2 h : 3 h',
    '1 h > 2 h',
    '5 mod 3',
    '5 % 3',
    '2 h to s',
    'not 1',
    '1 | 2',
    'pi h',
    'i h',
    'end',
    '# 1 h',
  ])('gives no access to mathjs beyond arithmetic and units: %s', (text) => {
    expect(readQuantity(text, 'duration')).toBeTypeOf('object');
  });

  it('never throws, whatever the text', () => {
    const characters = fc.constantFrom(
      ...'0123456789 hmins+-*/^%().,e"[]{}=;:!?<>xyz\'\u0000\u00b5',
    );
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: characters }),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (some) => {
        const found = readQuantity(some, 'duration');
        return typeof found === 'object' || Number.isFinite(found);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
