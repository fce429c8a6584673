import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, MILLISECOND, SECOND } from '../../../../src/engine/clock.ts';
import { RandomStreams } from '../../../../src/engine/random-streams.ts';
import { Keepalived } from '../../../../src/model/load-balancer/keepalived/keepalived.ts';
import type {
  TrackScriptSettings,
  VrrpSettings,
} from '../../../../src/model/load-balancer/keepalived/keepalived-settings.ts';
import { KUBEADM_TRACK_SCRIPT, KUBEADM_VRRP } from '../../../support/defaults.ts';
import { draws } from '../../../support/draws.ts';
import {
  BalancerBench,
  hostOf,
  ScriptedBalancer,
} from '../../../support/load-balancer/balancer-bench.ts';

interface Plan {
  readonly vrrp?: Partial<VrrpSettings>;
  readonly script?: TrackScriptSettings | undefined;
  readonly seed?: string;
  readonly awake?: boolean;
  readonly end?: number;
}

function pair({ vrrp, script, seed = 'a', awake = false, end = 200 * SECOND }: Plan) {
  const settings = { ...KUBEADM_VRRP, ...vrrp };
  const bench = new BalancerBench(awake, end);
  const hosts = settings.priorities.map((_, index) => hostOf(`m${index}`));
  const balancers = hosts.map((_, index) => new ScriptedBalancer(`lb${index}`));
  const nodes = hosts.map((host, index) => ({ host, balancer: balancers[index]! }));
  const keepalived = new Keepalived('vip', nodes, settings, script, new RandomStreams(seed), 0);
  keepalived.restart(bench.simulation);
  const at = bench.at.bind(bench);
  return { bench, hosts, balancers, keepalived, at };
}

function changes(bench: BalancerBench): string[] {
  return bench.changes
    .filter(({ subject }) => subject.startsWith('vip'))
    .map(({ time, subject, state }) => `${(time / SECOND).toFixed(3)} ${subject} ${state}`);
}

describe('a master that goes', () => {
  it('is followed 3 adverts and a skew after its last: 3.609 s at most, 2.609 s at least', () => {
    const waits = Array.from({ length: 200 }, (_, index) => {
      const { bench, hosts, at } = pair({ seed: `${index}` });
      at(10 * SECOND, (effects) => hosts[0]!.machine.fail(effects));
      bench.run();
      return bench.firstAfter(10 * SECOND, 'vip/m1', 'master')!;
    });
    expect(Math.min(...waits)).toBeGreaterThan(2.609);
    expect(Math.min(...waits)).toBeLessThan(2.63);
    expect(Math.max(...waits)).toBeLessThan(3.6095);
    expect(Math.max(...waits)).toBeGreaterThan(3.59);
  });

  it('and says so is followed after the skew: 0.609 s', () => {
    const { bench, hosts, keepalived, at } = pair({});
    at(10 * SECOND, (effects) => {
      keepalived.stop(0, effects);
      hosts[0]!.process.fail(effects);
    });
    bench.run();
    expect(bench.firstAfter(10 * SECOND, 'vip/m1', 'master')).toBe(0.609375);
  });

  it('leaves users nowhere until then, or with its balancer where only keepalived crashed', () => {
    const { bench, hosts, keepalived, at } = pair({});
    const seen: string[] = [];
    const look = () =>
      seen.push(
        keepalived
          .outcomes(0)
          .map(({ kind }) => kind)
          .join(),
      );
    at(10 * SECOND, (effects) => hosts[0]!.process.fail(effects));
    at(11 * SECOND, look);
    at(20 * SECOND, (effects) => hosts[0]!.machine.fail(effects));
    at(30 * SECOND, (effects) => hosts[1]!.machine.fail(effects));
    at(31 * SECOND, look);
    bench.run();
    expect(seen).toEqual(['ok', 'silence']);
  });
});

