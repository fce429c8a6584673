import { describe, expect, it } from 'vitest';
import { DAY, NEVER, SECOND } from '../../../src/engine/clock.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import { KubeVip, type KubeVipSettings } from '../../../src/model/load-balancer/kube-vip.ts';
import { KUBE_VIP_LEASE, KUBEADM_KUBE_VIP } from '../../support/defaults.ts';
import {
  BalancerBench,
  endpointsOf,
  hostOf,
  ScriptedBalancer,
} from '../../support/load-balancer/balancer-bench.ts';
import { distance, farthest } from '../../support/statistics/two-samples.ts';

interface Plan {
  readonly nodes?: number;
  readonly settings?: KubeVipSettings;
  readonly seed?: string;
  readonly awake?: boolean;
  readonly end?: number;
}

function world({ nodes = 3, settings = KUBE_VIP_LEASE, seed = 'a', awake, end }: Plan) {
  const bench = new BalancerBench(awake ?? false, end ?? 2000 * SECOND);
  const hosts = Array.from({ length: nodes }, (_, index) => hostOf(`m${index}`));
  const apis = endpointsOf(nodes);
  const members = hosts.map((host, index) => ({
    host,
    api: apis[index]!,
    balancer: new ScriptedBalancer(`lb${index}`),
  }));
  const kubeVip = new KubeVip('vip', members, settings, new RandomStreams(seed));
  kubeVip.restart(bench.simulation);
  const leading = () => hosts.findIndex((_, node) => kubeVip.state(node) === 'leader');
  return { bench, hosts, apis, kubeVip, leading, at: bench.at.bind(bench) };
}

/** Seconds from the leader's end to a new leader, sorted. */
function takeovers(count: number, plan: Plan, asked: boolean): number[] {
  return Array.from({ length: count }, (_, index) => {
    const { bench, hosts, kubeVip, leading, at } = world({ ...plan, seed: `${index}` });
    const when = 1000 * SECOND;
    at(when, (effects) => {
      const leader = leading();
      if (asked) {
        kubeVip.process(leader).demand({ ending: 'stop', ended: () => {} }, effects, NEVER);
      } else hosts[leader]!.process.fail(effects);
    });
    bench.run();
    const next = bench.changes.find(({ state, time }) => state === 'leads' && time >= when);
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
    const waits = takeovers(1000, { settings: KUBEADM_KUBE_VIP }, false);
    expect(waits[0]).toBeGreaterThan(4);
    expect(waits.at(-1)).toBeLessThan(9);
  });

  it('is followed in the same law awake as asleep for long', () => {
    const asleep = takeovers(600, { nodes: 3 }, false);
    const awake = takeovers(600, { nodes: 3, awake: true }, false);
    expect(distance(asleep, awake)).toBeLessThan(farthest(asleep, awake));
  });
});

describe('a Lease that cannot be reached', () => {
  it('takes the address from everybody after the deadline, until it can', () => {
    const { bench, apis, kubeVip, leading, at } = world({ settings: KUBEADM_KUBE_VIP });
    const seen: string[] = [];
    const leader = leading();
    at(100 * SECOND, (effects) => {
      for (const api of apis) api.become('refusal', effects);
    });
    for (const second of [102, 110, 150]) {
      at(second * SECOND, () => seen.push(...kubeVip.outcomes(0).map(({ kind }) => kind)));
    }
    at(200 * SECOND, (effects) => {
      for (const api of apis) api.become('ok', effects);
    });
    bench.run();
    expect(seen).toEqual(['ok', 'silence', 'silence']);
    const lost = bench.firstAfter(100 * SECOND, `vip/m${leader}`, 'exits: lost its lease')!;
    expect(lost).toBeGreaterThan(3);
    expect(lost).toBeLessThan(4.1);
    const back = bench.changes.find(({ state, time }) => state === 'leads' && time > 2e8)!;
    // Whoever reads that it has changed waits for it to expire once more.
    expect(back.time / SECOND - 200).toBeLessThan(10);
  });

  it('by the leader alone moves the address: its own API server is gone', () => {
    const { bench, apis, kubeVip, leading, at } = world({});
    const leader = leading();
    at(100 * SECOND, (effects) => apis[leader]!.become('refusal', effects));
    bench.run();
    const lost = bench.firstAfter(100 * SECOND, `vip/m${leader}`, 'exits: lost its lease')!;
    expect(lost).toBeGreaterThan(10);
    expect(lost).toBeLessThan(12.1);
    const next = bench.changes.find(({ state }) => state === 'leads')!;
    expect(next.time / SECOND - 100).toBeGreaterThan(13);
    expect(leading()).not.toBe(leader);
    expect(kubeVip.state(leader)).toBe('candidate');
  });

  it.each([0, 1, 2, 3, 4])(
    'by a server that hangs costs a whole round and a whole release: %i',
    (seed) => {
      const settings = KUBEADM_KUBE_VIP;
      const { bench, apis, leading, at } = world({ settings, seed: `${seed}` });
      const leader = leading();
      at(100 * SECOND, (effects) => apis[leader]!.become('hang', effects));
      bench.run();
      // A renewal within 1 s, given up after renewDeadline; a release, given up after as long.
      const lost = bench.firstAfter(100 * SECOND, `vip/m${leader}`, 'exits: lost its lease')!;
      expect(lost).toBeGreaterThan(6);
      expect(lost).toBeLessThan(7.1);
    },
  );

  it('leaves a killed holder the address until another leads', () => {
    const { bench, hosts, kubeVip, leading, at } = world({});
    const seen: string[] = [];
    const leader = leading();
    at(100 * SECOND, (effects) => hosts[leader]!.process.fail(effects));
    at(105 * SECOND, () => seen.push(kubeVip.outcomes(0)[0]!.kind));
    at(106 * SECOND, (effects) => hosts[leader]!.machine.fail(effects));
    at(107 * SECOND, () => seen.push(kubeVip.outcomes(0)[0]!.kind));
    bench.run();
    expect(seen).toEqual(['ok', 'silence']);
  });
});

describe('a leader that is killed and started again', () => {
  it('is who it was, and goes on at once', () => {
    const { bench, hosts, kubeVip, leading, at } = world({});
    const leader = leading();
    const seen: string[] = [];
    at(100 * SECOND, (effects) => hosts[leader]!.process.fail(effects));
    at(101 * SECOND, (effects) => hosts[leader]!.process.mend(effects));
    for (const time of [102, 104]) at(time * SECOND, () => seen.push(kubeVip.state(leader)));
    bench.run();
    expect(seen).toEqual(['starting', 'leader']);
  });
});

describe('asleep', () => {
  it('costs nothing while the leader can write', () => {
    const { bench, hosts, kubeVip, leading, at } = world({ end: 30 * DAY });
    at(DAY, (effects) => hosts[leading()]!.machine.fail(effects));
    bench.run();
    expect(bench.simulation.executed).toBeLessThan(60);
    expect(kubeVip.callsElided(30 * DAY)).toBeGreaterThan((30 * DAY) / (2 * SECOND));
  });
});
