/** What a scenario file becomes: parts, members, events, levels, objectives, parameters. */
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND, YEAR } from '../../src/engine/clock.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { starter } from '../../src/scenario/starter.ts';
import { modeOf, names, parse, partOf, warnings } from './parsing.ts';

describe('an almost empty file', () => {
  const scenario = parse('');

  it('takes every default', () => {
    expect(scenario).toMatchObject({
      name: 'some',
      question: undefined,
      seed: '1',
      horizon: YEAR,
      warmUp: 0,
      stop: { kind: 'replications', count: 1000 },
      confidence: 0.95,
      layout: 'stacked',
      repair: { crews: undefined, dispatch: undefined, hours: undefined },
      objectives: [],
      placement: ['one place: cp1 (API, etcd)  cp2 (API, etcd)  cp3 (API, etcd)'],
    });
    expect(names(scenario.topology.levels)).toEqual(['etcd.quorum']);
  });

  it('takes its failures from the preset cloud-vm, without zones no zone outage', () => {
    expect(new Set(scenario.modes.map(({ kind }) => kind))).toEqual(
      new Set(['machine.crash', 'machine.loss', 'machine.isolation', 'etcd.crash']),
    );
    expect(modeOf(scenario, 'cp1/machine.crash')).toMatchObject({
      effect: { parts: ['cp1'], cuts: [] },
      clockOf: 'cp1',
      hazardFactor: 1,
      repair: { by: 'itself', detection: undefined },
    });
    expect(modeOf(scenario, 'cp1/machine.crash')!.law).toEqual({
      family: 'exponential',
      mean: 2890.8 * HOUR,
    });
  });

  it('says where every parameter comes from', () => {
    const origins = new Map(scenario.parameters.map(({ path, origin }) => [path, origin]));
    expect(origins.get('horizon')).toMatchObject({ kind: 'built-in', evidence: 'A' });
    expect(origins.get('failures.machine.crash.mttf')).toMatchObject({
      kind: 'preset',
      preset: 'cloud-vm',
      evidence: 'V',
    });
    expect(origins.has('failures.zone.outage.mttf')).toBe(false);
  });
});

describe('the topology', () => {
  it('has hosts before what stands on them, and only parts that can matter', () => {
    const scenario = parse(`
topology: { controlPlanes: 3, zones: [a, b, c], racks: [r1, r2, r3], loadBalancer: haproxy }
failures:
  disk.failure: { afr: 1 %, repair: 1 h }
  switch.failure: { afr: 5 %, repair: 1 h }
sharedRisks: { pdu: { members: [r1, cp2], mttf: 10 years, repair: 6 h } }
components: { kms: { mttf: 1 year, repair: 1 h } }
`);
    const { parts, members } = scenario.topology;
    const seen = new Set<string>();
    for (const { name, hosts } of parts) {
      for (const host of hosts) expect(seen).toContain(host);
      seen.add(name);
    }
    expect(partOf(scenario, 'r1')!.hosts).toEqual(['a', 'pdu']);
    expect(partOf(scenario, 'cp2')!.hosts).toEqual(['r2', 'pdu']);
    expect(partOf(scenario, 'lb1')!.hosts).toEqual(['r1']);
    expect(partOf(scenario, 'cp1.etcd')).toBeUndefined();
    expect(partOf(scenario, 'cp1.nic')).toBeUndefined();
    expect(members[0]).toEqual({
      name: 'cp1.member',
      machine: 'cp1',
      standsOn: ['cp1', 'cp1.disk'],
      attachment: 'cp1.attachment',
    });
    expect(partOf(scenario, 'cp1.attachment')).toEqual({
      name: 'cp1.attachment',
      stream: 'member 1.attachment',
      kind: 'attachment',
      hosts: ['r1.switch'],
      hostsNeeded: 1,
    });
    expect(scenario.placement).toEqual([
      'zone a:',
      '  rack r1: cp1 (API, etcd)  lb1 (balancer)',
      'zone b:',
      '  rack r2: cp2 (API, etcd)',
      'zone c:',
      '  rack r3: cp3 (API, etcd)',
    ]);
  });

  it('needs one working path of several to the network', () => {
    const scenario = parse(`
topology: { controlPlanes: 1, racks: [r], nics: 2, switchesPerRack: 2 }
failures:
  nic.failure: { mttf: 1 year, repair: 1 h }
  link.failure: { mttf: 1 year, repair: 1 h }
  switch.failure: { mttf: 1 year, repair: 1 h }
`);
    expect(partOf(scenario, 'cp1.path1')!.hosts).toEqual(['cp1.nic', 'cp1.link', 'r.switch']);
    expect(partOf(scenario, 'cp1.path2')!.hosts).toEqual(['cp1.nic2', 'cp1.link2', 'r.switch2']);
    expect(partOf(scenario, 'cp1.attachment')).toMatchObject({
      hosts: ['cp1.path1', 'cp1.path2'],
      hostsNeeded: 1,
    });
  });

  it('has no attachment where one path cannot fail', () => {
    const scenario = parse(`
topology: { controlPlanes: 1, nics: 2 }
failures: {}
overrides: { cp1.nic2: { nic.failure: { mttf: 1 year, repair: 1 h } } }
`);
    expect(names(scenario.modes)).toEqual(['cp1.nic2/nic.failure']);
    expect(scenario.topology.members[0]!.attachment).toBeUndefined();
  });

  it('gives external etcd machines of its own, each kind dealt from the first zone', () => {
    const scenario = parse(
      `topology:
  { layout: external, controlPlanes: 2, zones: [a, b], loadBalancer: haproxy-keepalived }`,
    );
    expect(scenario.topology.members.map(({ machine }) => machine)).toEqual([
      'etcd1',
      'etcd2',
      'etcd3',
    ]);
    expect(scenario.placement).toEqual([
      'zone a: cp1 (API)  etcd1 (etcd)  etcd3 (etcd)  lb1 (balancer)',
      'zone b: cp2 (API)  etcd2 (etcd)  lb2 (balancer)',
    ]);
    expect(modeOf(scenario, 'cp1.etcd/etcd.crash')).toBeUndefined();
    expect(modeOf(scenario, 'etcd1.etcd/etcd.crash')).toBeDefined();
  });

  it('warns of an even number of members', () => {
    expect(warnings('topology: { controlPlanes: 4 }')).toEqual([
      '2: 4 etcd members tolerate no more failures than 3',
    ]);
  });
});

