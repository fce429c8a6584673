/**
 * Two scenarios under one seed have one failure history: what is there for the same purpose fails
 * at the same moments, whatever the layout calls it and whatever else there is.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { trace } from '../../src/study/run.ts';
import { downtimes, pairing, scenarioOf } from '../support/study/paired-runs.ts';

interface Fault {
  readonly begins: number;
  /** Absent where it has not ended, or is over as it begins. */
  ends?: number;
}

/** Of each failure mode that matters, under what it is for: member 2 of cp2 and etcd2. */
function faultsOf(scenario: Scenario, replication = 0): Map<string, Fault[]> {
  const found = new Map<string, Fault[]>();
  trace(scenario, replication, {
    changed: ({ subject, kind }, now) => {
      const role = roleOf(subject, scenario);
      if (kind === 'faultBegins') found.set(role, [...(found.get(role) ?? []), { begins: now }]);
      if (kind === 'faultEnds') found.get(role)!.at(-1)!.ends = now;
    },
    lost: () => {},
    regained: () => {},
  });
  return found;
}

function roleOf(subject: string, { layout }: Scenario): string {
  const [component = '', kind] = subject.split('/');
  const place = component.replace(layout === 'stacked' ? /^cp(?=\d)/ : /^etcd(?=\d)/, 'member ');
  return `${/\.(apiServer|scheduler)/.test(place) ? component : place}/${kind}`;
}

/** From the end of one fault to the begin of the next, and how long each lasted. */
function lengthsOf(faults: readonly Fault[]) {
  const lives = faults.map(({ begins }, index) => begins - (faults[index - 1]?.ends ?? 0));
  const ended = faults.filter(({ ends }) => ends !== undefined);
  return { lives, repairs: ended.map(({ begins, ends }) => ends! - begins) };
}

const FAILURES = [
  'machine.crash: { mttf: 20 days, repair: exponential 5 h }',
  'etcd.crash: { mttf: 10 days, repair: exponential 1 min, by: itself }',
  'disk.failure: { mttf: 60 days, repair: exponential 9 h, by: itself }',
  'nic.failure: { mttf: 30 days, repair: exponential 4 h, by: itself }',
  'link.failure: { mttf: 30 days, repair: exponential 3 h, by: itself }',
  'machine.isolation: { mttf: 40 days, repair: exponential 2 h }',
];
const OF_PLACES = [
  'zone.outage: { mttf: 50 days, repair: exponential 6 h }',
  'zoneLink.failure: { mttf: 50 days, repair: exponential 6 h }',
];

const PUSH = '{ mttf: 9 days, hits: disks, probability: 50 %, repair: 1 h }';

const sides = fc.record({
  external: fc.boolean(),
  members: fc.integer({ min: 3, max: 7 }),
  balancer: fc.constantFrom('none', 'haproxy', 'haproxy-keepalived', 'cloud'),
  zones: fc.constantFrom([], ['a', 'b', 'c'], ['x', 'y'], ['x', 'y', 'z']),
  nics: fc.constantFrom(1, 2),
  kinds: fc.subarray(FAILURES, { minLength: 3 }),
  shock: fc.boolean(),
  component: fc.boolean(),
});

type Sides = typeof sides extends fc.Arbitrary<infer Value> ? Value : never;

function textOf(side: Sides, seed: number): string {
  const { external, members, balancer, zones, nics, kinds, shock, component } = side;
  const count = external
    ? `layout: external, controlPlanes: 2, etcdMembers: ${members}`
    : `controlPlanes: ${members}`;
  const places = zones.length === 0 ? '' : `, zones: [${zones.join()}]`;
  const failures = [...kinds, ...(zones.length === 0 ? [] : OF_PLACES)];
  return `
seed: ${seed}
horizon: 100 days
failureClocks: calendar
topology: { ${count}, loadBalancer: ${balancer}, nics: ${nics}${places} }
failures: { ${failures.join(', ')} }
${shock ? `commonCauses: { push: ${PUSH} }` : ''}
${component ? 'components: { kms: { mttf: 5 days, repair: 1 h } }' : ''}
`;
}

/** As an index, so that names of places do not matter. */
const placed = (faults: Map<string, Fault[]>, { zones }: Sides) =>
  new Map(
    [...faults].map(([role, some]) => {
      const [part = '', kind] = role.split('/');
      const named = part.split(':').map((one) => {
        const index = (zones as readonly string[]).indexOf(one);
        return index === -1 ? one : `zone ${index + 1}`;
      });
      return [`${named.join(':')}/${kind}`, some] as const;
    }),
  );

