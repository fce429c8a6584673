import { describe, expect, it } from 'vitest';
import {
  availabilityFigure,
  downtimePerYearFigure,
  durationFigure,
  figureAndInterval,
  ninesText,
  rateFigure,
  shareFigure,
  smallShareFigure,
} from '../../src/report/estimates.ts';

const between = (low: number, estimate: number, high: number) => ({
  estimate,
  low,
  high,
  confidence: 0.95,
});

describe('estimates in words', () => {
  it('gives a figure and its interval', () => {
    expect(availabilityFigure(between(8e-6, 8.81e-6, 9.8e-6))).toEqual({
      estimate: '99.99912 %',
      interval: '99.99902 to 99.99920 %',
    });
    expect(durationFigure(between(4.15, 4.63, 5.14), 60)).toEqual({
      estimate: '4.63 min',
      interval: '4.15 to 5.14 min',
    });
    expect(smallShareFigure(between(6.8e-7, 9.7e-7, 1.5e-6))).toEqual({
      estimate: '0.97 per million',
      interval: '0.68 to 1.5 per million',
    });
  });

  it('keeps to one unit, that of the estimate', () => {
    expect(durationFigure(between(0.9, 1.1, 70), 60).interval).toBe('0.9 to 70 min');
    expect(durationFigure(between(724, 769, 814), 86_400)).toEqual({
      estimate: '2.11 years',
      interval: '1.98 to 2.23 years',
    });
    expect(rateFigure(between(0.0098, 0.0104, 0.011))).toEqual({
      estimate: '0.0104',
      interval: '0.0098 to 0.011',
    });
    expect(rateFigure(between(0.0091, 0.0099, 0.0125))).toEqual({
      estimate: '1 in 101 years',
      interval: '1 in 110 to 1 in 80 years',
    });
  });

  it('gives only a bound where no outage was seen', () => {
    const none = between(0, 0, 0.0015);
    expect(availabilityFigure(none)).toEqual({ estimate: '', interval: 'at least 99.85 %' });
    expect(rateFigure(none).interval).toBe('at most 1 in 667 years');
    const never = between(700, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
    expect(durationFigure(never, 3600)).toEqual({ estimate: '', interval: 'at least 29.2 days' });
    expect(shareFigure(between(0.998, 1, 1))).toEqual({
      estimate: '',
      interval: 'at least 99.8 %',
    });
  });

  it('says so where nothing can be said', () => {
    const nothing = between(0, Number.NaN, Number.POSITIVE_INFINITY);
    expect(durationFigure(nothing, 1)).toEqual({ estimate: '', interval: 'insufficient data' });
    expect(availabilityFigure(between(0, 0, 1)).interval).toBe('insufficient data');
    const once = availabilityFigure(between(0, 0.9999, 1));
    expect(figureAndInterval(once)).toBe('0.01 % (insufficient data for an interval)');
    expect(rateFigure(between(0, Number.NaN, 1.2e8)).interval).toBe('insufficient data');
    expect(downtimePerYearFigure(between(0, 0, 525_600)).interval).toBe('insufficient data');
  });

  it('tells a part that is always down', () => {
    expect(availabilityFigure(between(0.97, 1, 1))).toEqual({
      estimate: '',
      interval: 'at most 3 %',
    });
    expect(smallShareFigure(between(0.97, 1, 1))).toEqual({
      estimate: '',
      interval: 'at least 97 %',
    });
    expect(downtimePerYearFigure(between(509_832, 525_600, 525_600))).toEqual({
      estimate: '',
      interval: 'at least 354 days',
    });
  });

  it.each([
    [0.00012, 0.00018, 'three nines'],
    [0.00001, 0.0005, 'three to five nines'],
    [0, 0.0005, 'at least three nines'],
    [0.2, 0.3, 'less than one nine'],
    [0.05, 0.3, 'at most one nine'],
    [0, 1, ''],
  ])('unavailability from %d to %d has %s', (low, high, text) => {
    expect(ninesText(between(low, (low + high) / 2, high))).toBe(text);
  });
});
