/** Users are an end of the network: whom cuts leave to them, behind every kind of balancer. */

import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { World } from '../../src/study/world.ts';

const ZONED = { controlPlanes: 3, zones: ['a', 'b', 'c'] };

const BALANCERS = {
  none: 'none',
  haproxy: { kind: 'haproxy', machines: 1 },
  keepalived: { kind: 'haproxy-keepalived', machines: 2 },
  kubeVip: 'kube-vip',
  cloud: 'cloud',
  clientSide: 'client-side',
  dns: 'dns',
} as const;

type BalancerName = keyof typeof BALANCERS;

/** Each kind of balancer with the share of writes that is answered. */
type Shares = Readonly<Record<BalancerName, number>>;

const NAMES = Object.keys(BALANCERS) as BalancerName[];
const ALL = (share: number) => Object.fromEntries(NAMES.map((name) => [name, share])) as Shares;

/** The share of writes answered five minutes into a fault that lasts for ten. */
function sharesIn(name: BalancerName, changes: object): number {
  const scenario = {
    quorate: 1,
    replications: 1,
    horizon: '65 min',
    topology: { layout: 'stacked', ...ZONED, loadBalancer: BALANCERS[name] },
    // Longer than a client of DNS takes to give a silent address up.
    clients: { timeout: '20 s' },
    failures: {},
    ...changes,
  };
  const parsed = parseScenario(JSON.stringify(scenario), { file: 'users.yaml' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  const world = new World(parsed.scenario, { neverSleep: false, trace: undefined });
  world.begin(0);
  while (!world.advance(10_000));
  return world.controlPlane.kubernetes!.levels.value('write');
}

const HOUR_LATER = { law: { deterministic: '1 h' }, repair: '10 min' };
const isolated = (machine: string) => ({
  overrides: { [machine]: { 'machine.isolation': HOUR_LATER } },
});
const zoneCut = { overrides: { a: { 'zone.isolation': HOUR_LATER } } };
const partition = (...sides: readonly (readonly string[])[]) => ({
  events: [{ name: 'cut', at: '1 h', for: '10 min', partition: { between: sides } }],
});
const from = (where: unknown) => ({ clients: { timeout: '20 s', from: where } });

describe('users', () => {
  it.each<[string, object, Shares]>([
    // Nothing but the one address they have is lost to them.
    ['outside, cp1 cut off from all', isolated('cp1'), { ...ALL(1), none: 0 }],
    ['outside, cp2 cut off from all', isolated('cp2'), ALL(1)],
    ['outside, zone a cut off', zoneCut, { ...ALL(1), none: 0, haproxy: 0 }],
    ['in zone a, which is cut off', { ...zoneCut, ...from('a') }, ALL(0)],
    ['in zone b, zone a cut off', { ...zoneCut, ...from('b') }, { ...ALL(1), none: 0, haproxy: 0 }],
    [
      'half in zone a, which is cut off',
      { ...zoneCut, ...from(['a', 'b']) },
      { ...ALL(0.5), none: 0, haproxy: 0 },
    ],
    [
      'on the nodes, zone a cut off',
      { ...zoneCut, ...from('nodes') },
      { ...ALL(2 / 3), none: 0, haproxy: 0 },
    ],
    [
      'a tenth in zone a, which is cut off',
      { ...zoneCut, ...from({ a: '10 %', outside: '90 %' }) },
      { ...ALL(0.9), none: 0, haproxy: 0 },
    ],
    // Whoever has a balancer between goes on; kube-vip has the address on one of the three.
    [
      'cut off from all control planes',
      partition(['clients'], ['controlPlanes']),
      { ...ALL(0), haproxy: 1, keepalived: 1, cloud: 1 },
    ],
    [
      'of zone a alone, cut off from all machines',
      {
        ...from(['a', 'b']),
        ...partition(['clients.a'], ['machines']),
      },
      { ...ALL(0.5), cloud: 1 },
    ],
  ])('%s', (_, changes, shares) => {
    const found = Object.fromEntries(NAMES.map((name) => [name, sharesIn(name, changes)]));
    for (const name of NAMES) {
      expect(found[name], `${name} of ${JSON.stringify(found)}`).toBeCloseTo(shares[name], 9);
    }
  });

  it.each(['lb1', 'lb2'])('go to the other balancer while %s is cut off', (machine) => {
    expect(sharesIn('keepalived', isolated(machine))).toBe(1);
    expect(sharesIn('haproxy', isolated('lb1'))).toBe(0);
  });
});
