/** What each event of etcd at message level becomes. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { cutBothWays } from '../../../src/faults/kinds/targets.ts';
import type { FaultEffect } from '../../../src/faults/plans.ts';
import { names, parse } from '../parsing.ts';

/** Of one event in an external layout, where only etcd1 to etcd3 carry members. */
function effectOf(event: string): FaultEffect {
  const { events } = parse(`
topology: { layout: external, controlPlanes: 2, zones: [a, b, c], loadBalancer: haproxy }
failures: {}
events: [{ at: 1 h, for: 1 min, ${event} }]
`);
  const [plan] = events;
  if (plan?.type !== 'fault') throw new Error('not a fault');
  return plan.effect;
}

/** All machines of the zones a and b. */
const SIDES = [
  ['cp1', 'etcd1', 'lb1'],
  ['cp2', 'etcd2'],
] as const;

const none = { parts: [], cuts: [] };
const impaired = (impairment: object) => ({ ...none, impairments: [impairment] });
const link = { delay: 0, jitter: 0, loss: 0, bandwidth: undefined };

describe('the event', () => {
  it.each<[string, object]>([
    ['crash: leader', { ...none, parts: ['leader'] }],
    ['crash: [followers, cp1]', { ...none, parts: ['followers', 'cp1'] }],
    ['fail: [leader.disk, follower.etcd]', { ...none, parts: ['leader.disk', 'follower.etcd'] }],
    ['kill: etcd1', { ...none, parts: ['etcd1.etcd'], ending: 'kill' }],
    ['kill: leader', { ...none, parts: ['leader.etcd'], ending: 'kill' }],
    [
      'stop: machines',
      { ...none, parts: ['etcd1.etcd', 'etcd2.etcd', 'etcd3.etcd'], ending: 'stop' },
    ],
    [
      'crashAt: { point: duringSnapshot, machines: [follower, etcd2] }',
      { ...none, parts: ['follower.etcd', 'etcd2.etcd'], ending: 'duringSnapshot' },
    ],
    ['freeze: a', impaired({ kind: 'freeze', machines: ['etcd1'] })],
    ['stallDisk: leader', impaired({ kind: 'diskStall', machines: ['leader'] })],
    [
      'slowDisk: { machines: etcdMachines, factor: 10 }',
      impaired({ kind: 'diskSlow', machines: ['etcd1', 'etcd2', 'etcd3'], factor: 10, added: 0 }),
    ],
    [
      'slowDisk: { machines: leader, added: 50 ms }',
      impaired({ kind: 'diskSlow', machines: ['leader'], factor: 1, added: 50 * MILLISECOND }),
    ],
    ['fillDisk: etcd1', { ...none, parts: ['etcd1.disk'] }],
    ['failWrites: leader', { ...none, parts: ['leader.disk'] }],
    ['loseDisk: [a, b]', { ...none, parts: ['etcd1.disk', 'etcd2.disk'], losesData: true }],
    [
      'partition: { between: [leader, followers], direction: oneWay }',
      { ...none, cuts: [{ from: ['leader'], to: ['followers'] }] },
    ],
    ['partition: { between: [leader, cp1] }', { parts: [], cuts: both('leader', 'cp1') }],
    [
      'flap: { between: [a, b], down: 2 s, up: 10 s }',
      impaired({ kind: 'flap', cuts: cutBothWays(...SIDES), down: 2 * SECOND, up: 10 * SECOND }),
    ],
    [
      'degradeNetwork: { from: leader, to: [a, b], delay: 50 ms, jitter: 5 ms }',
      impaired({
        kind: 'link',
        from: ['leader'],
        to: [...SIDES[0], ...SIDES[1]],
        ...link,
        delay: 50 * MILLISECOND,
        jitter: 5 * MILLISECOND,
      }),
    ],
    [
      'degradeNetwork: { between: [a, b], loss: 5 %, bandwidth: 8 Mbit/s }',
      {
        ...none,
        impairments: cutBothWays(...SIDES).map((way) => {
          return { kind: 'link', ...way, ...link, loss: 0.05, bandwidth: 1e6 };
        }),
      },
    ],
    ['spaceAlarm: true', impaired({ kind: 'spaceAlarm' })],
  ])('%s', (event, effect) => {
    expect(effectOf(event)).toEqual(effect);
  });
});

function both(one: string, other: string) {
  return [
    { from: [one], to: [other] },
    { from: [other], to: [one] },
  ];
}

describe('a replacement', () => {
  it('goes by its own settings, or those of etcd', () => {
    const { events } = parse(`
etcd: { replacement: { order: addFirst, asLearner: false } }
events:
  - { at: 1 h, replaceMember: { machine: cp2 } }
  - { name: again, every: 1 day, replaceMember: { machine: cp3, order: removeFirst } }
`);
    const [first, second] = events;
    expect(first).toEqual({
      type: 'replaceMember',
      name: 'event1',
      kind: 'event.replaceMember',
      at: 3600 * SECOND,
      every: undefined,
      machine: 'cp2',
      order: 'addFirst',
      asLearner: false,
    });
    expect(second).toMatchObject({ kind: 'event.again', order: 'removeFirst', asLearner: false });
  });
});

describe('a rolling reboot', () => {
  it('is graceful unless said otherwise', () => {
    const { events } = parse(`
events:
  - { every: 30 days, rollingReboot: { down: 5 min, gap: 5 min } }
  - { every: 30 days, rollingReboot: { down: 5 min, gap: 5 min, graceful: false } }
`);
    expect(events).toMatchObject([{ graceful: true }, { graceful: false }]);
  });
});

describe('parts of members', () => {
  const partsFor = (event: string) =>
    names(parse(`failures: {}\nevents: [{ at: 1 h, for: 1 s, ${event} }]`).topology.parts);

  it('are all there where a role may stand for any of them', () => {
    for (const event of ['fail: leader.disk', 'stop: leader', 'crash: followers']) {
      expect(partsFor(event)).toEqual(
        ['cp1', 'cp2', 'cp3'].flatMap((name) => [name, `${name}.etcd`, `${name}.disk`]),
      );
    }
  });

  it('are left out where nothing takes them down', () => {
    expect(partsFor('stallDisk: leader')).toEqual(['cp1', 'cp2', 'cp3']);
    expect(partsFor('partition: { between: [leader, followers] }')).toHaveLength(3);
    expect(partsFor('loseDisk: cp2')).toEqual(['cp1', 'cp2', 'cp2.disk', 'cp3']);
  });
});