describe('split brain', () => {
  it('has two masters until it heals, and users by share with each', () => {
    const { bench, balancers, keepalived, at } = pair({ vrrp: { newestShare: 0.7 } });
    const both = (what: 'cut' | 'heal') => (effects: Parameters<Keepalived['cut']>[2]) => {
      keepalived[what](0, 1, effects);
      keepalived[what](1, 0, effects);
    };
    at(SECOND, (effects) => balancers[0]!.serve(0, 0, effects));
    at(10 * SECOND, both('cut'));
    const seen: unknown[] = [];
    at(20 * SECOND, () => {
      seen.push([keepalived.state(0), keepalived.state(1)]);
      for (const { kind, share } of keepalived.outcomes(0)) seen.push([kind, share.toFixed(2)]);
    });
    at(60 * SECOND, both('heal'));
    bench.run();
    expect(seen).toEqual([
      ['master', 'master'],
      ['refusal', '0.30'],
      ['ok', '0.70'],
    ]);
    const healed = bench.firstAfter(60 * SECOND, 'vip/m1', 'backup')!;
    expect(healed).toBeLessThanOrEqual(1);
    expect(keepalived.state(0)).toBe('master');
  });
});

describe("kubeadm's script", () => {
  const script = KUBEADM_TRACK_SCRIPT;

  it('moves the address 27 to 30 s after the local balancer died, and one detection more', () => {
    const waits = Array.from({ length: 100 }, (_, index) => {
      const { bench, balancers, keepalived, at } = pair({ script, seed: `${index}` });
      at(10 * SECOND, (effects) => balancers[0]!.serve(0, 0, effects));
      bench.run();
      expect(keepalived.priority(0)).toBe(99);
      expect(keepalived.state(0)).toBe('backup');
      return bench.firstAfter(10 * SECOND, 'vip/m1', 'master')!;
    });
    expect(Math.min(...waits)).toBeGreaterThan(27 + 2.609);
    expect(Math.max(...waits)).toBeLessThan(30 + 3.61);
  });

  it('leaves the address where it is when all nodes fail together', () => {
    const { bench, balancers, keepalived, at } = pair({ script });
    at(10 * SECOND, (effects) => {
      for (const balancer of balancers) balancer.serve(0, 0, effects);
    });
    bench.run();
    expect([keepalived.priority(0), keepalived.priority(1)]).toEqual([99, 98]);
    // The first may lose it for as long as the second's script has not failed yet.
    expect(keepalived.state(0)).toBe('master');
  });

  it('does nothing where priorities are further apart than it weighs', () => {
    const { bench, balancers, at } = pair({ script, vrrp: { priorities: [110, 100] } });
    at(10 * SECOND, (effects) => balancers[0]!.serve(0, 0, effects));
    bench.run();
    expect(changes(bench)).toEqual([]);
  });

  it('without weight takes the node out, which says that it goes', () => {
    const { bench, balancers, at } = pair({ script: { ...script, weight: 0 } });
    at(10 * SECOND, (effects) => balancers[0]!.serve(0, 0, effects));
    bench.run();
    const fault = bench.firstAfter(0, 'vip/m0', 'fault')!;
    expect(bench.firstAfter(0, 'vip/m1', 'master')! - fault).toBeCloseTo(0.609375, 6);
  });

  it('hits a dead server now and then: seldom ten times in a row', () => {
    const { bench, balancers, at } = pair({ script, end: DAY });
    at(10 * SECOND, (effects) => balancers[0]!.serve(2 / 3, 0, effects));
    bench.run();
    // (1/3)^10 of 28,800 runs: half a failure in a day.
    expect(changes(bench).filter((line) => line.endsWith('master')).length).toBeLessThan(10);
  });
});

