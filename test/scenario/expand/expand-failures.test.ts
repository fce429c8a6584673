/** The failure modes that a scenario file becomes. */

import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, YEAR } from '../../../src/engine/clock.ts';
import { lawOf } from '../../../src/engine/laws/law-of.ts';
import { modeOf, names, parse, warnings } from '../parsing.ts';

describe('failures', () => {
  it('lay the file over presets, and overrides over both', () => {
    const scenario = parse(`
failures:
  use: [bare-metal, cloud-vm]
  machine.crash: { mttf: 1 month }
  etcd.crash: none
  machine.isolation: none
overrides:
  cp2: { machine.crash: { rate: 2 / year, shape: 0.8 }, machine.loss: none }
  cp3: { machine.crash: { repair: exponential 4 h } }
`);
    expect(lawOf(modeOf(scenario, 'cp1/machine.crash')!.law).mean).toBe(YEAR / 12);
    expect(lawOf(modeOf(scenario, 'cp1/machine.crash')!.repair.law).mean).toBe(15 * MINUTE);
    expect(modeOf(scenario, 'cp2/machine.crash')!.law.family).toBe('weibull');
    expect(lawOf(modeOf(scenario, 'cp2/machine.crash')!.law).mean).toBeCloseTo(YEAR / 2, -3);
    expect(lawOf(modeOf(scenario, 'cp3/machine.crash')!.law).mean).toBe(YEAR / 12);
    expect(lawOf(modeOf(scenario, 'cp3/machine.crash')!.repair.law).mean).toBe(4 * HOUR);
    expect(names(scenario.modes.filter(({ kind }) => kind === 'machine.loss'))).toEqual([
      'cp1/machine.loss',
      'cp3/machine.loss',
    ]);
    expect(modeOf(scenario, 'cp1/machine.loss')!.repair.by).toBe('itself');
    expect(scenario.modes.some(({ kind }) => kind === 'etcd.crash')).toBe(false);
    expect(modeOf(scenario, 'cp1.disk/disk.failure')!.repair.by).toBe('crew');
  });

  it('have their own settings by default where an override alone speaks of them', () => {
    const scenario = parse(`
failures: {}
overrides: { cp1: { disk.slow: { mttf: 1 year, repair: 1 h } } }
`);
    expect(modeOf(scenario, 'cp1.disk/disk.slow')!.effect.impairments).toMatchObject([
      { kind: 'diskSlow', factor: 100 },
    ]);
  });

  it('renew with a lost machine what was in it', () => {
    const scenario = parse(`
failures:
  machine.crash: { mttf: 1 month, repair: 1 h }
  machine.loss: { mttf: 1 year, repair: 1 day }
  disk.failure: { mttf: 1 year, repair: 1 day }
  link.failure: { mttf: 1 year, repair: 1 day }
`);
    expect(modeOf(scenario, 'cp1/machine.loss')!.renews).toEqual([
      'cp1/machine.crash',
      'cp1.disk/disk.failure',
    ]);
  });

  it('split a share off for a cause that hits all etcd members at once', () => {
    const scenario = parse(`
topology: { layout: external, controlPlanes: 2 }
failures: { machine.crash: { mttf: 1 year, repair: 4 h, beta: 10 % } }
`);
    expect(modeOf(scenario, 'etcd1/machine.crash')!.hazardFactor).toBe(0.9);
    expect(modeOf(scenario, 'cp1/machine.crash')!.hazardFactor).toBe(1);
    expect(modeOf(scenario, 'group/machine.crash')).toMatchObject({
      kind: 'machine.crash.common',
      effect: { parts: ['etcd1', 'etcd2', 'etcd3'] },
      hazardFactor: 0.1,
      clockOf: undefined,
    });
  });

  it('cut machines and zones off from all others, both ways', () => {
    const scenario = parse(`
topology: { zones: [a, b] }
failures:
  machine.isolation: { mttf: 1 year, repair: 1 h }
  zone.isolation: { mttf: 1 year, repair: 1 h }
  zoneLink.failure: { mttf: 1 year, repair: 1 h }
`);
    expect(modeOf(scenario, 'cp1/machine.isolation')!.effect).toEqual({
      parts: [],
      cuts: [
        { from: ['cp1'], to: ['cp2', 'cp3'] },
        { from: ['cp2', 'cp3'], to: ['cp1'] },
      ],
    });
    const pair = modeOf(scenario, 'a:b/zoneLink.failure')!;
    expect(pair.effect.cuts[0]).toEqual({ from: ['cp1', 'cp3'], to: ['cp2'] });
    expect(modeOf(scenario, 'b/zone.isolation')!.effect.cuts[0]!.from).toEqual(['cp2']);
  });

  it('run their clocks always where the scenario says so', () => {
    const crash = 'machine.crash: { mttf: 1 year, repair: 1 h }';
    const calendar = parse(`failures: { ${crash} }\nfailureClocks: calendar`);
    expect(calendar.modes[0]!.clockOf).toBeUndefined();
    const one = parse(
      `failures: { machine.crash: { mttf: 1 year, repair: 1 h, clock: operating } }
failureClocks: calendar`,
    );
    expect(one.modes[0]!.clockOf).toBe('cp1');
  });

  it('of shared causes, cuts and components stand beside', () => {
    const scenario = parse(`
failures: {}
sharedRisks: { pdu1: { members: [cp1, cp2], mttf: 10 years, repair: 6 h } }
commonCauses: { badPush: { rate: 0.5 / year, hits: etcdProcesses, probability: 50 %, repair: 1 h } }
partitions: { split: { between: [cp1, [cp2, cp3]], direction: oneWay, mttf: 1 year, repair: 1 h } }
components:
  kms: { mttf: 180 days, repair: 20 min, detection: { inspection: { every: 7 days } } }
`);
    expect(scenario.modes.map(({ name, kind }) => [name, kind])).toEqual([
      ['pdu1/risk.outage', 'risk.outage'],
      ['badPush/commonCause', 'commonCause.badPush'],
      ['split/partition', 'partition.split'],
      ['kms/component.failure', 'component.failure'],
    ]);
    const [risk, push, split, kms] = scenario.modes;
    expect(risk).toMatchObject({ effect: { parts: ['pdu1'] }, clockOf: 'pdu1' });
    expect(push).toMatchObject({
      effect: { parts: ['cp1.etcd', 'cp2.etcd', 'cp3.etcd'] },
      hitProbability: 0.5,
      clockOf: undefined,
    });
    expect(split!.effect.cuts).toEqual([{ from: ['cp1'], to: ['cp2', 'cp3'] }]);
    expect(kms!.repair.detection).toEqual({ kind: 'inspection', every: 7 * DAY, offset: 7 * DAY });
    expect(scenario.topology.members[0]!.standsOn).toEqual(['cp1.etcd']);
  });

  it('hinder processes and disks without taking them down', () => {
    const scenario = parse(`
topology: { layout: external, controlPlanes: 2 }
failures:
  machine.loss: { mttf: 1 year, repair: 1 day }
  disk.stall: { mttf: 1 month, repair: exponential 2 s, beta: 10 % }
  disk.slow: { mttf: 1 year, repair: 4 h, detection: exponential 7 days }
  disk.full: { mttf: 1 year, repair: 1 h }
  disk.failure: { mttf: 1 year, repair: 1 h }
  etcd.freeze: { mttf: 1 month, repair: 10 s }
overrides:
  etcd1.disk: { disk.slow: { slowdown: 7 } }
  etcd2: { disk.slow: none, etcd.freeze: { mttf: 1 day } }
`);
    const effect = (name: string) => modeOf(scenario, name)!.effect;
    const none = { parts: [], cuts: [] };
    const machines = ['etcd1'];
    const stall = { kind: 'diskStall', machines };
    expect(effect('etcd1.disk/disk.stall')).toEqual({ ...none, impairments: [stall] });
    expect(modeOf(scenario, 'etcd1.disk/disk.stall')).toMatchObject({
      clockOf: 'etcd1',
      hazardFactor: 0.9,
      repair: { by: 'itself' },
    });
    const all = { kind: 'diskStall', machines: ['etcd1', 'etcd2', 'etcd3'] };
    expect(effect('group/disk.stall')).toEqual({ ...none, impairments: [all] });
    const slow = { kind: 'diskSlow', machines, factor: 7, added: 0 };
    expect(effect('etcd1.disk/disk.slow')).toEqual({ ...none, impairments: [slow] });
    expect(effect('etcd3.disk/disk.slow').impairments![0]).toMatchObject({ factor: 100 });
    expect(modeOf(scenario, 'etcd3.disk/disk.slow')!.repair).toMatchObject({ by: 'crew' });
    expect(modeOf(scenario, 'etcd2.disk/disk.slow')).toBeUndefined();
    expect(effect('etcd1.etcd/etcd.freeze').impairments).toEqual([{ kind: 'freeze', machines }]);
    expect(lawOf(modeOf(scenario, 'etcd2.etcd/etcd.freeze')!.law).mean).toBe(DAY);
    expect(effect('etcd1.disk/disk.full')).toEqual({ parts: ['etcd1.disk'], cuts: [] });
    expect(modeOf(scenario, 'etcd1.disk/disk.full')!.repair.by).toBe('crew');
    expect(modeOf(scenario, 'cp1.disk/disk.stall')).toBeUndefined();
    const lost = { losesData: true, cuts: [] };
    expect(effect('etcd1.disk/disk.failure')).toEqual({ parts: ['etcd1.disk'], ...lost });
    expect(effect('etcd1/machine.loss')).toEqual({ parts: ['etcd1'], ...lost });
    expect(modeOf(scenario, 'etcd1/machine.loss')!.renews).toEqual([
      'etcd1.disk/disk.failure',
      'etcd1.disk/disk.slow',
    ]);
  });

  it('warn where nothing can fail, or a failure has nothing to hit', () => {
    const nothing = 'nothing can fail in this scenario';
    const underLoad = (load: string) => warnings(`load: { ${load} }\nfailures: {}`);
    expect(warnings('failures: {}')).toEqual([`2: ${nothing}`]);
    // 75,000 nodes a server, each with 0.4 requests a second of 20 ms, take its 600 seats.
    expect(underLoad('nodes: 225000, machineMemory: 900 GiB')).toEqual([`3: ${nothing}`]);
    expect(underLoad('nodes: 225003, machineMemory: 900 GiB')).toEqual([]);
    expect(underLoad('nodes: 100, memoryGrowth: 1 GiB')).toEqual([]);
    expect(
      warnings('failures: { use: cloud-vm, rack.outage: { mttf: 1 year, repair: 1 h } }'),
    ).toEqual(['2: this topology has nothing that rack.outage can hit']);
  });

  it('of one part are called the same when parts are added', () => {
    const small = names(parse('failures: { use: bare-metal }').modes);
    const large = names(
      parse(`
topology: { controlPlanes: 5, zones: [a], racks: [r], nics: 2, loadBalancer: haproxy }
failures: { use: bare-metal }
components: { kms: { mttf: 1 year, repair: 1 h } }
`).modes,
    );
    expect(large).toEqual(expect.arrayContaining(small));
  });
});
