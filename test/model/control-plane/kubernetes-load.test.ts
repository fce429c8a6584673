/** Load on whole control planes: where nodes go, who is killed for memory, what etcd suffers. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { KubernetesBench } from '../../support/control-plane/kubernetes-bench.ts';
import type { BenchPlan } from '../../support/control-plane/kubernetes-topology.ts';
import { COUPLED, GIBIBYTE, loadOf, MEBIBYTE } from '../../support/load/loads.ts';

const SURGE = { listsPerNode: 0.2 / SECOND, requestsPerNode: 0 };

function lived(plan: BenchPlan, befall: (bench: KubernetesBench) => void): KubernetesBench {
  const bench = new KubernetesBench({ ...plan, end: 20 * MINUTE });
  bench.controlPlane.kubernetes!.load!.watcher = {
    killed: (subject, { now }) => bench.lines.push({ time: now, subject, state: 'out of memory' }),
    listens: (subject, { now }) => bench.lines.push({ time: now, subject, state: 'is back' }),
  };
  befall(bench);
  return bench.run();
}

const killedOf = (bench: KubernetesBench) =>
  bench.lines.filter(({ state }) => state === 'out of memory').map(({ subject }) => subject);

describe('a herd', () => {
  it('of one server of three browns out the API until its lists are answered', () => {
    const bench = lived({ load: loadOf() }, (one) => one.kill('cp1.apiServer', 100));
    // 500 nodes and 12 lists each come to either of two, 600 seats less 12, 10 a list, 0.5 s.
    const lasts = 6000 / ((600 - 1500 * 0.4 * 0.02) / 5);
    expect(bench.valueAt('api.write', 101)).toBeGreaterThan(0.15);
    expect(bench.valueAt('api.write', 101)).toBeLessThan(0.45);
    expect(bench.phaseAt('api.write', 110)).toBe('overload');
    expect(bench.valueAt('api.write', 100 + lasts - 14)).toBe(1);
    expect(killedOf(bench)).toEqual([]);
  });

  it('that came while etcd was away waits until the caches stand, and browns out then', () => {
    const bench = lived({ load: loadOf(), layout: 'external', balancer: 'none' }, (one) => {
      for (const member of [1, 2]) one.freezeMember(member, 100, 70);
      one.kill('cp1.apiServer', 110);
    });
    const timeOf = (state: string) => {
      return bench.lines.find(({ subject, state: one, time }) => {
        return time > 110 * SECOND && subject.startsWith('cp1.apiServer') && one === state;
      })!.time;
    };
    expect(timeOf('keeps lists waiting')).toBeLessThan(timeOf('serving'));
    const serves = timeOf('serving') / SECOND;
    expect(serves).toBeGreaterThan(170);
    // 18,000 lists of 1500 nodes that wait for 15 s at most.
    expect(bench.valueAt('api.write', serves + 1)).toBeGreaterThan(0.04);
    expect(bench.valueAt('api.write', serves + 1)).toBeLessThan(0.1);
  });
});

/** More of an etcd member than an API server under a long surge leaves it. */
const LARGE = { memory: { etcd: 4.5 * GIBIBYTE, regrowth: MINUTE } };
const LONG = { listsPerNode: 1 / SECOND, requestsPerNode: 0 };

describe('memory that runs over', () => {
  // Base 1, system 2, etcd 2, watches 0.8 and lists up to 2.3 GiB: too much for 8 with a surge.
  const memory = { machine: 8 * GIBIBYTE };

  it('has the API server killed where that is the larger', () => {
    const bench = lived({ load: loadOf({ memory }) }, (one) => one.surge(SURGE, 100, 30));
    expect(killedOf(bench)[0]).toMatch(/^cp\d\.apiServer$/);
    expect(killedOf(bench).some((process) => process.endsWith('etcd'))).toBe(false);
    expect(bench.lost('etcd.write')).toBe(0);
    expect(bench.lost('api.write')).toBeGreaterThan(10);
  });

  it('has etcd killed where that is the larger, whose kubelet starts it again', () => {
    const load = loadOf({ nodes: 1000, memory: { machine: 8.5 * GIBIBYTE }, sharedFate: LARGE });
    const bench = lived({ load }, (one) => one.surge(LONG, 100, 20));
    expect(killedOf(bench).slice(0, 3).sort()).toEqual(['cp1.etcd', 'cp2.etcd', 'cp3.etcd']);
    // All three at once: no quorum until two are back.
    expect(bench.lost('etcd.write')).toBeGreaterThan(0.3);
    expect(bench.valueAt('etcd.write', 1100)).toBe(1);
    expect(bench.seconds('cp1.etcd', 'is started').length).toBeGreaterThan(0);
  });

  it('lets a member that was killed serve again, small as it then is, before it says so', () => {
    const load = loadOf({ nodes: 1000, memory: { machine: 8.5 * GIBIBYTE }, sharedFate: LARGE });
    const bench = lived({ load }, (one) => one.surge(LONG, 100, 300));
    const [back] = bench.seconds('cp1.etcd', 'is back');
    expect(back).toBe(bench.seconds('cp1', 'serves clients')[0]);
    // Its full size is more than the API server leaves, which a minute later is the larger.
    const [, next] = bench.lines.filter(({ subject, state }) => {
      return subject.startsWith('cp1') && state === 'out of memory';
    });
    expect(next?.subject).toBe('cp1.apiServer');
    const grown = next!.time / SECOND - bench.seconds('cp1.etcd', 'is started')[0]!;
    expect(grown).toBeGreaterThan(20);
    expect(grown).toBeLessThan(60);
  });

  it('does so at another time on each machine, as each is loaded a little otherwise', () => {
    const growth = (2048 * MEBIBYTE) / MINUTE;
    const killsOf = (spread: number) => {
      const load = loadOf({ spread, memory: { growth } });
      const bench = lived({ load, balancer: 'none' }, () => {});
      return bench.lines.filter(({ state }) => state === 'out of memory');
    };
    const gapsOf = (process: string, spread: number) => {
      const times = killsOf(spread).filter(({ subject }) => subject === process);
      return times[1]!.time - times[0]!.time;
    };
    // Nobody comes to cp2 and cp3, so that alike they live for the same time.
    const apart = (spread: number) =>
      Math.abs(gapsOf('cp2.apiServer', spread) - gapsOf('cp3.apiServer', spread));
    expect(apart(0)).toBeLessThan(2 * SECOND);
    expect(apart(0.05)).toBeGreaterThan(3 * SECOND);
  });

  it('does not where nothing is shared, or etcd has machines of its own', () => {
    const surge = (one: KubernetesBench) => one.surge(SURGE, 100, 30);
    expect(killedOf(lived({ load: loadOf({ memory, sharedFate: {} }) }, surge))).toEqual([]);
    const elsewhere = loadOf({ memory, sharedFate: { disk: COUPLED.disk, cpu: COUPLED.cpu } });
    expect(killedOf(lived({ load: elsewhere }, surge))).toEqual([]);
    expect(killedOf(lived({ load: loadOf({ memory }), layout: 'external' }, surge))).toEqual([]);
  });

  it('by age kills one after the other, each anew when it has grown again', () => {
    // 16 - 2 - 2 - 1 - 0.8 GiB are filled in some 5 min.
    const growth = (2048 * MEBIBYTE) / MINUTE;
    const bench = lived({ load: loadOf({ memory: { growth } }), balancer: 'none' }, () => {});
    const kills = killedOf(bench).filter((process) => process === 'cp2.apiServer');
    // Nobody comes to cp2: 11 GiB last for 330 s, and the kubelet takes some seconds.
    expect(kills.length).toBeGreaterThanOrEqual(3);
    expect(kills.length).toBeLessThanOrEqual(4);
  });
});

