/** When what stands on etcd is simulated, by which settings, and where each comes from. */
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { LEASE_TIMES } from '../../../src/model/lease/lease-settings.ts';
import { KUBELET_DEFAULTS } from '../../../src/model/process/kubelet.ts';
import { names, parse, partOf } from '../parsing.ts';

const planOf = (text: string) => parse(text).topology.kubernetes!;
const origins = (text: string) =>
  new Map(parse(text).parameters.map(({ path, text, origin }) => [path, { text, origin }]));

const LEVELS = [
  ...['etcd.quorum', 'etcd.write', 'etcd.read', 'data'],
  ...['api.write', 'api.read', 'api.cachedRead', 'controllers'],
];

describe('what stands on etcd', () => {
  it.each([
    'kubernetes: {}',
    'apiServer: {}',
    'controllers: {}',
    'clients: {}',
    'topology: { loadBalancer: { kind: dns, ttl: 30 s } }',
    'objectives: [availability(api.write) >= 99 %]',
    'objectives: [availability(controllers) >= 99 %]',
    'levels: { both: etcd.quorum and (api.cachedRead or cp1) }',
    'levels: { first: cp1.apiServer }',
    'failures: { apiServer.crash: { mttf: 500 h } }',
    'failures: { apiServer.hang: { mttf: 1 year, repair: 1 h } }',
    'overrides: { cp1: { scheduler.crash: { mttf: 500 h } } }',
    'commonCauses: { push: { rate: 1 / year, hits: cp1.apiServer, repair: 1 h } }',
    'events: [{ at: 1 h, kill: cp1.apiServer }]',
    'events: [{ at: 1 h, freeze: cp1.controllerManager, for: 1 s }]',
    'events: [{ at: 1 h, fail: cp1.scheduler, for: 1 s }]',
  ])('is simulated for %s', (text) => {
    const { etcd, kubernetes, levels } = parse(text).topology;
    expect(etcd).toBeDefined();
    expect(kubernetes).toBeDefined();
    expect(names(levels).slice(0, 8)).toEqual(LEVELS);
    expect(levels[4]!.expression).toEqual({ kind: 'api', level: 'write' });
    expect(levels[7]!.expression).toEqual({ kind: 'controllers' });
  });

  it.each([
    '',
    'etcd: {}',
    'topology: { loadBalancer: cloud }',
    'topology: { loadBalancer: dns }',
    'topology: { loadBalancer: { kind: haproxy, machines: 3 } }',
    'failures: { use: bare-metal, apiServer.crash: none }',
    'events: [{ at: 1 h, kill: cp1, for: 1 s }]',
  ])('is left out for %s', (text) => {
    const { topology, parameters, modes } = parse(text);
    expect('kubernetes' in topology).toBe(false);
    expect(names(topology.levels)).not.toContain('api.write');
    expect(names(modes).filter((name) => name.includes('apiServer'))).toEqual([]);
    const ofIt = /apiServer|^(kubernetes|controllers|clients)\.|loadBalancer\.fall/;
    expect(parameters.filter(({ path, text: v }) => ofIt.test(path) && v !== 'none')).toEqual([]);
  });
});

describe('its plan', () => {
  it('takes the defaults of the model where the catalogue has none', () => {
    const startUp = { family: 'uniform', low: SECOND, high: 3 * SECOND };
    expect(planOf('clients: {}')).toMatchObject({
      controlPlanes: [
        { machine: 'cp1', members: [0] },
        { machine: 'cp2', members: [1] },
        { machine: 'cp3', members: [2] },
      ],
      kubelet: KUBELET_DEFAULTS,
      controllers: {
        controllerManager: { times: LEASE_TIMES, releasesOnCancel: false, startUp },
        scheduler: { times: LEASE_TIMES, releasesOnCancel: true, startUp },
      },
      balancer: { kind: 'none' },
      clientTimeout: 10 * SECOND,
    });
  });

  it('joins external API servers to every member', () => {
    const { controlPlanes } = planOf(
      'topology: { layout: external, controlPlanes: 2, etcdMembers: 3 }\nclients: {}',
    );
    expect(controlPlanes).toEqual([
      { machine: 'cp1', members: [0, 1, 2] },
      { machine: 'cp2', members: [0, 1, 2] },
    ]);
  });

  it('says what the file says', () => {
    const plan = planOf(`
etcd: { electionTimeout: 2 s }
apiServer: { startUp: 3 s, warmUp: 2 s, handling: 1 ms, shutdownDelay: 20 s, drain: 0 s }
controllers:
  { leaseDuration: 60 s, renewDeadline: 40 s, retryPeriod: 5 s, startUp: 9 s, releaseOnExit: true }
clients: { timeout: 1 min }
`);
    expect(plan).toMatchObject({
      apiServer: {
        startUp: { value: 3 * SECOND },
        warmUp: { value: 2 * SECOND },
        handling: 1000,
        shutdownDelay: 20 * SECOND,
        drain: 0,
        electionTimeout: 2 * SECOND,
      },
      controllers: {
        controllerManager: {
          times: {
            leaseDuration: MINUTE,
            renewDeadline: 40 * SECOND,
            retryPeriod: 5 * SECOND,
            jitterFactor: 1.2,
          },
          releasesOnCancel: true,
          startUp: { value: 9 * SECOND },
        },
      },
      clientTimeout: MINUTE,
    });
  });

  it.each([
    ['1.33', false, true],
    ['1.34', false, false],
    ['1.36', false, false],
    ['1.37', true, false],
  ])('of version %s gives leases back as that version does', (version, releases, blindly) => {
    const { controllerManager, scheduler } = planOf(
      `kubernetes: { version: ${version} }`,
    ).controllers;
    expect(controllerManager.releasesOnCancel).toBe(releases);
    expect(scheduler).toMatchObject({ releasesOnCancel: true, releasesBlindly: blindly });
    const kept = `kubernetes: { version: ${version} }\ncontrollers: { releaseOnExit: false }`;
    expect(planOf(kept).controllers.controllerManager.releasesOnCancel).toBe(false);
  });

  it.each([
    ['1.36', undefined],
    ["'1.34'", undefined],
    ['1.33', 10 * SECOND],
    ['1.30', 10 * SECOND],
    ["'1.30'", 10 * SECOND],
  ])('of version %s has a kubelet that looks as that version does', (version, fixedLook) => {
    expect(planOf(`kubernetes: { version: ${version} }`).kubelet.fixedLook).toBe(fixedLook);
  });
});

