/** Whole control planes, built from plans, and what becomes of them one story at a time. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { KubernetesBench } from '../../support/control-plane/kubernetes-bench.ts';
import type { BenchPlan } from '../../support/control-plane/kubernetes-topology.ts';

const SEEDS = Array.from({ length: 12 }, (_, seed) => `${seed}`);
const SERVERS = ['cp1.apiServer', 'cp2.apiServer', 'cp3.apiServer'];

function lived(plan: BenchPlan, seed: string, befall: (bench: KubernetesBench) => void) {
  const bench = new KubernetesBench({ ...plan, seed, end: 1_500 * SECOND });
  befall(bench);
  return bench.run();
}

/** Two of three etcd machines are away from 100 s on. */
function quorumLost(seed: string, seconds: number): KubernetesBench {
  return lived({ layout: 'external', balancer: 'haproxy' }, seed, (bench) => {
    bench.fail('etcd1', 100, seconds);
    bench.fail('etcd2', 100, seconds);
  });
}

describe('external API servers whose etcd has no quorum for 30 s', () => {
  const stories = SEEDS.map((seed) => quorumLost(seed, 30));

  it('are asked to stop by nobody', () => {
    for (const bench of stories) {
      for (const server of SERVERS) expect(bench.seconds(server, 'is asked to stop')).toEqual([]);
    }
  });

  it('grant no writes from the first moment until some seconds after it is back', () => {
    for (const bench of stories) {
      expect(bench.valueAt('api.write', 100)).toBe(0);
      expect(bench.phaseAt('api.write', 115)).toBe('etcd');
      expect(bench.valueAt('api.write', 129)).toBe(0);
      expect(bench.lost('api.write', 140)).toBe(0);
    }
  });

  it('answer reads from their caches until HAProxy has marked them all down', () => {
    for (const bench of stories) {
      const down = bench.lines.filter(({ state }) => state === 'marked down');
      expect(down.length).toBe(3);
      const last = Math.max(...down.map(({ time }) => time / SECOND));
      // Three checks in a row, each 2 s after the one before and answered after 2 s.
      expect(last).toBeGreaterThan(108);
      expect(last).toBeLessThan(114);
      expect(bench.lost('api.cachedRead', 0, last)).toBeLessThan(1e-6);
      expect(bench.valueAt('api.cachedRead', last)).toBe(0);
    }
  });
});

describe('the same for 5 minutes', () => {
  const stories = SEEDS.map((seed) => quorumLost(seed, 300));
  const each = (check: (bench: KubernetesBench, server: string) => void) => {
    for (const bench of stories) for (const server of SERVERS) check(bench, server);
  };

  it('are asked to stop 72 to 82 s after the loss, and killed 30 s later', () => {
    each((bench, server) => {
      const asked = bench.seconds(server, 'is asked to stop')[0]!;
      expect(asked).toBeGreaterThan(172);
      expect(asked).toBeLessThan(182.1);
      expect(bench.seconds(server, 'is killed')[0]).toBeCloseTo(asked + 30, 5);
    });
  });

  it('exit a minute after each start for want of etcd, and wait longer each time', () => {
    each((bench, server) => {
      const during = (seconds: number) => seconds < 400;
      const starts = bench.seconds(server, 'is started').filter(during);
      const exits = bench.seconds(server, 'has exited').filter(during).slice(1);
      exits.forEach((exit, index) => {
        expect(exit - starts[index]!).toBeGreaterThan(62);
        expect(exit - starts[index]!).toBeLessThan(66.1);
      });
      expect(starts.length).toBeGreaterThanOrEqual(3);
      expect(starts[2]! - exits[1]!).toBeGreaterThanOrEqual(10);
    });
  });

  it('serve again when the first of them runs whose hooks are done, and the balancer knows', () => {
    for (const bench of stories) {
      const serving = Math.min(...SERVERS.flatMap((server) => bench.seconds(server, 'serving')));
      expect(bench.valueAt('api.write', serving)).toBe(0);
      const back = bench.stepsOf('api.write').find(({ time, value }) => time > 0 && value > 0)!;
      expect(back.time / SECOND - serving).toBeGreaterThan(0);
      // Two checks, each 2 s after the one before.
      expect(back.time / SECOND - serving).toBeLessThan(5);
      expect(bench.phaseAt('api.write', serving)).toBe('detection');
      expect(bench.lost('api.write', 500)).toBe(0);
    }
  });

  it('keep the controllers waiting for an API server, and then for their leases', () => {
    for (const bench of stories) {
      expect(bench.phaseAt('controllers', 390)).toBe('apiServer');
      expect(bench.valueAt('controllers', 450)).toBe(1);
    }
  });
});