describe('a busy API server', () => {
  const disk = { utilization: 0.99, writeTime: 20 * MILLISECOND };
  const cpu = { cores: 1, slice: 20 * MILLISECOND };
  const waits = (bench: KubernetesBench, what: string) =>
    bench.lines.filter(({ subject }) => subject === `cp1.etcd/${what}`).map(({ state }) => state);

  it('has fsyncs of the member beside wait, until it is busy no longer', () => {
    const load = loadOf({ sharedFate: { disk } });
    const bench = lived({ load }, (one) => one.surge(SURGE, 100, 20));
    // 2 s in the mean on every machine is more than leaders can bear.
    expect(bench.lost('etcd.write', 100, 160)).toBeGreaterThan(10);
    expect(bench.lost('etcd.write', 300)).toBe(0);
    expect(waits(bench, 'processors')).toEqual([]);
  });

  it('has the member beside wait for a processor, writes or none', () => {
    for (const writes of [true, false]) {
      const load = loadOf({ sharedFate: { cpu } });
      const bench = lived({ load, writes }, (one) => one.surge(SURGE, 100, 20));
      // (60 - 1) slices are 1.2 s in the mean, for heartbeats too.
      expect(bench.lost('etcd.write', 100, 160)).toBeGreaterThan(5);
      expect(bench.lost('etcd.write', 300)).toBe(0);
      expect(waits(bench, 'disk')).toEqual([]);
    }
  });

  it('does so by degrees, and not where nobody would feel it', () => {
    const story = (one: KubernetesBench) => {
      // Of 120 lists a second a quarter, three quarters and all that can be answered.
      for (const [index, part] of [0.25, 0.75, 1.5].entries()) {
        one.surge(
          { listsPerNode: (120 * part) / 1000 / SECOND, requestsPerNode: 0 },
          200 * (index + 1),
          100,
        );
      }
    };
    const load = loadOf({ sharedFate: { disk: COUPLED.disk, cpu: COUPLED.cpu } });
    const bench = lived({ load }, story);
    // At r = 0.675 and 0.9 of the disk r / (1 - r) times 20 ms; 45 and 60 lists on 4 cores.
    const states = (...times: number[]) => times.map((time) => `waits ${time} ms in the mean`);
    expect(waits(bench, 'disk')).toEqual(states(42, 0, 180, 0));
    expect(waits(bench, 'processors')).toEqual(states(103, 0, 140, 65, 0));
  });

  it('leaves external members alone', () => {
    const plan = { load: loadOf({ sharedFate: { disk, cpu } }), layout: 'external' } as const;
    expect(lived(plan, (one) => one.surge(SURGE, 100, 60)).lost('etcd.write')).toBe(0);
  });
});

describe('connections that stand', () => {
  const plan = { establishedShare: 1 } as const;

  it('to a server that hangs last as long as HAProxy bears silence', () => {
    const bench = new KubernetesBench({ ...plan, end: 10 * MINUTE });
    bench.freeze('cp1.apiServer', 100, 300);
    bench.run();
    expect(bench.valueAt('api.write', 134)).toBeCloseTo(2 / 3, 6);
    expect(bench.valueAt('api.write', 136)).toBe(1);
  });

  it('to one that is killed go to the others at once', () => {
    const bench = new KubernetesBench({ ...plan, end: 10 * MINUTE });
    bench.kill('cp1.apiServer', 100);
    bench.run();
    expect(bench.lost('api.write')).toBe(0);
  });
});
