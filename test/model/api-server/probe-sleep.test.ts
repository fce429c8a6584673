/** Probes that sleep tell the same story as probes that do not, whatever happens. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { Uniform } from '../../../src/engine/laws/uniform.ts';
import type { EtcdReach } from '../../../src/model/api-server/etcd-connection.ts';
import { ApiServerBench } from '../../support/api-server/api-server-bench.ts';
import { draws } from '../../support/draws.ts';

const HORIZON = 1_500 * SECOND;

interface Happening {
  readonly tenths: number;
  readonly index: number;
  readonly what: string;
}

const REACHES: readonly EtcdReach[] = ['answers', 'refuses', 'frozen', 'silent'];

const happenings = fc.array(
  fc.record({
    tenths: fc.integer({ min: 1, max: 12_000 }),
    index: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom(
      ...REACHES,
      'lose',
      'lose',
      'regain',
      'regain',
      'crash',
      'freeze',
      'thaw',
      'cutOff',
      'reachable',
      'machine',
    ),
  }),
  { minLength: 1, maxLength: 14 },
);

interface Options {
  readonly coarse: boolean;
  readonly stacked: boolean;
  readonly seed: string;
}

function script(bench: ApiServerBench, { tenths, index, what }: Happening, offset: number): void {
  const time = tenths * 100 * MILLISECOND + offset;
  const server = bench.servers[index]!;
  const kubelet = bench.kubelets[index]!;
  bench.at(time, (effects) => {
    if (what === 'lose' || what === 'regain') bench.etcd.setQuorum(what === 'regain', effects);
    else if (what === 'crash') server.kill(effects);
    else if (what === 'freeze') server.freeze(effects);
    else if (what === 'thaw') server.thaw(effects);
    else if (what !== 'machine') bench.etcd.setReach(index, what as EtcdReach, effects);
    else {
      kubelet.end(effects);
      server.kill(effects);
      bench.at(effects.now + 60 * SECOND, (then) => {
        // Whoever was told to stop twice is started once.
        kubelet.end(then);
        server.kill(then);
        kubelet.begin(then);
      });
    }
  });
}

/** `again`: after a replication in which the same has happened already. */
function story(
  awake: boolean,
  { coarse, stacked, seed }: Options,
  all: readonly Happening[],
  again = false,
) {
  const handling = coarse ? 200 * MILLISECOND : 307 * MILLISECOND;
  const warmUp = new Uniform(SECOND, 90 * SECOND).plan;
  const settings = { handling, warmUp };
  const bench = new ApiServerBench({ awake, coarse, stacked, seed, horizon: HORIZON, settings });
  const live = () => {
    all.forEach((happening, index) => {
      script(bench, happening, coarse ? 0 : index * 1_237);
    });
    bench.run();
  };
  if (again) {
    live();
    bench.restart(0);
  }
  live();
  const lines = bench.lines.map(({ time, subject, state }) => `${time} ${subject} ${state}`);
  return { lines, elided: bench.elided, events: bench.simulation.executed };
}

describe('API servers and their probes, asleep and awake', () => {
  let elided = 0;
  let events = 0;
  let longest = 0;

  it('tell the same story to the byte', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.string(),
        happenings,
        (coarse, stacked, seed, all) => {
          const options = { coarse, stacked, seed };
          const asleep = story(false, options, all);
          const awake = story(true, options, all);
          expect(asleep.lines).toEqual(awake.lines);
          expect(awake.elided).toBe(0);
          elided += asleep.elided;
          events += asleep.events;
          longest = Math.max(longest, asleep.lines.length);
        },
      ),
      { numRuns: draws(100, 400), seed: 20261124 },
    );
  });

  it('tell it again in another replication', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.string(),
        happenings,
        (coarse, stacked, seed, all) => {
          const options = { coarse, stacked, seed };
          const once = story(false, options, all);
          expect(story(false, options, all, true).lines).toEqual(once.lines);
        },
      ),
      { numRuns: 100, seed: 20261124 },
    );
  });

  it('and most ticks are slept through, in stories in which much happens', () => {
    expect(elided).toBeGreaterThan(3 * events);
    expect(longest).toBeGreaterThan(100);
  });
});