describe('events', () => {
  it('are faults, partitions and rolling reboots', () => {
    const { events } = parse(`
failures: {}
events:
  - { at: 2 h, fail: [cp1, cp2.disk], for: 10 min, planned: true }
  - { every: 30 days, rollingReboot: { down: 5 min, gap: 10 min } }
  - { name: split, at: 3 h, partition: { between: [[cp1], [cp2, cp3]] }, for: 5 min }
`);
    expect(events[0]).toEqual({
      type: 'fault',
      name: 'event1',
      kind: 'event.fail',
      effect: { parts: ['cp1', 'cp2.disk'], cuts: [] },
      at: 2 * HOUR,
      every: undefined,
      for: 10 * MINUTE,
      planned: true,
    });
    expect(events[1]).toMatchObject({
      type: 'rollingReboot',
      at: 30 * DAY,
      every: 30 * DAY,
      machines: ['cp1', 'cp2', 'cp3'],
      careful: true,
    });
    expect(events[2]).toMatchObject({ name: 'split', kind: 'event.split', planned: false });
  });

  it('beyond the end are warned of', () => {
    expect(warnings('horizon: 1 day\nevents: [{ at: 2 days, fail: cp1, for: 1 h }]')).toEqual([
      '3: this event lies beyond the end of every history and never happens',
    ]);
  });
});

describe('levels and objectives', () => {
  it('bind and before or, and open groups and earlier levels', () => {
    const { topology } = parse(
      `
levels:
  plain: etcd.quorum or cp1 and cp2
  any: any(controlPlanes)
`.replace('  any:', '  some:'),
    );
    expect(topology.levels[1]!.expression).toEqual({
      kind: 'atLeast',
      count: 1,
      of: [
        { kind: 'quorum' },
        {
          kind: 'atLeast',
          count: 2,
          of: [
            { kind: 'part', name: 'cp1' },
            { kind: 'part', name: 'cp2' },
          ],
        },
      ],
    });
    expect(topology.levels[2]!.expression).toMatchObject({ count: 1, of: { length: 3 } });
  });

  it('compare figures with values of their own kind', () => {
    const { objectives } = parse(`
objectives:
  - availability(etcd.quorum) >= 99.95 %
  - downtimePerYear(etcd.quorum) < 5 min
  - outagesPerYear(etcd.quorum) <= 1 / month
  - timeToFirstOutage(etcd.quorum) > 1 year
`);
    expect(objectives.map(({ figure, comparison, value }) => [figure, comparison, value])).toEqual([
      ['availability', '>=', 0.9995],
      ['downtimePerYear', '<', 5 * MINUTE],
      ['outagesPerYear', '<=', 12],
      ['timeToFirstOutage', '>', YEAR],
    ]);
  });
});

describe('the rest', () => {
  it('reads the question, working hours, dispatch and stop rule', () => {
    const result = parseScenario(
      `# yaml-language-server: $schema=x.json
# Is it enough?
quorate: 1
precision: 5 %
repair: { crews: 1, dispatch: 15 min, hours: { days: [fri, mon], from: '9:00', to: 17:30 } }
`,
      { file: 'C:\\x\\my.yml' },
    );
    expect(result).toMatchObject({
      ok: true,
      scenario: {
        name: 'my',
        question: 'Is it enough?',
        stop: { kind: 'precision', relativeHalfWidth: 0.05, maximumReplications: 10_000_000 },
        repair: { crews: 1, hours: { days: [0, 4], from: 9 * HOUR, to: 17.5 * HOUR } },
      },
    });
  });

  it('lets options win over the file', () => {
    const scenario = parse('seed: 2\nprecision: 5 %\nhorizon: 1 year', {
      seed: 'x',
      replications: 7,
      horizon: '10 s',
      confidence: '99 %',
    });
    expect(scenario).toMatchObject({
      seed: 'x',
      stop: { kind: 'replications', count: 7 },
      horizon: 10 * SECOND,
      confidence: 0.99,
    });
    expect(scenario.parameters.find(({ path }) => path === 'horizon')!.origin.kind).toBe('option');
  });

  it('tells what is wrong with an option by its name', () => {
    const result = parseScenario('quorate: 1\nseed: []', {
      file: 'x.yaml',
      overrides: { horizon: '5', replications: 0 },
    });
    expect(result).toMatchObject({
      ok: false,
      problems: [
        { file: '--horizon', line: 0 },
        { file: '--replications', line: 0 },
        { file: 'x.yaml', line: 2 },
      ],
    });
  });

  it.each(['stacked', 'external'] as const)('has a %s starter without a problem', (layout) => {
    const result = parseScenario(starter(layout), { file: 'x.yaml' });
    expect(result).toMatchObject({ ok: true, warnings: [], scenario: { layout } });
  });
});
