import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/engine/clock.ts';
import { Impairments } from '../../src/faults/impairments.ts';
import { KubernetesBench } from '../support/control-plane/kubernetes-bench.ts';

type Kind = 'killProcess' | 'freezeProcess';

function impaired(kind: Kind, processes: readonly string[], spans: readonly [number, number][]) {
  const bench = new KubernetesBench({ balancer: 'none', end: 400 * SECOND });
  for (const [from, until] of spans) {
    const impairments = new Impairments([{ kind, processes }], bench.controlPlane);
    impairments.restart();
    bench.at(from, (effects) => impairments.begin(effects));
    bench.at(until, (effects) => impairments.end(effects));
  }
  return bench;
}

const SERVER = 'cp1.apiServer';

describe('a fault that kills a process', () => {
  it('does so as it begins, and its keeper starts it again before it ends', () => {
    const bench = impaired('killProcess', [SERVER], [[100, 300]]).run();
    expect(bench.seconds(SERVER, 'has exited')).toEqual([100]);
    expect(bench.seconds(SERVER, 'is started').length).toBe(1);
    expect(bench.seconds(SERVER, 'serving')[0]).toBeLessThan(112);
  });

  it('gives a lease to another candidate', () => {
    const bench = new KubernetesBench({ end: 400 * SECOND });
    const { elections } = bench.controlPlane.kubernetes!;
    const leader = elections.controllerManager.leader!.name;
    const impairments = new Impairments(
      [{ kind: 'killProcess', processes: [leader] }],
      bench.controlPlane,
    );
    bench.at(100, (effects) => impairments.begin(effects));
    bench.run();
    expect(bench.valueAt('controllers', 101)).toBe(0);
    // It expires 15 s after the last renewal seen, and polls come each 2 to 4.4 s.
    expect(bench.lost('controllers')).toBeGreaterThan(10);
    expect(bench.lost('controllers')).toBeLessThan(25);
  });
});

describe('faults that freeze a process', () => {
  const lost = (bench: KubernetesBench) => bench.run().lost('api.write');

  it('end as they end', () => {
    expect(lost(impaired('freezeProcess', [SERVER], [[100, 120]]))).toBeCloseTo(20, 6);
  });

  it('overlap in any order', () => {
    const spans: [number, number][][] = [
      [
        [100, 130],
        [110, 120],
      ],
      [
        [110, 130],
        [100, 120],
      ],
    ];
    for (const pair of spans) {
      expect(lost(impaired('freezeProcess', [SERVER], pair))).toBeCloseTo(30, 6);
    }
  });

  it('end with the process: the next one is frozen by later faults alone', () => {
    const bench = impaired(
      'freezeProcess',
      [SERVER],
      [
        [100, 300],
        [200, 220],
      ],
    );
    bench.kill(SERVER, 110);
    bench.run();
    expect(bench.valueAt('api.write', 150)).toBe(1);
    expect(bench.lost('api.write', 200)).toBeCloseTo(20, 6);
  });

  it('name processes that are there', () => {
    const bench = impaired('freezeProcess', ['cp1.haproxy'], [[100, 120]]);
    expect(() => bench.run()).toThrow(new RangeError('no process is named "cp1.haproxy"'));
  });
});
