import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import {
  type ServiceLevel,
  serviceLevel,
} from '../../../src/model/control-plane/service-levels.ts';
import type { LevelExpression } from '../../../src/model/control-plane/topology.ts';
import { KubernetesBench } from '../../support/control-plane/kubernetes-bench.ts';

const WRITE: LevelExpression = { kind: 'api', level: 'write' };
const CONTROLLERS: LevelExpression = { kind: 'controllers' };
const CP1: LevelExpression = { kind: 'part', name: 'cp1' };

function levelOf(expression: LevelExpression, bench: KubernetesBench): ServiceLevel {
  return serviceLevel({ name: 'level', expression }, bench.controlPlane);
}

/** One of three API servers is frozen, and the balancer does not know it. */
function browned(): KubernetesBench {
  const bench = new KubernetesBench({ balancer: 'dns', layout: 'external', end: 60 * SECOND });
  bench.freeze('cp1.apiServer', 50, 100);
  return bench.run();
}

describe('a level of several terms', () => {
  const bench = browned();
  const together = (count: number, of: readonly LevelExpression[]) =>
    levelOf({ kind: 'atLeast', count, of }, bench).value();

  it('is the count-th largest of them', () => {
    expect(levelOf(WRITE, bench).value()).toBeCloseTo(2 / 3, 9);
    expect(together(2, [WRITE, CP1])).toBeCloseTo(2 / 3, 9);
    expect(together(1, [WRITE, CP1])).toBe(1);
    expect(together(2, [CP1, WRITE, CONTROLLERS])).toBe(1);
    expect(together(3, [CP1, WRITE, CONTROLLERS])).toBeCloseTo(2 / 3, 9);
    expect(together(0, [WRITE])).toBe(1);
    expect(together(2, [WRITE])).toBe(0);
  });

  it('waits for what the first waits for that is lost', () => {
    const of = [CONTROLLERS, WRITE];
    // Of names in DNS nobody takes one out: a probe must find that server.
    expect(levelOf({ kind: 'atLeast', count: 2, of }, bench).phase()).toBe('probeKill');
  });

  it('can brown out if one of them can, and is explained by disturbances', () => {
    const level = levelOf({ kind: 'atLeast', count: 1, of: [CP1, WRITE] }, bench);
    expect(level).toMatchObject({ canBrownOut: true, explain: 'disturbance' });
    expect(levelOf(CONTROLLERS, bench)).toMatchObject({ canBrownOut: false });
    expect(levelOf(CP1, bench)).toMatchObject({ canBrownOut: false, explain: 'structure' });
    expect(levelOf(CP1, bench).phase()).toBeUndefined();
  });
});

describe('what an outage of the API waits for', () => {
  it('is told of the only server that users are sent to', () => {
    const bench = new KubernetesBench({ balancer: 'none', layout: 'external', end: 300 * SECOND });
    bench.fail('cp1', 100, 60);
    bench.run();
    expect(bench.phaseAt('api.write', 130)).toBe('structural');
    expect(bench.phaseAt('api.write', 161)).toBe('start');
  });

  it('is told of the server that is nearest to serving', () => {
    const plan = { layout: 'external', balancer: 'haproxy', end: 900 * SECOND } as const;
    const bench = new KubernetesBench(plan);
    const servers = ['cp1', 'cp2', 'cp3'].map((name) => `${name}.apiServer`);
    for (const server of servers) bench.freeze(server, 100, 90);
    for (const server of servers) for (const time of [400, 420]) bench.kill(server, time);
    for (const name of ['cp1', 'cp2', 'cp3']) bench.fail(name, 600, 60);
    bench.run();
    expect(bench.phaseAt('api.write', 120)).toBe('probeKill');
    expect(bench.phaseAt('api.write', 403)).toBe('start');
    expect(bench.phaseAt('api.write', 423)).toBe('backOff');
    expect(bench.phaseAt('api.write', 630)).toBe('structural');
  });

  it('is the balancer for reads from caches that outlive the quorum', () => {
    const plan = { layout: 'external', balancer: 'haproxy', end: 300 * SECOND } as const;
    const bench = new KubernetesBench(plan);
    for (const [etcd, others] of [
      ['etcd1', ['etcd2', 'etcd3']],
      ['etcd2', ['etcd1', 'etcd3']],
    ] as const) {
      bench.cut({ from: [etcd], to: others }, 100, 20);
      bench.cut({ from: others, to: [etcd] }, 100, 20);
    }
    bench.fail('lb1', 105, 10);
    bench.run();
    expect(bench.phaseAt('api.write', 110)).toBe('etcd');
    expect(bench.phaseAt('api.cachedRead', 110)).toBe('balancer');
  });

  it('is etcd where a member hangs and no API server does better than the others', () => {
    const plan = { layout: 'external', balancer: 'haproxy', end: 300 * SECOND } as const;
    const bench = new KubernetesBench(plan);
    // Which of them leads is of no account at 105 s: another has been elected by then.
    bench.freezeMember(0, 100, 60);
    bench.fail('lb1', 106, 2);
    bench.run();
    expect(bench.valueAt('api.write', 105)).toBeCloseTo(2 / 3, 9);
    expect(bench.phaseAt('api.write', 105)).toBe('etcd');
    // What nobody comes to is not what lacks a member.
    expect(bench.valueAt('api.write', 107)).toBe(0);
    expect(bench.phaseAt('api.write', 107)).toBe('balancer');
  });

  it('is the caches while they are filled anew', () => {
    const plan = { layout: 'external', balancer: 'dns', end: 300 * SECOND } as const;
    const bench = new KubernetesBench(plan);
    for (const etcd of ['etcd1', 'etcd2', 'etcd3']) {
      const others = ['etcd1', 'etcd2', 'etcd3'].filter((one) => one !== etcd);
      bench.cut({ from: [etcd], to: others }, 100, 50);
    }
    bench.run();
    const back = bench.stepsOf('api.read').find(({ time, value }) => {
      return time > 150 * SECOND && value === 1;
    })!;
    const soon = back.time / SECOND + 0.05;
    expect(bench.valueAt('api.cachedRead', soon)).toBeLessThan(1);
    expect(bench.phaseAt('api.cachedRead', soon)).toBe('caches');
  });
});
