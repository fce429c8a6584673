/**
 * Stacked against external under the same load, over the shipped scenarios: with nothing coupled
 * external wins nothing; with the couplings on it wins, and the causes say by what.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/engine/clock.ts';
import { Lived } from '../support/lived.ts';
import { scenarioOf } from '../support/stories.ts';

const REPLICATIONS = 16;
const OUT_OF_MEMORY = /outOfMemory$/;
const OF_LOAD = /outOfMemory|clients\.surge/;

/** Of one replication: minutes of api.write lost, and those told under what load does. */
interface Life {
  readonly lost: number;
  readonly told: number;
  readonly kills: number;
}

function livesOf(layout: 'stacked' | 'external', isCoupled: boolean): Life[] {
  const file = `scenarios/api-surge-${layout}.yaml`;
  const text = readFileSync(file, 'utf8');
  const last = 'memoryGrowth: 200 MiB';
  expect(text).toContain(last);
  const coupled = isCoupled ? text : text.replace(last, `${last}, sharedFate: none`);
  const lived = new Lived(scenarioOf(coupled, file));
  const history = lived.histories.find(({ level }) => level.name === 'api.write')!;
  return Array.from({ length: REPLICATIONS }, (_, replication) => {
    lived.live(replication);
    const lost = history.downtime / MINUTE;
    const share = history.tally
      .causes()
      .filter(({ cause }) => OF_LOAD.test(cause))
      .reduce((sum, { downtimeShare }) => sum + downtimeShare, 0);
    return {
      lost,
      told: share * lost,
      kills: lived.lines.filter(({ subject, state }) => {
        return OUT_OF_MEMORY.test(subject) && state === 'begins';
      }).length,
    };
  });
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** What `one` lost more than `other` in the same weather, with a 99 % interval (Student, 15). */
function gain(one: readonly Life[], other: readonly Life[]) {
  const differences = one.map(({ lost }, index) => lost - other[index]!.lost);
  const middle = mean(differences);
  const squares = differences.map((difference) => (difference - middle) ** 2);
  const deviation = Math.sqrt((mean(squares) * REPLICATIONS) / (REPLICATIONS - 1));
  const half = (2.947 * deviation) / Math.sqrt(REPLICATIONS);
  return { middle, low: middle - half, high: middle + half };
}

describe('a control plane under surges', () => {
  const stacked = livesOf('stacked', true);
  const external = livesOf('external', true);
  const uncoupled = livesOf('stacked', false);

  it('loses no more stacked than external where nothing is coupled', () => {
    const { low, high, middle } = gain(uncoupled, external);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(Math.abs(middle)).toBeLessThan(0.03 * mean(external.map(({ lost }) => lost)));
  });

  it('has external members that no coupling reaches', () => {
    const alone = livesOf('external', false);
    expect(alone.map(({ lost }) => lost)).toEqual(external.map(({ lost }) => lost));
  });

  it('loses more stacked where memory and disks are shared', () => {
    const { low, middle } = gain(stacked, external);
    expect(low).toBeGreaterThan(0);
    expect(middle).toBeGreaterThan(1);
  });

  it('is told by how much: kills for memory, and surges that then meet fewer servers', () => {
    const { low, high } = gain(stacked, external);
    const told = mean(stacked.map(({ told: own }) => own));
    const elsewhere = mean(external.map(({ told: own }) => own));
    expect(told - elsewhere).toBeGreaterThan(low);
    expect(told - elsewhere).toBeLessThan(high);
    const kills = (lives: readonly Life[]) => mean(lives.map((life) => life.kills));
    expect(kills(stacked)).toBeGreaterThan(5 * kills(external));
  });
});
