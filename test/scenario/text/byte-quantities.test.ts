import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBytes } from '../../../src/scenario/text/byte-quantities.ts';

describe('readBytes', () => {
  it.each([
    ['200 MB', 200e6],
    ['200MB', 200e6],
    ['2 GiB', 2 * 1024 ** 3],
    ['1.5 kB', 1500],
    ['64 KiB', 65_536],
    ['1e3 B', 1000],
    ['8 MiB', 8 * 1024 ** 2],
  ])('reads the size %s', (text, bytes) => {
    expect(readBytes(text, 'size')).toBe(bytes);
  });

  it.each([
    ['1 Gbit/s', 125e6],
    ['100 Mbit / s', 12.5e6],
    ['8 kbit per second', 1000],
    ['50 MB/s', 50e6],
    ['1 MiB/sec', 1024 ** 2],
  ])('reads the bandwidth %s', (text, bytesPerSecond) => {
    expect(readBytes(text, 'bandwidth')).toBe(bytesPerSecond);
  });

  it.each([
    ['200', 'size', 'the unit is missing', undefined],
    ['', 'size', 'it is not a number with a unit', undefined],
    ['two MB', 'size', 'it is not a number with a unit', undefined],
    ['1 + 1 MB', 'size', 'it is not a number with a unit', undefined],
    ['-1 MB', 'size', 'it is not a number with a unit', undefined],
    ['1e400 MB', 'size', 'it is not a finite number', undefined],
    ['200 Mbit', 'size', 'it is in bits', undefined],
    ['200 MB/s', 'size', 'it is a size per time', undefined],
    ['200 mb', 'size', 'there is no unit "mb"', 'MB'],
    ['200 constructor', 'size', 'there is no unit "constructor"', undefined],
    ['1 Gbit', 'bandwidth', 'it is not per second', '1 Gbit/s'],
    ['1 GB/h', 'bandwidth', 'it is not per second', undefined],
    ['1 Gbps', 'bandwidth', 'there is no unit "Gbps"', 'Gbit'],
    ['1 Gbits/s', 'bandwidth', 'there is no unit "Gbits"', 'Gbit'],
  ] as const)('refuses "%s" as a %s', (text, kind, reason, suggestion) => {
    const found = readBytes(text, kind);
    if (typeof found === 'number') throw new Error('accepted');
    expect(found.message).toContain(reason);
    expect(found.suggestion).toBe(suggestion);
  });

  it('never throws, whatever the text', () => {
    const characters = fc.constantFrom(...'0123456789 kMGiBbt/persc.e+-');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: characters })), (text) => {
        const found = readBytes(text, 'bandwidth');
        return typeof found === 'object' || Number.isFinite(found);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });
});
