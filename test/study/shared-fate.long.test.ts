/**
 * Stacked against external under the same load, over the shipped scenarios: with nothing coupled
 * external wins nothing; with the couplings on it wins, and the causes say by what. `npm run
 * shared-fate` writes what each coupling costs into docs/shared-fate.md.
 */
import quantile from '@stdlib/stats-base-dists-t-quantile';
import { describe, expect, it } from 'vitest';
import { type Coupled, type Life, livesOf, mean } from '../support/study/shared-fate.ts';

const REPLICATIONS = 16;

/** What `one` lost more than `other` in the same weather, with a 99 % interval (Student). */
function gain(one: readonly Life[], other: readonly Life[], key: keyof Life = 'api') {
  const differences = one.map((life, index) => life[key] - other[index]![key]);
  const { length } = differences;
  const middle = differences.reduce((sum, value) => sum + value, 0) / length;
  const squares = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const half = quantile(0.995, length - 1) * Math.sqrt(squares / (length - 1) / length);
  return { middle, low: middle - half, high: middle + half };
}

const lives = (story: string, coupled: Coupled) => livesOf(story, coupled, REPLICATIONS);
const uncoupled = lives('api-surge-stacked', 'none');
const coupled = lives('api-surge-stacked', 'all');
const external = lives('api-surge-external', 'all');

describe('a control plane under surges', () => {
  it('loses no more stacked than external where nothing is coupled', () => {
    const { low, high, middle } = gain(uncoupled, external);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(Math.abs(middle)).toBeLessThan(0.03 * mean(external, 'api'));
  });

  it('has external members that no coupling reaches', () => {
    expect(livesOf('api-surge-external', 'none', 2)).toEqual(external.slice(0, 2));
  });

  it('loses more stacked where memory and disks are shared', () => {
    const { low, middle } = gain(coupled, external);
    expect(low).toBeGreaterThan(0);
    expect(middle).toBeGreaterThan(1);
  });

  it('is told by how much: kills for memory, and what then meets fewer servers', () => {
    const { low, high } = gain(coupled, external);
    const more = mean(coupled, 'told') - mean(external, 'told');
    expect(more).toBeGreaterThan(low);
    expect(more).toBeLessThan(high);
    expect(mean(coupled, 'kills')).toBeGreaterThan(2 * mean(external, 'kills'));
  });
});

describe('each coupling alone', () => {
  it('costs: memory the API, disk and processors etcd', () => {
    const some = (name: Coupled) => livesOf('api-surge-stacked', name, 8);
    const none = uncoupled.slice(0, 8);
    const memory = some('memory alone');
    expect(gain(memory, none).low).toBeGreaterThan(0);
    expect(mean(memory, 'etcd')).toBe(mean(none, 'etcd'));
    expect(gain(some('disk alone'), none, 'etcd').low).toBeGreaterThan(0);
    expect(gain(some('cpu alone'), none, 'etcd').middle).toBeGreaterThan(1);
  });
});