describe('its parameters', () => {
  it('name a source for every default in force', () => {
    const found = origins('topology: { loadBalancer: { kind: haproxy, fall: 2 } }');
    expect(found.get('topology.loadBalancer.fall')).toMatchObject({ origin: { kind: 'file' } });
    expect(found.get('topology.loadBalancer.rise')).toEqual({
      text: '2',
      origin: {
        kind: 'built-in',
        source: 'HAProxy 2.6, include/haproxy/defaults.h',
        evidence: 'V',
      },
    });
    expect(found.get('topology.loadBalancer.timeout.check')!.text).toBe('10 s');
    expect(found.get('topology.loadBalancer.fastinter')).toMatchObject({
      text: '2 s',
      origin: { source: 'as inter: HAProxy 2.6, doc/configuration.txt' },
    });
    expect(found.get('clients.timeout')).toMatchObject({
      text: '10 s',
      origin: { evidence: 'A' },
    });
    expect(found.get('controllers.leaseDuration')).toMatchObject({ origin: { evidence: 'V' } });
    expect(found.get('failures.apiServer.crash.mttf')).toMatchObject({
      text: '500 h',
      origin: { kind: 'preset', evidence: 'A' },
    });
  });

  it('tell a cloud that is chosen and what it is taken to do', () => {
    const found = origins('topology: { loadBalancer: cloud }\nclients: {}');
    expect(found.get('topology.loadBalancer.kind')!.text).toBe('cloud');
    expect(found.get('topology.loadBalancer.provider')!.text).toBe('aws-nlb');
    expect(found.get('topology.loadBalancer.interval')!.text).toBe('30 s');
  });
});

describe('faults of it', () => {
  it('are parts where something fails them', () => {
    const text = (more: string) => `
topology: { controlPlanes: 1, loadBalancer: { kind: haproxy-keepalived } }
${more}`;
    const failing = parse(
      text('events: [{ at: 1 h, fail: [lb2.keepalived, cp1.apiServer], for: 1 s }]'),
    );
    expect(partOf(failing, 'lb2.keepalived')).toMatchObject({ kind: 'process', hosts: ['lb2'] });
    expect(partOf(failing, 'cp1.apiServer')).toMatchObject({ kind: 'process', hosts: ['cp1'] });
    expect(partOf(failing, 'lb1.haproxy')).toBeUndefined();
    const cloud = parse(`
topology: { loadBalancer: cloud }
failures: { loadBalancer.outage: { mttf: 1 year, repair: 1 h } }`);
    expect(partOf(cloud, 'loadBalancer')).toMatchObject({ kind: 'component', hosts: [] });
  });

  it('kill and freeze processes beside members', () => {
    const { events } = parse(`
events:
  - { at: 1 h, kill: cp1.apiServer }
  - { at: 2 h, kill: [cp1.apiServer, cp2], for: 5 s }
  - { at: 3 h, freeze: [cp1.scheduler, cp2], for: 5 s }
  - { at: 4 h, kill: leader.apiServer }
`);
    expect(events).toMatchObject([
      {
        for: SECOND,
        effect: { parts: [], impairments: [{ kind: 'killProcess', processes: ['cp1.apiServer'] }] },
      },
      {
        for: 5 * SECOND,
        effect: { parts: ['cp2.etcd'], ending: 'kill', impairments: [{ kind: 'killProcess' }] },
      },
      {
        effect: {
          parts: [],
          impairments: [
            { kind: 'freeze', machines: ['cp2'] },
            { kind: 'freezeProcess', processes: ['cp1.scheduler'] },
          ],
        },
      },
      { effect: { impairments: [{ kind: 'killProcess', processes: ['leader.apiServer'] }] } },
    ]);
  });

  it('come as failure modes that kill, hang and take down', () => {
    const { modes } = parse(`
topology: { controlPlanes: 1, loadBalancer: haproxy }
failures:
  apiServer.crash: { mttf: 500 h }
  apiServer.hang: { mttf: 1 year, repair: 10 min }
  haproxy.crash: { mttf: 1 year }
`);
    expect(modes).toMatchObject([
      {
        name: 'cp1.apiServer/apiServer.crash',
        clockOf: 'cp1',
        effect: { impairments: [{ kind: 'killProcess', processes: ['cp1.apiServer'] }] },
      },
      {
        name: 'cp1.apiServer/apiServer.hang',
        effect: { impairments: [{ kind: 'freezeProcess', processes: ['cp1.apiServer'] }] },
        repair: { law: { value: 10 * MINUTE }, by: 'itself' },
      },
      { name: 'lb1.haproxy/haproxy.crash', clockOf: 'lb1' },
    ]);
  });
});