describe('asleep', () => {
  interface Move {
    readonly quarters: number;
    readonly kind: (typeof KINDS)[number];
    readonly node: number;
    readonly other: number;
    readonly share: number;
  }
  const KINDS = ['crash', 'stop', 'start', 'machine', 'cut', 'heal', 'serve'] as const;
  const moves: fc.Arbitrary<Move[]> = fc.array(
    fc.record({
      quarters: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 800 })),
      kind: fc.constantFrom(...KINDS),
      node: fc.integer({ min: 0, max: 2 }),
      other: fc.integer({ min: 0, max: 2 }),
      share: fc.constantFrom(0, 0.5, 1),
    }),
    { maxLength: 25 },
  );
  const plans = fc.record({
    vrrp: fc.record({
      version: fc.constantFrom<2 | 3>(2, 3),
      advertInt: fc.constantFrom(SECOND, 250 * MILLISECOND),
      preempt: fc.boolean(),
      preemptDelay: fc.constantFrom(0, 5 * SECOND),
      priorities: fc.constantFrom([101, 100, 99], [100, 100, 100], [255, 100, 50]),
    }),
    script: fc.option(
      fc.record({
        interval: fc.constantFrom(SECOND, 3 * SECOND),
        timeout: fc.constantFrom(SECOND, 500 * MILLISECOND),
        fall: fc.constantFrom(1, 3),
        rise: fc.constantFrom(1, 2),
        weight: fc.constantFrom(-2, 0, 3),
      }),
      { nil: undefined },
    ),
    seed: fc.string({ maxLength: 3 }),
  });

  function lived(plan: Plan, script: readonly Move[]) {
    const world = pair(plan);
    const { hosts, balancers, keepalived, at, bench } = world;
    const cut = new Set<string>();
    const down = new Set<string>();
    for (const { quarters, kind, node, other, share } of script) {
      at(quarters * 250 * MILLISECOND, (effects) => {
        const { process, machine } = hosts[node]!;
        const link = `${node} ${other}`;
        if (kind === 'serve') balancers[node]!.serve(share, share * 200_000, effects);
        else if (kind === 'cut' || kind === 'heal') {
          if (cut.has(link) === (kind === 'cut') || node === other) return;
          if (kind === 'cut') cut.add(link);
          else cut.delete(link);
          keepalived[kind](node, other, effects);
        } else if (kind === 'start') {
          if (down.delete(`p${node}`)) process.mend(effects);
          if (down.delete(`m${node}`)) machine.mend(effects);
        } else if (kind === 'machine') {
          if (down.has(`m${node}`)) return;
          down.add(`m${node}`);
          machine.fail(effects);
        } else if (!down.has(`p${node}`)) {
          down.add(`p${node}`);
          if (kind === 'stop' && machine.works) keepalived.stop(node, effects);
          process.fail(effects);
        }
      });
    }
    bench.run();
    return world;
  }

  it('tells the same story as awake, whatever happens', () => {
    fc.assert(
      fc.property(plans, moves, (plan, script) => {
        const asleep = lived(plan, script);
        const awake = lived({ ...plan, awake: true }, script);
        expect(asleep.bench.trace).toEqual(awake.bench.trace);
        expect(asleep.keepalived.outcomes(0)).toEqual(awake.keepalived.outcomes(0));
        expect(awake.keepalived.ticksElided(200 * SECOND)).toBe(0);
      }),
      { numRuns: draws(300, 1000) },
    );
  });

  it('costs nothing while adverts arrive', () => {
    const script = KUBEADM_TRACK_SCRIPT;
    const { bench, hosts, keepalived, at } = pair({ script, end: 30 * DAY });
    at(DAY, (effects) => hosts[0]!.machine.fail(effects));
    at(2 * DAY, (effects) => hosts[0]!.machine.mend(effects));
    bench.run();
    expect(bench.simulation.executed).toBeLessThan(100);
    const ticks = (30 * DAY) / SECOND + (2 * 30 * DAY) / script.interval;
    expect(keepalived.ticksElided(30 * DAY) / ticks).toBeCloseTo(1, 1);
  });
});