describe('one failure history', () => {
  it('is met by all that two random scenarios share', () => {
    let shared = 0;
    fc.assert(
      fc.property(sides, sides, fc.nat(), (one, other, seed) => {
        const left = placed(faultsOf(scenarioOf(textOf(one, seed))), one);
        const right = placed(faultsOf(scenarioOf(textOf(other, seed))), other);
        for (const [role, faults] of left) {
          const others = right.get(role);
          // A shock that hits nobody is none, and fewer are more often all spared.
          const isSpared = role.startsWith('push/') && one.members !== other.members;
          if (others === undefined || isSpared) continue;
          shared += faults.length;
          expect([role, faults]).toEqual([role, others]);
        }
      }),
      { numRuns: 60 },
    );
    expect(shared).toBeGreaterThan(2000);
  });

  it('keeps lives, and repairs but for their length, where repairs and crews are others', () => {
    const repaired = (failure: string, repair = '') => {
      const text = `horizon: 3 years\nfailureClocks: calendar\nfailures: { ${failure} }\n${repair}`;
      return faultsOf(scenarioOf(text));
    };
    const usual = repaired('machine.crash: { mttf: 20 days, by: crew, repair: exponential 10 h }');
    const slower = repaired('machine.crash: { mttf: 20 days, by: crew, repair: exponential 20 h }');
    const waiting = repaired(
      'machine.crash: { mttf: 20 days, by: crew, repair: exponential 10 h, detection: 5 min }',
      'repair: { crews: 1, dispatch: exponential 1 h }',
    );
    for (const [role, faults] of usual) {
      const { lives, repairs } = lengthsOf(faults);
      for (const other of [slower, waiting]) {
        const count = Math.min(lives.length, other.get(role)!.length);
        expect(count).toBeGreaterThan(30);
        const others = lengthsOf(other.get(role)!).lives;
        expect(others.slice(0, count)).toEqual(lives.slice(0, count));
      }
      const doubled = lengthsOf(slower.get(role)!).repairs;
      for (const [index, repair] of doubled.entries()) {
        expect(Math.abs(repair - 2 * (repairs[index] ?? repair / 2))).toBeLessThanOrEqual(1);
      }
    }
  });

  it('gives stacked three and external three plus three the same downtime of the quorum', () => {
    const failures = 'failures: { machine.crash: { mttf: 1 month, by: crew, repair: 24 h } }';
    const stacked = downtimes(scenarioOf(failures), 2000);
    const external = downtimes(scenarioOf(`topology: { layout: external }\n${failures}`), 2000);
    expect(stacked.filter((downtime) => downtime > 0).length).toBeGreaterThan(1000);
    expect(pairing(stacked, external).correlation).toBeGreaterThan(0.99);
  });
});

describe('a common cause', () => {
  it('hits the same members, stacked and external', () => {
    const hitsOf = (layout: string) => {
      const shock = `failures: { use: none }\ncommonCauses: { push: ${PUSH} }`;
      const text = `topology: { layout: ${layout} }\n${shock}`;
      const hits: string[] = [];
      trace(scenarioOf(text), 0, {
        changed: ({ subject, kind }, now) => {
          if (kind === 'partDown') hits.push(`${now} ${subject.replace(/^(cp|etcd)/, '')}`);
        },
        lost: () => {},
        regained: () => {},
      });
      return hits;
    };
    const stacked = hitsOf('stacked');
    expect(stacked.length).toBeGreaterThan(30);
    expect(hitsOf('external')).toEqual(stacked);
  });
});

describe('one failure history of what stands on etcd', () => {
  const BALANCERS = ['none', 'haproxy', 'haproxy-keepalived', 'kube-vip', 'cloud', 'dns'];
  const begins = (layout: string, balancer: string) => {
    const text = `
horizon: 2 days
failureClocks: calendar
topology: { layout: ${layout}, loadBalancer: ${balancer} }
failures:
  apiServer.crash: { mttf: 8 h }
  scheduler.crash: { mttf: 8 h }
  machine.crash: { mttf: 1 day, repair: 10 min }
`;
    return [...faultsOf(scenarioOf(text))].filter(([role]) => !/^(lb|cp\d\/)/.test(role));
  };

  it.each(BALANCERS)('crashes API servers and members alike behind %s, in both layouts', (one) => {
    const stacked = new Map(begins('stacked', one));
    const external = new Map(begins('external', one));
    const usual = new Map(begins('stacked', 'none'));
    expect(stacked).toEqual(usual);
    expect(external).toEqual(usual);
    expect([...stacked.keys()].some((role) => role === 'cp2.apiServer/apiServer.crash')).toBe(true);
  });
});