describe('a stacked API server whose own member is killed', () => {
  const plan: BenchPlan = { processes: ['cp1.etcd', 'cp2.etcd', 'cp3.etcd'] };
  const follower = (bench: KubernetesBench) => bench.controlPlane.resolve('follower')[0]!;

  it('fails alone, and HAProxy marks it down, at no loss but that until then', () => {
    for (const seed of SEEDS) {
      let victim = '';
      const bench = lived(plan, seed, (one) => {
        victim = follower(one);
        one.fail(`${victim}.etcd`, 100, 300);
      });
      const others = SERVERS.filter((server) => !server.startsWith(victim));
      for (const server of others) expect(bench.seconds(server, 'is asked to stop')).toEqual([]);
      expect(bench.seconds(`${victim}.apiServer`, 'grants 0.00 0.00 1.00')[0]).toBe(100);
      expect(bench.seconds(`${victim}.apiServer`, 'is asked to stop').length).toBe(1);
      const name = `lb1.haproxy/${victim}.apiServer/healthz`;
      const [down] = bench.seconds(name, 'marked down');
      expect(bench.valueAt('api.write', 100)).toBeCloseTo(2 / 3, 6);
      expect(bench.valueAt('api.write', down!)).toBe(1);
      expect(bench.lost('api.write')).toBeCloseTo((down! - 100) / 3, 4);
      expect(bench.lost('etcd.write')).toBe(0);
    }
  });

  it('that is external does not notice', () => {
    for (const seed of SEEDS) {
      const external = {
        layout: 'external',
        processes: ['etcd1.etcd', 'etcd2.etcd', 'etcd3.etcd'],
      };
      const bench = lived(external as BenchPlan, seed, (one) => {
        one.fail(`${follower(one)}.etcd`, 100, 300);
      });
      for (const level of ['api.write', 'api.read', 'api.cachedRead', 'controllers']) {
        expect(bench.lost(level), level).toBe(0);
      }
    }
  });
});

describe('external API servers one of whose members is gone with its machine', () => {
  it('lose its share of requests for the 10 s that nobody acknowledges', () => {
    for (const seed of SEEDS) {
      const bench = lived({ layout: 'external' }, seed, (one) => {
        one.fail(one.controlPlane.resolve('follower')[0]!, 100, 300);
      });
      expect(bench.valueAt('api.write', 105)).toBeCloseTo(2 / 3, 6);
      expect(bench.lost('api.write')).toBeCloseTo(10 / 3, 4);
    }
  });

  it('lose it too where only packets are cut, to machines without a member too', () => {
    const bench = lived({ layout: 'external' }, '1', (one) => {
      one.cut({ from: ['cp1'], to: ['etcd1', 'etcd2', 'etcd3'] }, 100, 60);
    });
    expect(bench.lost('etcd.write')).toBe(0);
    expect(bench.seconds('cp1.apiServer', 'grants 0.00 0.00 1.00')[0]).toBe(100);
    expect(bench.seconds('cp2.apiServer', 'grants 0.00 0.00 1.00')).toEqual([]);
    expect(bench.valueAt('api.write', 101)).toBeCloseTo(2 / 3, 6);
  });
});
