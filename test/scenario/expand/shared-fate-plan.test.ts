/** `load.sharedFate` as a plan: each coupling by itself, what is left of it, and what is told. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, MINUTE } from '../../../src/engine/clock.ts';
import { parse } from '../parsing.ts';

const GIBIBYTE = 2 ** 30;
const MEMORY = { etcd: GIBIBYTE, regrowth: MINUTE };
const DISK = { utilization: 0.9, writeTime: 20 * MILLISECOND };
const CPU = { cores: 4, slice: 10 * MILLISECOND };

const load = (written: string) => `load: { ${written} }`;
const fateOf = (written: string) => parse(load(written)).topology.kubernetes!.load!.sharedFate;
const told = (written: string) =>
  parse(load(written))
    .parameters.map(({ path, text }) => [path, text])
    .filter(([path]) => path!.startsWith('load.sharedFate'));

describe('shared fate', () => {
  it.each([
    ['nodes: 10', { memory: MEMORY, disk: DISK, cpu: CPU }],
    ['sharedFate: none', {}],
    ['sharedFate: { memory: none }', { disk: DISK, cpu: CPU }],
    ['sharedFate: { disk: none }', { memory: MEMORY, cpu: CPU }],
    ['sharedFate: { cpu: none }', { memory: MEMORY, disk: DISK }],
    [
      'sharedFate: { cpu: { cores: 16 }, memory: none, disk: none }',
      { cpu: { ...CPU, cores: 16 } },
    ],
    [
      'sharedFate: { memory: { etcd: 3 GiB }, disk: { utilization: 50 % } }',
      {
        memory: { ...MEMORY, etcd: 3 * GIBIBYTE },
        disk: { ...DISK, utilization: 0.5 },
        cpu: CPU,
      },
    ],
  ])('by %s', (written, settings) => {
    expect(fateOf(written)).toEqual(settings);
  });

  it('is told by each setting in force, and by none of a coupling that is off', () => {
    expect(told('sharedFate: none')).toEqual([['load.sharedFate', 'none']]);
    expect(told('sharedFate: { memory: none, disk: { writeTime: 5 ms } }')).toEqual([
      ['load.sharedFate.memory', 'none'],
      ['load.sharedFate.disk.utilization', '90 %'],
      ['load.sharedFate.disk.writeTime', '5 ms'],
      ['load.sharedFate.cpu.cores', '4'],
      ['load.sharedFate.cpu.slice', '10 ms'],
    ]);
  });
});
