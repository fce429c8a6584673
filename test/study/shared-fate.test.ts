/**
 * Stacked against external under the same load, over the shipped scenarios: with nothing coupled
 * external wins nothing; with the couplings on it wins, and the causes say by what. What each
 * coupling costs alone goes into docs/shared-fate.md.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../src/engine/clock.ts';
import { Lived } from '../support/lived.ts';
import { scenarioOf } from '../support/stories.ts';

const REPLICATIONS = 16;
const HOURS = 24;
const OUT_OF_MEMORY = /outOfMemory$/;
/** Patches too send nodes to servers whose memory then runs over. */
const OF_LOAD = /outOfMemory|clients\.surge|event\.patches/;

/** What of the couplings is on. */
const COUPLED = {
  none: 'none',
  'memory alone': '{ disk: none, cpu: none }',
  'disk alone': '{ memory: none, cpu: none }',
  'cpu alone': '{ memory: none, disk: none }',
  all: '{}',
} as const;

type Coupled = keyof typeof COUPLED;

/** Of one replication: what was lost of levels, and why. */
interface Life {
  /** Minutes of api.write, those in brownouts by their share; of them those told under load. */
  readonly api: number;
  readonly told: number;
  /** Seconds. */
  readonly etcd: number;
  readonly controllers: number;
  readonly elections: number;
  readonly kills: number;
}

function livesOf(story: string, coupled: Coupled, replications = REPLICATIONS): Life[] {
  const file = `scenarios/${story}.yaml`;
  const text = readFileSync(file, 'utf8');
  const last = 'memoryGrowth: 200 MiB';
  expect(text).toContain(last);
  const settings = text.replace(last, `${last}, sharedFate: ${COUPLED[coupled]}`);
  const lived = new Lived(scenarioOf(settings, file));
  const historyOf = (name: string) => lived.histories.find(({ level }) => level.name === name)!;
  return Array.from({ length: replications }, (_, replication) => {
    lived.live(replication);
    const api = historyOf('api.write').downtime / MINUTE;
    const share = historyOf('api.write')
      .tally.causes()
      .filter(({ cause }) => OF_LOAD.test(cause))
      .reduce((sum, { downtimeShare }) => sum + downtimeShare, 0);
    const count = (told: RegExp, state: RegExp) =>
      lived.lines.filter((line) => told.test(line.subject) && state.test(line.state)).length;
    return {
      api,
      told: share * api,
      etcd: historyOf('etcd.write').downtime / SECOND,
      controllers: historyOf('controllers').downtime / SECOND,
      elections: count(/^(cp|etcd)\d$/, /^leads, /),
      kills: count(OUT_OF_MEMORY, /^begins$/),
    };
  });
}

function mean(lives: readonly Life[], key: keyof Life): number {
  return lives.reduce((sum, life) => sum + life[key], 0) / lives.length;
}

/** What `one` lost more than `other` in the same weather, with a 99 % interval (Student, 15). */
function gain(one: readonly Life[], other: readonly Life[], key: keyof Life = 'api') {
  const differences = one.map((life, index) => life[key] - other[index]![key]);
  const middle = differences.reduce((sum, value) => sum + value, 0) / REPLICATIONS;
  const squares = differences.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const half = (2.947 * Math.sqrt(squares / (REPLICATIONS - 1))) / Math.sqrt(REPLICATIONS);
  return { middle, low: middle - half, high: middle + half };
}

const HEAD = [
  '| couplings | api.write lost | etcd.write lost | controllers lost | elections | kills |',
  '|---|---|---|---|---|---|',
];

function row(name: string, lives: readonly Life[]): string {
  const cells = [
    `${mean(lives, 'api').toFixed(2)} min`,
    `${mean(lives, 'etcd').toFixed(1)} s`,
    `${mean(lives, 'controllers').toFixed(1)} s`,
    mean(lives, 'elections').toFixed(1),
    mean(lives, 'kills').toFixed(1),
  ];
  return `| ${[name, ...cells].join(' | ')} |`;
}

const names = Object.keys(COUPLED) as Coupled[];
const stacked = Object.fromEntries(
  names.map((coupled) => [coupled, livesOf('api-surge-stacked', coupled)]),
) as Record<Coupled, Life[]>;
const external = livesOf('api-surge-external', 'all');

describe('a control plane under surges', () => {
  it('loses no more stacked than external where nothing is coupled', () => {
    const { low, high, middle } = gain(stacked.none, external);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(Math.abs(middle)).toBeLessThan(0.03 * mean(external, 'api'));
  });

  it('has external members that no coupling reaches', () => {
    expect(livesOf('api-surge-external', 'none')).toEqual(external);
  });

  it('loses more stacked where memory and disks are shared', () => {
    const { low, middle } = gain(stacked.all, external);
    expect(low).toBeGreaterThan(0);
    expect(middle).toBeGreaterThan(1);
  });

  it('is told by how much: kills for memory, and what then meets fewer servers', () => {
    const { low, high } = gain(stacked.all, external);
    const more = mean(stacked.all, 'told') - mean(external, 'told');
    expect(more).toBeGreaterThan(low);
    expect(more).toBeLessThan(high);
    expect(mean(stacked.all, 'kills')).toBeGreaterThan(2 * mean(external, 'kills'));
  });
});

describe('each coupling alone', () => {
  it('costs: memory the API, disk and processors etcd', () => {
    expect(gain(stacked['memory alone'], stacked.none).low).toBeGreaterThan(0);
    expect(gain(stacked['disk alone'], stacked.none, 'etcd').low).toBeGreaterThan(0);
    expect(gain(stacked['cpu alone'], stacked.none, 'etcd').middle).toBeGreaterThan(1);
    expect(mean(stacked['memory alone'], 'etcd')).toBe(mean(stacked.none, 'etcd'));
  });

  it('costs what docs/shared-fate.md says', async () => {
    const ofAll = mean(stacked.all, 'api') - mean(stacked.none, 'api');
    const ofMemory = mean(stacked['memory alone'], 'api') - mean(stacked.none, 'api');
    const lines = [
      '# What each coupling costs',
      'Made by `test/study/shared-fate.test.ts` from the shipped scenarios with their couplings',
      'switched off and on in the same weather; means of one replication. See',
      '[the model](model.md#shared-fate) for the laws, of which many a number is assumed.\n',
      `## An hour at the limit (\`api-shared-fate\`, ${HOURS} replications)\n`,
      ...HEAD,
      ...names.map((name) => row(name, livesOf('api-shared-fate', name, HOURS))),
      `\n## Two months of surges (\`api-surge-stacked\`, ${REPLICATIONS} replications)\n`,
      ...HEAD,
      row('etcd elsewhere: `api-surge-external`', external),
      ...names.map((name) => row(name, stacked[name])),
      `\nOf the ${ofAll.toFixed(2)} min of \`api.write\` that all cost, memory alone costs`,
      `${ofMemory.toFixed(2)} min: etcd's share of each machine, which surges then lack.`,
      'Disk and processors cost elections of etcd, and what those cost the controllers.\n',
    ];
    await expect(lines.join('\n')).toMatchFileSnapshot('../../docs/shared-fate.md');
  });
});
