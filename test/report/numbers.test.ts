import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  count,
  counted,
  decimalsFor,
  durationText,
  percent,
  quantityText,
  roughShare,
  significant,
  smallShareScale,
  yearlyRateScale,
  yearsText,
} from '../../src/report/numbers.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [1, '1'],
    [12.345, '12.3'],
    [0.0004567, '0.000457'],
    [999.6, '1,000'],
    [1234567, '1,230,000'],
  ])('%d has three significant digits: %s', (value, text) => {
    expect(significant(value)).toBe(text);
  });

  it.each([
    [0, 'none'],
    [0.0000042, '4.2 us'],
    [0.0197, '19.7 ms'],
    [4.2, '4.2 s'],
    [59.97, '60 s'],
    [780, '13 min'],
    [3600, '1 h'],
    [7560, '2.1 h'],
    [86_400 * 10, '10 days'],
    [31_536_000, '1 year'],
    [31_536_000 * 2000, '2,000 years'],
  ])('%d s reads %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it('counts with groups and plurals', () => {
    expect(count(1234567)).toBe('1,234,567');
    expect(counted(1, 'outage')).toBe('1 outage');
    expect(counted(2000, 'outage')).toBe('2,000 outages');
  });

  it('tells rare happenings by the years between them', () => {
    const text = (rate: number) => quantityText(yearlyRateScale(rate)(rate));
    expect(text(2.5)).toBe('2.5');
    expect(text(0.0001)).toBe('1 in 10,000 years');
    expect(text(0)).toBe('0');
  });

  it('gives whole years as they are, others rounded', () => {
    expect([1, 1831, 150.49, 0.2].map(yearsText)).toEqual([
      '1 year',
      '1,831 years',
      '150 years',
      '73 days',
    ]);
  });

  it('scales small shares to a unit with a meaning', () => {
    expect(quantityText(smallShareScale(1)(0.9999))).toBe('99.99 %');
    expect(quantityText(smallShareScale(0.02)(0.012))).toBe('1.2 %');
    expect(quantityText(smallShareScale(2e-6)(1e-6))).toBe('1 per million');
    expect(quantityText(smallShareScale(2e-9)(1e-9))).toBe('1 per billion');
  });

  it('gives as many decimals as half the interval is sure of', () => {
    expect(decimalsFor(0.02)).toBe(0);
    expect(decimalsFor(0.005)).toBe(1);
    expect(decimalsFor(0.0000005)).toBe(5);
  });

  it('never rounds a share to none or all of it', () => {
    expect(quantityText(percent(0.99999, 1))).toBe('99.999 %');
    expect(quantityText(percent(0.00001, 1))).toBe('0.001 %');
    expect(quantityText(percent(1, 12, 1e-20))).toBe('99.999999999999 %');
    const inside = fc.double({ min: Number.MIN_VALUE, max: 1 - 2 ** -53, noNaN: true });
    fc.assert(
      fc.property(inside, fc.integer({ min: 0, max: 12 }), (share, decimals) => {
        const value = Number(percent(share, decimals).digits);
        expect(value).toBeGreaterThan(0);
        expect(value).toBeLessThan(100);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('tells rough shares without false ends', () => {
    expect([0, 1, 0.0004, 0.997, 0.5, 0.034].map(roughShare)).toEqual([
      'none',
      'all',
      'under 0.1 %',
      'over 99 %',
      '50 %',
      '3.4 %',
    ]);
  });
});
