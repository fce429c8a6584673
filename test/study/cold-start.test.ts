/**
 * A cold start whose machines come minutes apart, over the shipped scenario and over the same with
 * other gaps: what the startup probe does to a member that waits alone, told by the trace.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/engine/clock.ts';
import { Lived } from '../support/study/lived.ts';
import { scenarioOf } from '../support/study/stories.ts';

const FILE = 'scenarios/api-cold-start.yaml';
const OFF = 5 * MINUTE;
/** Of the shipped scenario, from the loss on. */
const GAPS = { first: 2, second: 12, third: 22 };

/** The same with its machines on so many minutes after all are off. */
function worldOf({ first, second, third } = GAPS, horizon = 40): Lived {
  const text = readFileSync(FILE, 'utf8')
    .replace('cp1, for: 2 min', `cp1, for: ${first} min`)
    .replace('cp2, for: 12 min', `cp2, for: ${second} min`)
    .replace('cp3, for: 22 min', `cp3, for: ${third} min`)
    .replace('horizon: 40 min', `horizon: ${horizon} min`);
  return new Lived(scenarioOf(text, FILE));
}

/** What befell a member, in seconds from the loss on. */
function told(lived: Lived, machine: string) {
  const of = (state: string) => lived.seconds(`${machine}.etcd`, state, OFF);
  return {
    starts: of('is started'),
    fails: of('fails its startup probe'),
    asked: of('is asked to stop'),
    exits: of('has exited'),
    killed: of('is killed'),
    passes: of('passes its startup probe'),
  };
}

describe('the shipped cold start', () => {
  const lived = worldOf();
  const stories = Array.from({ length: 40 }, (_, replication) => {
    lived.live(replication);
    const members = ['cp1', 'cp2', 'cp3'].map((machine) => told(lived, machine));
    return { members, totals: lived.totals('etcd.write') };
  });
  const [firsts, seconds, thirds] = [0, 1, 2].map((index) => {
    return stories.map(({ members }) => members[index]!);
  }) as [Story[], Story[], Story[]];

  it('is one whose machines come more than 4 min apart', () => {
    for (const [index, starts] of [firsts, seconds, thirds].entries()) {
      const minutes = [GAPS.first, GAPS.second, GAPS.third][index]!;
      for (const story of starts) expect(story.starts[0]).toBe(60 * minutes);
    }
  });

  it('fails the first member 24 times after 10 s, 10 s apart, each after 7 s', () => {
    const lives = firsts.map(({ starts, fails }) => fails[0]! - starts[0]!);
    // First asked 10 to 20 s after the start, by the phase of the probe.
    expect(Math.min(...lives)).toBeGreaterThanOrEqual(10 + 23 * 10 + 7);
    expect(Math.max(...lives)).toBeLessThan(20 + 23 * 10 + 7);
    expect(Math.max(...lives) - Math.min(...lives)).toBeGreaterThan(8);
    for (const { starts, fails } of firsts) {
      // The phase stays, and an exit is not 10 s before the next tick.
      expect(fails[1]! - starts[1]!).toBeCloseTo(250, 6);
      expect(fails).toHaveLength(2);
    }
  });

  it('has it asked to stop, which it does at once, and started at once', () => {
    for (const { starts, fails, asked, exits, killed } of firsts) {
      expect(asked).toEqual(fails);
      expect(exits).toEqual(asked);
      expect(killed).toEqual([]);
      expect(starts.slice(1)).toEqual(exits);
    }
  });

  it('lets it be once the second is there, and never touches the others', () => {
    for (const { starts, passes } of firsts) {
      expect(starts.at(-1)).toBeLessThan(60 * GAPS.second);
      // At the next tick, or as the question under way is asked anew.
      expect(passes).toHaveLength(1);
      expect(passes[0]! - 60 * GAPS.second).toBeGreaterThan(0);
      expect(passes[0]! - 60 * GAPS.second).toBeLessThan(21);
    }
    for (const { starts, exits, passes } of [...seconds, ...thirds]) {
      expect(exits).toEqual([]);
      expect(passes).toHaveLength(1);
      expect(passes[0]! - starts[0]!).toBeGreaterThanOrEqual(10);
      expect(passes[0]! - starts[0]!).toBeLessThan(21);
    }
  });

  it('grants writes some seconds after the second machine is on', () => {
    for (const { totals } of stories) {
      expect(totals.outages).toBe(1);
      expect(totals.length - 60 * GAPS.second).toBeGreaterThan(0.3);
      expect(totals.length - 60 * GAPS.second).toBeLessThan(6);
    }
  });
});

describe('machines less than 4 min apart', () => {
  it('have nobody killed', () => {
    const lived = worldOf({ first: 2, second: 5.9, third: 9 });
    for (let replication = 0; replication < 20; replication++) {
      lived.live(replication);
      expect(told(lived, 'cp1').asked).toEqual([]);
    }
  });
});

describe('a first member that waits for an hour and more', () => {
  const lived = worldOf({ first: 2, second: 80, third: 82 }, 100);
  const stories = Array.from({ length: 10 }, (_, replication) => {
    return told(lived.live(replication), 'cp1');
  });
  const waits = ({ starts, exits }: Story) => exits.map((exit, index) => starts[index + 1]! - exit);

  it('is killed by a probe each time, and waits as long as is left since the exit before', () => {
    for (const story of stories) {
      const found = waits(story);
      // 10 s from the boot on, 20 and so on to 160 s have gone by in each life of 250 s:
      // kubernetes#22240.
      expect(found.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
      // Of the sixth on 300 s count from the exit before, and a look may come half a minute late.
      const later = found.slice(5, 12);
      for (const wait of later.filter((_, index) => index % 2 === 0)) {
        expect(wait).toBeGreaterThan(300 - 258);
        expect(wait).toBeLessThanOrEqual(330);
      }
      for (const wait of later.filter((_, index) => index % 2 === 1)) expect(wait).toBe(0);
    }
  });
});

describe('a member whose disk is full', () => {
  it('waits up to a second, and then 10, 20 and 40 s, from its own exits on', () => {
    const text = `${readFileSync(FILE, 'utf8').split('events:')[0]}
events: [{ fillDisk: cp1, at: 5 min, for: 10 min }]
`;
    const full = new Lived(scenarioOf(text, FILE));
    for (let replication = 0; replication < 10; replication++) {
      const { starts, exits } = told(full.live(replication), 'cp1');
      const found = exits.map((exit, index) => starts[index]! - exit);
      expect(found[0]).toBeLessThan(1);
      for (const [index, wait] of [10, 20, 40, 80].entries()) {
        expect(found[index + 1]!).toBeGreaterThanOrEqual(wait);
        expect(found[index + 1]!).toBeLessThanOrEqual(1.5 * wait);
      }
      expect(told(full, 'cp1').passes).toHaveLength(1);
    }
  });
});

type Story = ReturnType<typeof told>;
