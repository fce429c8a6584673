/** When etcd is simulated at message level, by which settings, and where each comes from. */
import { describe, expect, it } from 'vitest';
import { HOUR, MILLISECOND, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { names, parse, warnings } from '../parsing.ts';

const planOf = (text: string) => parse(text).topology.etcd;
const origins = (text: string) =>
  new Map(parse(text).parameters.map(({ path, text, origin }) => [path, { text, origin }]));

describe('etcd at message level', () => {
  it.each([
    'etcd: {}',
    'network: {}',
    'disk: {}',
    'backup: { every: 1 h }',
    'objectives: [availability(etcd.write) >= 99 %]',
    'objectives: [availability(data) >= 99 %]',
    'levels: { both: etcd.quorum and (etcd.read or cp1) }',
    'failures: { disk.stall: { mttf: 1 year, repair: 1 s } }',
    'failures: { disk.slow: { mttf: 1 year, repair: 1 s } }',
    'failures: { etcd.freeze: { mttf: 1 year, repair: 1 s } }',
    'events: [{ at: 1 h, crash: leader, for: 1 s }]',
    'events: [{ at: 1 h, fail: follower.disk, for: 1 s }]',
    'events: [{ at: 1 h, partition: { between: [leader, followers] }, for: 1 s }]',
    'events: [{ at: 1 h, stop: cp1, for: 1 s }]',
    'events: [{ at: 1 h, crashAt: { point: afterFsync, machines: cp1 }, for: 1 s }]',
    'events: [{ at: 1 h, freeze: cp1, for: 1 s }]',
    'events: [{ at: 1 h, loseDisk: cp1, for: 1 h }]',
    'events: [{ at: 1 h, spaceAlarm: true, for: 1 s }]',
    'events: [{ at: 1 h, replaceMember: { machine: cp1 } }]',
  ])('is simulated for %s', (text) => {
    const { etcd, levels } = parse(text).topology;
    expect(etcd).toBeDefined();
    expect(names(levels).slice(0, 4)).toEqual(['etcd.quorum', 'etcd.write', 'etcd.read', 'data']);
    expect(levels[3]!.expression).toEqual({ kind: 'etcd', level: 'data' });
  });

  it.each([
    '',
    'backup: none',
    'failures: { use: bare-metal, disk.full: { mttf: 1 year, repair: 1 h } }',
    'levels: { both: etcd.quorum and cp1 }',
    'events: [{ at: 1 h, kill: cp1, for: 1 s }, { at: 2 h, fillDisk: cp1, for: 1 s }]',
    'events: [{ every: 30 days, rollingReboot: { down: 5 min, gap: 5 min, graceful: false } }]',
  ])('is left out for %s', (text) => {
    const { topology, parameters } = parse(text);
    expect('etcd' in topology).toBe(false);
    expect(names(topology.levels)).not.toContain('etcd.write');
    expect(parameters.filter(({ path }) => /^(etcd|network|disk)\./.test(path))).toEqual([]);
  });
});

describe('its plan', () => {
  it('takes every default', () => {
    expect(planOf('etcd: {}')).toMatchObject({
      version: '3.5',
      heartbeatInterval: 100 * MILLISECOND,
      electionTimeout: SECOND,
      preVote: true,
      initialElectionTickAdvance: true,
      strictReconfigCheck: true,
      snapshotCount: 10_000,
      tickPhases: 'independent',
      writesPerSecond: 10,
      databaseSize: 200e6,
      startUp: { family: 'deterministic', value: 300 * MILLISECOND },
      fsync: { family: 'lognormal' },
      backendDisk: 'same',
      bandwidth: 125e6,
      loss: 0,
      replacement: { order: 'removeFirst', asLearner: true },
      backup: undefined,
    });
  });

  it.each([
    ['3.4', false],
    ["'3.4'", false],
    ['3.5', true],
    ['"3.6"', true],
  ])('of version %s has pre-vote %s', (version, preVote) => {
    expect(planOf(`etcd: { version: ${version} }`)).toMatchObject({
      version: version.replaceAll(/['"]/g, ''),
      preVote,
    });
    expect(planOf(`etcd: { version: ${version}, preVote: ${!preVote} }`)!.preVote).toBe(!preVote);
  });

  it('says what the file says', () => {
    const plan = planOf(`
etcd:
  { heartbeatInterval: 50 ms, electionTimeout: 500 ms, tickPhases: together, snapshotCount: 100,
    initialElectionTickAdvance: false, strictReconfigCheck: false, writes: none,
    databaseSize: 1 GiB, startUp: exponential 1 s, replacement: { order: addFirst } }
network: { bandwidth: 100 Mbit/s, loss: 0.1 % }
disk: { fsync: 3 ms, backend: own }
backup: { every: 6 h }
`);
    expect(plan).toMatchObject({
      heartbeatInterval: 50 * MILLISECOND,
      electionTimeout: 500 * MILLISECOND,
      tickPhases: 'together',
      snapshotCount: 100,
      initialElectionTickAdvance: false,
      strictReconfigCheck: false,
      writesPerSecond: 0,
      databaseSize: 1024 ** 3,
      startUp: { family: 'exponential', mean: SECOND },
      replacement: { order: 'addFirst', asLearner: true },
      bandwidth: 12.5e6,
      loss: 0.001,
      fsync: { family: 'deterministic', value: 3 * MILLISECOND },
      backendDisk: 'own',
      backup: { every: 6 * HOUR, restore: { value: 45 * MINUTE } },
    });
    expect(planOf('etcd: { writes: 50 / second }')!.writesPerSecond).toBeCloseTo(50, 9);
    expect(planOf('etcd: { writes: 6 per min }')!.writesPerSecond).toBeCloseTo(0.1, 9);
  });

  it('halves round trips, by zone and by pair of zones', () => {
    const plan = planOf(`
topology: { layout: external, controlPlanes: 2, etcdMembers: 5, zones: [a, b, c] }
network:
  sameZone: 0.3 ms
  betweenZones: { roundTrip: 2 ms, jitter: 0.2 ms }
  jitter: 0.1 ms
  pairs: { c:a: 8 ms, b:b: { roundTrip: 0.5 ms, jitter: 0 ms } }
`)!;
    const same = { base: 150, jitter: 50 };
    const other = { base: 1000, jitter: 100 };
    const far = { base: 4000, jitter: 50 };
    const own = { base: 250, jitter: 0 };
    const none = { base: 0, jitter: 0 };
    expect(plan.latency).toEqual([
      [none, other, far, same, other],
      [other, none, other, other, own],
      [far, other, none, far, other],
      [same, other, far, none, other],
      [other, own, other, other, none],
    ]);
  });

  it('puts machines without zones into one', () => {
    const { latency } = planOf('network: { sameZone: 1 ms, jitter: 0 ms }')!;
    expect(latency[0]).toEqual([
      { base: 0, jitter: 0 },
      { base: 500, jitter: 0 },
      { base: 500, jitter: 0 },
    ]);
  });

  it('is warned of where its network cannot be meant', () => {
    expect(warnings('network: { betweenZones: 1 ms }')).toEqual([
      '2: there are no two zones for messages to pass between',
    ]);
    const short = 'horizon: 1 h\n';
    const far = 'etcd: { electionTimeout: 1 s }\nnetwork: { sameZone: 101 ms }';
    expect(warnings(short + far)).toEqual([
      '3: the election time-out is less than ten round trips',
    ]);
    expect(warnings(`${short}network: { sameZone: 100 ms }`)).toEqual([]);
  });

  it.each([
    ['network: { loss: 0.1 % }', '2: one replication takes about 30 min: packets are lost'],
    ['disk: { fsync: 60 ms }', '2: one replication takes about 30 min: fsyncs and round trips do'],
    ['etcd: { writes: 2000 / second }', '2: one replication takes about 63 h: fsyncs and round'],
    ['network: { sameZone: 900 ms }', '2: one replication takes about 30 min: a round trip nearly'],
  ])('is warned that a year will take long: %s', (text, expected) => {
    const long = warnings(text).filter((warning) => warning.includes('one replication'));
    expect(long.map((warning) => warning.slice(0, expected.length))).toEqual([expected]);
  });

  it.each(['etcd: { writes: 10 / second }', 'horizon: 1 h\nnetwork: { loss: 1 % }'])(
    'is not warned where it will not: %s',
    (text) => {
      expect(warnings(text).filter((warning) => warning.includes('one replication'))).toEqual([]);
    },
  );
});

describe('its parameters', () => {
  it('name a source for every default that is in force', () => {
    const found = origins('etcd: { version: 3.4, writes: none }\nbackup: { every: 1 h }');
    expect(found.get('etcd.version')!.origin.kind).toBe('file');
    expect(found.get('etcd.writes')).toMatchObject({ text: 'none', origin: { kind: 'file' } });
    expect(found.get('etcd.preVote')).toEqual({
      text: 'false',
      origin: { kind: 'built-in', source: 'etcd embed/config.go, v3.4', evidence: 'V' },
    });
    expect(found.get('etcd.electionTimeout')).toMatchObject({
      text: '1000 ms',
      origin: { evidence: 'V' },
    });
    expect(found.get('disk.fsync')).toMatchObject({
      text: '{ lognormal: { median: 1 ms, p99: 8 ms } }',
      origin: { evidence: 'A' },
    });
    expect(found.get('backup.restore')!.text).toBe('45 min');
    expect(found.has('backup')).toBe(false);
    const modern = origins('network: { sameZone: { roundTrip: 1 ms, jitter: 1 ms } }');
    expect(modern.get('etcd.preVote')).toMatchObject({
      text: 'true',
      origin: { source: 'etcd CHANGELOG-3.5.md: on by default since v3.5.0' },
    });
    expect(modern.get('network.sameZone.roundTrip')!.text).toBe('1 ms');
    expect(modern.get('backup')!.text).toBe('none');
    expect(modern.has('backup.restore')).toBe(false);
  });

  it('of events and of slow disks follow from what is said elsewhere', () => {
    const found = origins(`
etcd: { replacement: { order: addFirst } }
failures: { disk.slow: { mttf: 1 year, repair: 1 h } }
events:
  - { at: 1 h, replaceMember: { machine: cp1, asLearner: false } }
  - { every: 30 days, rollingReboot: { down: 5 min, gap: 5 min } }
  - { at: 2 h, flap: { between: [cp1, cp2], down: 1 s, up: 1 s }, for: 1 min }
`);
    expect(found.get('events.0.replaceMember.order')!.text).toBe('addFirst');
    expect(found.get('events.0.replaceMember.asLearner')!.origin.kind).toBe('file');
    expect(found.get('events.1.rollingReboot.graceful')!.text).toBe('true');
    expect(found.get('events.2.flap.direction')!.text).toBe('both');
    expect(found.get('failures.disk.slow.slowdown')).toMatchObject({
      text: '100',
      origin: { evidence: 'A' },
    });
  });
});
