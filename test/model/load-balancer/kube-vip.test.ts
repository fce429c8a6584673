import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY, SECOND } from '../../../src/engine/clock.ts';
import type { Effects } from '../../../src/engine/effects.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import {
  KUBE_VIP_LEASE,
  KUBEADM_KUBE_VIP_LEASE,
  KubeVip,
} from '../../../src/model/load-balancer/kube-vip.ts';
import type {
  LeaseSettings,
  LeaseStore,
  LeaseStoreWatcher,
} from '../../../src/model/load-balancer/lease-election.ts';
import {
  BalancerBench,
  FixedStream,
  hostOf,
  ScriptedBalancer,
} from '../../support/balancer-bench.ts';
import { distance, farthest } from '../../support/two-samples.ts';

class ScriptedStore implements LeaseStore {
  private works = true;
  private readonly watchers: LeaseStoreWatcher[] = [];

  canWrite(): boolean {
    return this.works;
  }

  watch(watcher: LeaseStoreWatcher): void {
    this.watchers.push(watcher);
  }

  set(works: boolean, effects: Effects): void {
    this.works = works;
    for (const watcher of this.watchers) watcher.storeChanged(effects);
  }
}

interface Plan {
  readonly nodes?: number;
  readonly settings?: LeaseSettings;
  readonly seed?: string;
  readonly awake?: boolean;
  /** What every draw gives; gaps that are multiples of the leader's make calls coincide. */
  readonly share?: number | undefined;
  readonly end?: number;
}

function world({ nodes = 3, settings = KUBE_VIP_LEASE, seed = 'a', awake, end, share }: Plan) {
  const bench = new BalancerBench(awake ?? false, end ?? 2000 * SECOND);
  const hosts = Array.from({ length: nodes }, (_, index) => hostOf(`m${index}`));
  const stores = hosts.map(() => new ScriptedStore());
  const balancers = hosts.map((_, index) => new ScriptedBalancer(`lb${index}`));
  const streams = new RandomStreams(seed);
  const members = hosts.map((host, index) => ({
    host,
    store: stores[index]!,
    balancer: balancers[index]!,
    gaps: share === undefined ? streams.stream(`kube-vip ${index}`) : new FixedStream(share),
  }));
  const kubeVip = new KubeVip('vip', members, settings, 0);
  kubeVip.restart(bench.simulation);
  return { bench, hosts, stores, kubeVip, at: bench.at.bind(bench) };
}

/** Seconds from the leader's end to a new leader, sorted. */
function takeovers(count: number, plan: Plan, asked: boolean): number[] {
  return Array.from({ length: count }, (_, index) => {
    const { bench, hosts, kubeVip, at } = world({ ...plan, seed: `${index}` });
    const when = 1000 * SECOND;
    at(when, (effects) => {
      if (asked) kubeVip.stop(0, effects);
      hosts[0]!.process.fail(effects);
    });
    bench.run();
    const next = bench.changes.find(({ state, time }) => state === 'leader' && time >= when);
    return (next!.time - when) / SECOND;
  }).sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number) =>
  sorted[Math.floor(share * (sorted.length - 1))]!;

/** Of client-go's law, by Monte Carlo: shared facts, section C. */
describe('a leader that is gone', () => {
  it.each([
    [2, { low: 14.8, middle: 17.3, high: 20.1 }],
    [3, { low: 14.5, middle: 16.5, high: 18.7 }],
    [5, { low: 14.2, middle: 15.8, high: 17.7 }],
  ])('is followed among %i nodes as client-go does', (nodes, { low, middle, high }) => {
    const waits = takeovers(2000, { nodes }, false);
    expect(at(waits, 0.05)).toBeCloseTo(low, 0);
    expect(at(waits, 0.5)).toBeCloseTo(middle, 0);
    expect(at(waits, 0.95)).toBeCloseTo(high, 0);
    expect(waits[0]).toBeGreaterThan(13);
    expect(waits.at(-1)).toBeLessThan(23.5);
  });

  it('and gave the Lease back is followed at the next call of any', () => {
    const waits = takeovers(2000, { nodes: 3 }, true);
    expect(at(waits, 0.5)).toBeCloseTo(0.9, 0);
    expect(waits.reduce((sum, wait) => sum + wait, 0) / waits.length).toBeCloseTo(1.1, 0);
    expect(waits.at(-1)).toBeLessThan(4.4);
  });

  it("is followed after 4 to 7 s with the times of kubeadm's sample", () => {
    const waits = takeovers(1000, { settings: KUBEADM_KUBE_VIP_LEASE }, false);
    expect(waits[0]).toBeGreaterThan(4);
    expect(waits.at(-1)).toBeLessThan(9);
  });

  it('is followed in the same law awake as asleep for long', () => {
    const asleep = takeovers(600, { nodes: 3 }, false);
    const awake = takeovers(600, { nodes: 3, awake: true }, false);
    expect(distance(asleep, awake)).toBeLessThan(farthest(asleep, awake));
  });
});

