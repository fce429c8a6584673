/** No text makes the loader throw or hang: what it refuses, it refuses as a problem. */

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { starter } from '../../src/scenario/starter.ts';
import { formatProblem } from '../../src/scenario/text/problems.ts';
import { draws } from '../support/draws.ts';

vi.setConfig({ testTimeout: 120_000 });

const SHIPPED = new URL('../../scenarios/', import.meta.url);
const EVENTS = `quorate: 1
topology: { layout: external, zones: [a, b] }
etcd: { version: 3.4, replacement: { order: addFirst } }
network: { sameZone: { roundTrip: 1 ms }, pairs: { a:b: 2 ms }, loss: 1 %, bandwidth: 1 Gbit/s }
failures: { disk.slow: { mttf: 1 year, repair: 1 h, slowdown: 10, beta: 2 % } }
events:
  - { at: 1 h, crashAt: { point: beforeFsync, machines: leader }, for: 1 min }
  - { at: 2 h, partition: { between: [leader, followers] }, for: 1 min }
  - { at: 3 h, flap: { between: [a, b], down: 1 s, up: 1 s }, for: 1 min }
  - { at: 4 h, degradeNetwork: { from: leader, to: [a, b], delay: 1 ms }, for: 1 min }
  - { at: 5 h, slowDisk: { machines: etcdMachines, factor: 10 }, for: 1 min }
  - { at: 6 h, replaceMember: { machine: etcd1 } }
  - { at: 7 h, spaceAlarm: true, for: 1 min }
`;
const texts = [
  ...readdirSync(SHIPPED).map((file) => readFileSync(new URL(file, SHIPPED), 'utf8')),
  ...(['stacked', 'external'] as const).map(starter),
  ...Array.from({ length: 6 }, () => EVENTS),
];

function refused(text: string): string {
  const result = parseScenario(text, { file: 'x.yaml' });
  if (result.ok) throw new Error('accepted');
  return result.problems.map((problem) => formatProblem(problem)).join('\n');
}

/** Either a scenario or at least one problem that can be shown. */
function survives(text: string): boolean {
  const result = parseScenario(text, { file: 'x.yaml' });
  if (result.ok) return result.scenario.topology.members.length > 0;
  const lines = text.split(/\r?\n/);
  return (
    result.problems.length > 0 &&
    result.problems.every((problem) => {
      const shown = formatProblem(problem, lines[problem.line - 1]);
      return shown.length > 0 && !/(?!\n)\p{Cc}/u.test(shown);
    })
  );
}

describe('hostile files', () => {
  it('of 50 MB are refused unread', () => {
    const line = 'components: { kms: { mttf: 1 year, repair: 1 h } }\n';
    expect(refused(line.repeat(1_000_000))).toBe(
      'x.yaml:1:1: the file has 48.6 MiB\n    allowed: at most 1 MiB of text',
    );
  });

  it('of binary are refused', () => {
    expect(refused('\u007fELF\u0002\u0001\u0001\0\0\0')).toContain('the file is not text');
    expect(refused(new TextDecoder().decode(new Uint8Array([0xff, 0xfe, 0x80, 0x41])))).toContain(
      'the file is not text',
    );
  });

  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(50_000)],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(100_000)],
    [
      'nested keys',
      `quorate: 1\n${Array.from({ length: 900 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')}`,
    ],
    ['parentheses', `quorate: 1\nhorizon: ${'('.repeat(150)}1 h${')'.repeat(150)}x`],
    ['level parentheses', `quorate: 1\nlevels: { a: "${'('.repeat(1500)}cp1" }`],
    ['anchors', Array.from({ length: 20_000 }, (_, i) => `a${i}: &a${i} 1\n`).join('')],
    ['quotes', `quorate: 1\nname: "${'\\'.repeat(200_001)}`],
    ['many keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1\n`).join('')],
  ])('with endless %s are refused', (_, text) => {
    expect(survives(text)).toBe(true);
    expect(parseScenario(text, { file: 'x.yaml' }).ok).toBe(false);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'cannot smuggle the key %s in',
    (key) => {
      for (const text of [
        `quorate: 1\n${key}: { seed: 3 }\n`,
        `quorate: 1\nfailures: { ${key}: { mttf: 1 h, repair: 1 h } }\n`,
        `quorate: 1\nevents: [{ at: 1 h, fail: ${key}, for: 1 h }]\n`,
        `quorate: 1\nlevels: { a: ${key} }\n`,
        `quorate: 1\nnetwork: { pairs: { ${key}: 1 ms } }\n`,
        `quorate: 1\nevents: [{ at: 1 h, freeze: ${key}, for: 1 h }]\n`,
        `quorate: 1\nevents: [{ at: 1 h, kill: ${key} }]\n`,
        `quorate: 1\nevents: [{ at: 1 h, replaceMember: { machine: ${key} } }]\n`,
        `quorate: 1\nobjectives: ["${key}(etcd.quorum) >= 1"]\n`,
      ]) {
        expect(refused(text)).toMatch(
          /unknown|not the name|not known|no place|no mapping|not a name|not a pair|not an obj/,
        );
      }
    },
  );
});

describe('any text', () => {
  it('of random characters survives', () => {
    const yaml = fc.string({ unit: fc.constantFrom(...'quorate: 1\n-[]{}&*!|>\'"%@`,?#\t h') });
    fc.assert(fc.property(fc.oneof(fc.string(), yaml), survives), { seed: 2, numRuns: 1000 });
  });

  it('mutated from a shipped scenario survives', () => {
    const words = [
      '-1 h',
      '1e400',
      '.nan',
      'null',
      '[]',
      '{}',
      '""',
      '*a',
      '&a x',
      '5 kg',
      'cp9',
      ': ',
      '\t',
      '"',
      '- ',
    ];
    const mutation = fc.record({
      text: fc.constantFrom(...texts),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(12),
      added: fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })),
    });
    fc.assert(
      fc.property(mutation, ({ text, at, removed, added }) => {
        const start = Math.floor(at * text.length);
        return survives(text.slice(0, start) + added + text.slice(start + removed));
      }),
      { seed: 3, numRuns: draws(200, 1000) },
    );
  });

  it('whose values are replaced by other kinds of values survives', () => {
    const other = fc.oneof(
      fc.constantFrom('[1]', '{ a: 1 }', 'true', 'null', '-5', '0', '"x"', '[[[]]]', '3 h', 'none'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.nat(60), other, (text, line, value) => {
        const lines = text.split('\n');
        const at = line % lines.length;
        lines[at] = lines[at]!.replace(/:.*$/, `: ${value}`);
        return survives(lines.join('\n'));
      }),
      { seed: 4, numRuns: draws(200, 1000) },
    );
  });
});
