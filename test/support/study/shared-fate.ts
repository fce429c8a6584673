/** The shipped scenarios of load lived through with some couplings of their machines on or off. */
import { readFileSync } from 'node:fs';
import { MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { Lived } from './lived.ts';
import { scenarioOf } from './stories.ts';

const OUT_OF_MEMORY = /outOfMemory$/;
/** Patches too send nodes to servers whose memory then runs over. */
const OF_LOAD = /outOfMemory|clients\.surge|event\.patches/;

/** What of the couplings is on. */
export const COUPLED = {
  none: 'none',
  'memory alone': '{ disk: none, cpu: none }',
  'disk alone': '{ memory: none, cpu: none }',
  'cpu alone': '{ memory: none, disk: none }',
  all: '{}',
} as const;

export type Coupled = keyof typeof COUPLED;

/** Of one replication: what was lost of levels, and why. */
export interface Life {
  /** Minutes of api.write, those in brownouts by their share; of them those told under load. */
  readonly api: number;
  readonly told: number;
  /** Seconds. */
  readonly etcd: number;
  readonly controllers: number;
  readonly elections: number;
  readonly kills: number;
}

/** Of a shipped scenario that says how much memory grows, replications in the same weather. */
export function livesOf(story: string, coupled: Coupled, replications: number): Life[] {
  const file = `scenarios/${story}.yaml`;
  const text = readFileSync(file, 'utf8');
  const last = 'memoryGrowth: 200 MiB';
  if (!text.includes(last)) throw new Error(`${file} has no ${last}`);
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

export function mean(lives: readonly Life[], key: keyof Life): number {
  return lives.reduce((sum, life) => sum + life[key], 0) / lives.length;
}