describe('a store that is gone', () => {
  it('takes the address from everybody after the deadline, until it is back', () => {
    const { bench, stores, kubeVip, at } = world({ settings: KUBEADM_KUBE_VIP_LEASE });
    const seen: string[] = [];
    at(100 * SECOND, (effects) => {
      for (const store of stores) store.set(false, effects);
    });
    for (const second of [102, 110, 150]) {
      at(second * SECOND, () =>
        seen.push(
          kubeVip
            .outcomes(0)
            .map(({ kind }) => kind)
            .join(),
        ),
      );
    }
    at(200 * SECOND, (effects) => {
      for (const store of stores) store.set(true, effects);
    });
    bench.run();
    expect(seen).toEqual(['ok', 'silence', 'silence']);
    const lost = bench.firstAfter(100 * SECOND, 'vip/m0', 'restarting')!;
    expect(lost).toBeGreaterThan(3);
    expect(lost).toBeLessThan(4);
    const back = bench.changes.find(({ state, time }) => state === 'leader' && time > 2e8)!;
    expect(back.time / SECOND - 200).toBeLessThan(2.2);
  });

  it('for the leader alone moves the address: its own API server is gone', () => {
    const { bench, stores, kubeVip, at } = world({});
    at(100 * SECOND, (effects) => stores[0]!.set(false, effects));
    bench.run();
    const lost = bench.firstAfter(100 * SECOND, 'vip/m0', 'restarting')!;
    expect(lost).toBeGreaterThan(10);
    expect(lost).toBeLessThan(12);
    const next = bench.changes.find(({ state }) => state === 'leader')!;
    expect(next.time / SECOND - 100).toBeGreaterThan(13);
    expect([1, 2].map((node) => kubeVip.state(node))).toContain('leader');
    expect(kubeVip.state(0)).toBe('candidate');
  });

  it('leaves a killed holder the address until another leads', () => {
    const { bench, hosts, kubeVip, at } = world({});
    const seen: string[] = [];
    at(100 * SECOND, (effects) => hosts[0]!.process.fail(effects));
    at(105 * SECOND, () => seen.push(kubeVip.outcomes(0)[0]!.kind));
    at(106 * SECOND, (effects) => hosts[0]!.machine.fail(effects));
    at(107 * SECOND, () => seen.push(kubeVip.outcomes(0)[0]!.kind));
    bench.run();
    expect(seen).toEqual(['ok', 'silence']);
  });
});

describe('asleep', () => {
  const moves = fc.array(
    fc.record({
      halves: fc.integer({ min: 0, max: 360 }),
      kind: fc.constantFrom('crash', 'stop', 'start', 'machine', 'lose', 'find'),
      node: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 20 },
  );

  function lived(plan: Plan, script: readonly { halves: number; kind: string; node: number }[]) {
    const { bench, hosts, stores, kubeVip, at } = world({ ...plan, end: 190 * SECOND });
    const down = new Set<string>();
    for (const { halves, kind, node } of script) {
      at((halves * SECOND) / 2, (effects) => {
        const { process, machine } = hosts[node]!;
        if (kind === 'lose' || kind === 'find') stores[node]!.set(kind === 'find', effects);
        else if (kind === 'start') {
          if (down.delete(`p${node}`)) process.mend(effects);
          if (down.delete(`m${node}`)) machine.mend(effects);
        } else if (kind === 'machine' && !down.has(`m${node}`)) {
          down.add(`m${node}`);
          machine.fail(effects);
        } else if (kind !== 'machine' && !down.has(`p${node}`)) {
          down.add(`p${node}`);
          if (kind === 'stop' && machine.works) kubeVip.stop(node, effects);
          process.fail(effects);
        }
      });
    }
    bench.run();
    return { bench, kubeVip };
  }

  it('tells the same story as awake, where sleeps are short enough to be lived again', () => {
    const settings = fc.constantFrom(KUBE_VIP_LEASE, {
      ...KUBEADM_KUBE_VIP_LEASE,
      retryPeriod: 2 * SECOND,
    });
    const draws = fc.record({
      seed: fc.string({ maxLength: 3 }),
      share: fc.constantFrom(undefined, undefined, 0, 0.5),
    });
    fc.assert(
      fc.property(settings, draws, moves, (plan, { seed, share }, script) => {
        const asleep = lived({ settings: plan, seed, share }, script);
        const awake = lived({ settings: plan, seed, share, awake: true }, script);
        expect(asleep.bench.trace).toEqual(awake.bench.trace);
        expect(awake.kubeVip.callsElided(190 * SECOND)).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it('costs nothing while the leader can write', () => {
    const { bench, hosts, kubeVip, at } = world({ end: 30 * DAY });
    at(DAY, (effects) => hosts[0]!.machine.fail(effects));
    bench.run();
    expect(bench.simulation.executed).toBeLessThan(60);
    expect(kubeVip.callsElided(30 * DAY)).toBeGreaterThan((30 * DAY) / (2 * SECOND));
  });
});
