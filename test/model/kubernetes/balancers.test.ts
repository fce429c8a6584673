/** Every kind of balancer before three API servers, one of which fails, or before none. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { KubernetesBench } from '../../support/kubernetes-bench.ts';
import { BALANCERS, type BalancerName, type BenchPlan } from '../../support/kubernetes-topology.ts';

const KINDS = Object.keys(BALANCERS) as BalancerName[];
const SEEDS = ['1', '2', '3', '4'];

function lived(plan: BenchPlan, befall: (bench: KubernetesBench) => void) {
  return SEEDS.map((seed) => {
    const bench = new KubernetesBench({ ...plan, seed, end: 600 * SECOND });
    befall(bench);
    return bench.run();
  });
}

/** Lost writes in seconds, at least and at most. */
type Bounds = readonly [least: number, most: number];

/** A third of what it takes to notice; all of it where there is one way only. */
const KILLED: Readonly<Record<BalancerName, Bounds>> = {
  none: [3, 11],
  // Refused connections are tried again elsewhere at once. One that starts within the time of three
  // checks is still UP while it listens and its hooks are not done.
  haproxy: [0, 1.4],
  keepalived: [0, 1.4],
  // By luck the address is on another machine.
  kubeVip: [0, 18],
  nlb: [1, 4],
  gcp: [1, 3],
  clientSide: [0, 1.4],
  // Once it listens it is chosen, though its hooks are not done.
  dns: [0.3, 1.4],
};

const FROZEN: Readonly<Record<BalancerName, Bounds>> = {
  none: [100, 100],
  // Three checks, each 2 s after one whose handshake is given up after 2 s.
  haproxy: [2.5, 4.5],
  keepalived: [2.5, 4.5],
  kubeVip: [0, 26],
  nlb: [33.3, 33.4],
  gcp: [1.6, 5.1],
  clientSide: [2.5, 4.5],
  dns: [33.3, 33.4],
};

describe.each(KINDS)('%s', (balancer) => {
  const within = ([least, most]: Bounds, benches: readonly KubernetesBench[]) => {
    for (const bench of benches) {
      expect(bench.lost('api.write')).toBeGreaterThanOrEqual(least - 1e-6);
      expect(bench.lost('api.write')).toBeLessThanOrEqual(most + 1e-6);
    }
  };

  it('before servers one of which is killed', () => {
    within(
      KILLED[balancer],
      lived({ balancer }, (bench) => bench.kill('cp1.apiServer', 100)),
    );
  });

  it('before servers one of which is frozen for 100 s', () => {
    const freeze = (bench: KubernetesBench) => bench.freeze('cp1.apiServer', 100, 100);
    within(FROZEN[balancer], lived({ balancer }, freeze));
  });

  it('gives all it has again when a machine is back that was gone', () => {
    for (const bench of lived({ balancer }, (one) => one.fail('cp1', 100, 100))) {
      expect(bench.lost('api.write', 260)).toBe(0);
      expect(bench.valueAt('api.write', 599)).toBe(1);
    }
  });
});

describe('a balancer that is gone', () => {
  const lost = (plan: BenchPlan, part: string) =>
    lived({ ...plan, processes: [part], attached: ['lb1'] }, (bench) => bench.fail(part, 100, 60));

  it.each(['lb1.haproxy', 'lb1.attachment'])('takes all with it: %s', (part) => {
    const processes = part === 'lb1.haproxy' ? [part] : [];
    const plan: BenchPlan = { balancer: 'haproxy', processes, attached: ['lb1'] };
    for (const bench of lived(plan, (one) => one.fail(part, 100, 60))) {
      expect(bench.valueAt('api.write', 100)).toBe(0);
      expect(bench.phaseAt('api.write', 150)).toBe('balancer');
      expect(bench.lost('api.write', 0, 160)).toBeCloseTo(60, 6);
      expect(bench.lost('etcd.write') + bench.lost('controllers')).toBe(0);
    }
  });

  it('of a cloud does so too', () => {
    for (const bench of lost({ balancer: 'gcp' }, 'loadBalancer')) {
      expect(bench.lost('api.write')).toBeCloseTo(60, 6);
    }
  });

  it('is replaced by keepalived within 3 to 4 s where its machine is gone', () => {
    for (const bench of lived({ balancer: 'keepalived' }, (one) => one.fail('lb1', 100, 60))) {
      expect(bench.phaseAt('api.write', 101)).toBe('failover');
      expect(bench.lost('api.write', 0, 150)).toBeGreaterThan(2.5);
      expect(bench.lost('api.write', 0, 150)).toBeLessThan(4);
    }
  });

  it('and has no network is replaced as soon', () => {
    const plan: BenchPlan = { balancer: 'keepalived', attached: ['lb1'] };
    for (const bench of lived(plan, (one) => one.fail('lb1.attachment', 100, 60))) {
      expect(bench.lost('api.write', 0, 150)).toBeLessThan(4);
      expect(bench.valueAt('api.write', 150)).toBe(1);
    }
  });

  it('is started again by systemd where its process was killed', () => {
    for (const bench of lived({ balancer: 'haproxy' }, (one) => one.kill('lb1.haproxy', 100))) {
      expect(bench.lost('api.write')).toBeCloseTo(0.1, 6);
    }
  });

  it('without a word while it is frozen', () => {
    const freeze = (one: KubernetesBench) => one.freeze('lb1.haproxy', 100, 20);
    for (const bench of lived({ balancer: 'haproxy' }, freeze)) {
      expect(bench.lost('api.write')).toBeCloseTo(20, 6);
    }
  });
});

describe('the patience of users', () => {
  it('decides whether a connection counts that is tried elsewhere after 5 s', () => {
    const gone = (clientTimeout: number) =>
      lived({ layout: 'external', clientTimeout }, (bench) => bench.fail('cp1', 100, 60));
    for (const bench of gone(10 * SECOND)) expect(bench.lost('api.write')).toBe(0);
    for (const bench of gone(4 * SECOND)) expect(bench.lost('api.write')).toBeGreaterThan(1);
  });
});
