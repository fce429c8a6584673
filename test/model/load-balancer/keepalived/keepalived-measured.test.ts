/**
 * The model against keepalived 2.2.7 in pairs of network namespaces: three pairs a setting, four
 * rounds each, 12 times of each kind, in ms. `state BACKUP` on both, priorities 101 and 100 (`low`:
 * 100 and 50), `advert_int 1` (`v3`: version 3, 0.3 s), `delay`: `preempt_delay 5`, `script`: `test
 * -e FILE` with `interval 1 fall 3 rise 2 weight -2`. Killed with SIGKILL, stopped with SIGTERM,
 * cut with iptables. The samples are in keepalived-samples.json.
 */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../../src/engine/clock.ts';
import type { Effects } from '../../../../src/engine/effects.ts';
import { RandomStreams } from '../../../../src/engine/random-streams.ts';
import { Keepalived } from '../../../../src/model/load-balancer/keepalived/keepalived.ts';
import type {
  TrackScriptSettings,
  VrrpSettings,
} from '../../../../src/model/load-balancer/keepalived/keepalived-settings.ts';
import { KUBEADM_VRRP } from '../../../support/defaults.ts';
import {
  BalancerBench,
  hostOf,
  ScriptedBalancer,
} from '../../../support/load-balancer/balancer-bench.ts';
import { distance, farthest } from '../../../support/statistics/two-samples.ts';

type Samples = Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
const SAMPLES = JSON.parse(
  readFileSync('test/model/load-balancer/keepalived/keepalived-samples.json', 'utf8'),
) as Samples;

const SETTINGS: Readonly<Record<string, Partial<VrrpSettings>>> = {
  plain: {},
  low: { priorities: [100, 50] },
  v3: { version: 3, advertInt: 300 * MILLISECOND },
  delay: { preemptDelay: 5 * SECOND },
  script: {},
};
const SCRIPT: TrackScriptSettings = {
  interval: SECOND,
  timeout: SECOND,
  fall: 3,
  rise: 2,
  weight: -2,
};

interface World {
  readonly keepalived: Keepalived;
  readonly hosts: ReturnType<typeof hostOf>[];
  readonly balancer: ScriptedBalancer;
}

/** What is done at 100 s, what is done at 200 s, and what is then waited for. */
interface Play {
  readonly before?: (world: World, effects: Effects) => void;
  readonly act: (world: World, effects: Effects) => void;
  readonly node: number;
  readonly state: string;
}

function cut(what: 'cut' | 'heal', twoWays: boolean) {
  return ({ keepalived }: World, effects: Effects) => {
    keepalived[what](0, 1, effects);
    if (twoWays) keepalived[what](1, 0, effects);
  };
}
const stops = ({ keepalived, hosts }: World, effects: Effects) => {
  keepalived.stop(0, effects);
  hosts[0]!.process.fail(effects);
};
const serves = (share: number) => (world: World, effects: Effects) => {
  world.balancer.serve(share, 0, effects);
};
const other = { node: 1, state: 'master' };
const own = { node: 0, state: 'master' };

const PLAYS: Readonly<Record<string, Play>> = {
  'killed to other MASTER': {
    act: ({ hosts }, effects) => hosts[0]!.process.fail(effects),
    ...other,
  },
  'stopped to other MASTER': { act: stops, ...other },
  'started to own MASTER': {
    before: stops,
    act: ({ hosts }, effects) => hosts[0]!.process.mend(effects),
    ...own,
  },
  'cut to other MASTER': { act: cut('cut', true), ...other },
  'one way cut to other MASTER': { act: cut('cut', false), ...other },
  'healed to other BACKUP': {
    before: cut('cut', true),
    act: cut('heal', true),
    node: 1,
    state: 'backup',
  },
  'one way healed to other BACKUP': {
    before: cut('cut', false),
    act: cut('heal', false),
    node: 1,
    state: 'backup',
  },
  'script fails to other MASTER': { act: serves(0), ...other },
  'script good to own MASTER': { before: serves(0), act: serves(1), ...own },
};

function played(name: string, { before, act, node, state }: Play, replication: number): number {
  const bench = new BalancerBench(false, 400 * SECOND);
  const hosts = [hostOf('m0'), hostOf('m1')];
  const balancers = [new ScriptedBalancer('lb0'), new ScriptedBalancer('lb1')];
  const nodes = hosts.map((host, index) => ({ host, balancer: balancers[index]! }));
  const streams = new RandomStreams(`measured ${replication}`);
  const settings = { ...KUBEADM_VRRP, ...SETTINGS[name] };
  const script = name === 'script' ? SCRIPT : undefined;
  const keepalived = new Keepalived('vip', nodes, settings, script, streams, 0);
  keepalived.restart(bench.simulation);
  const world = { keepalived, hosts, balancer: balancers[0]! };
  const jitter = Math.floor(streams.stream('fault').double() * 3 * SECOND);
  bench.at(100 * SECOND, (effects) => before?.(world, effects));
  bench.at(200 * SECOND + jitter, (effects) => act(world, effects));
  bench.run();
  return bench.firstAfter(200 * SECOND + jitter, `vip/m${node}`, state)! * 1000;
}

/** Found by looking: keepalived starts in some 65 ms here, and a line of its log is read in 10. */
const START = 65;
const READ = 10;

describe.each(Object.keys(SAMPLES).filter((name) => name in SETTINGS))('%s', (name) => {
  it.each(Object.keys(SAMPLES[name]!))('%s', (label) => {
    const real = SAMPLES[name]![label]!;
    const play = PLAYS[label]!;
    const late = label.startsWith('started') ? START : READ;
    const simulated = Array.from({ length: 300 }, (_, index) => played(name, play, index) + late);
    const spread = Math.max(...simulated) - Math.min(...simulated);
    if (spread < 1) {
      const median = real[Math.floor(real.length / 2)]!;
      expect(Math.abs(median - simulated[0]!)).toBeLessThan(15);
    } else expect(distance(real, simulated)).toBeLessThan(farthest(real, simulated));
  });
});
