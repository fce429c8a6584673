import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LevelExpression, TopologyPlan } from '../../src/model/control-plane/topology.ts';
import { Explainer } from '../../src/structure/explanation.ts';
import { type FaultState, Structure } from '../../src/structure/structure.ts';
import { majorityTopology, part } from '../support/plans.ts';

const quorum = { kind: 'quorum' } as const;
const taking = (...parts: string[]): FaultState => ({ parts, cuts: [] });
const named = (name: string) => ({ kind: 'part', name }) as const;
const atLeast = (count: number, of: readonly LevelExpression[]) =>
  ({ kind: 'atLeast', count, of }) as const;

const machines = (count: number) => Array.from({ length: count }, (_, index) => `cp${index + 1}`);

/** Five members with two network cards each, in two racks, beside two workers in the first. */
function clusterWithWorkers(): TopologyPlan {
  const { members } = majorityTopology(5);
  const hosts = machines(5).flatMap((name, index) => [
    part(name, 'machine', [index < 2 ? 'rack1' : 'rack2']),
    part(`${name}.nic1`, 'nic', [name]),
    part(`${name}.nic2`, 'nic', [name]),
    {
      name: `${name}.attachment`,
      kind: 'attachment' as const,
      hosts: [`${name}.nic1`, `${name}.nic2`],
      hostsNeeded: 1,
    },
  ]);
  const workers = ['w1', 'w2'].map((name) => part(name, 'machine', ['rack1']));
  return {
    parts: [part('rack1', 'rack'), part('rack2', 'rack'), part('kms', 'component')]
      .concat(hosts)
      .concat(workers),
    members: members.map((member) => ({ ...member, attachment: `${member.machine}.attachment` })),
    levels: [],
  };
}

function breaker(plan: TopologyPlan, level: LevelExpression, faults: readonly FaultState[]) {
  const structure = new Structure(plan);
  return (indexes: readonly number[]) =>
    !structure.holds(
      level,
      indexes.map((index) => faults[index]!),
    );
}

describe('Explainer', () => {
  const five = new Explainer(new Structure(majorityTopology(5)), quorum);

  it('gives nothing while the level stands', () => {
    expect(five.smallestSet([taking('cp1'), taking('cp2')])).toBeUndefined();
  });

  it('prefers one fault that takes a majority to three that do together', () => {
    const faults = [taking('cp1'), taking('cp2'), taking('cp3'), taking('cp2', 'cp4', 'cp5')];
    expect(five.smallestSet(faults)).toEqual([3]);
  });

  it('prefers the faults that stand first among sets of one size', () => {
    const faults = [taking('cp1'), taking('cp2'), taking('cp3'), taking('cp4')];
    expect(five.smallestSet(faults)).toEqual([0, 1, 2]);
  });

  it('tells a fault by a cut from one by a crash', () => {
    const sides = { from: ['cp1', 'cp2'], to: ['cp3', 'cp4', 'cp5'] };
    const faults = [taking('cp5'), { parts: [], cuts: [sides] }];
    expect(five.smallestSet(faults)).toEqual([0, 1]);
  });

  it('knows which parts and cuts can matter to a level', () => {
    const structure = new Structure(clusterWithWorkers());
    const ofQuorum = new Explainer(structure, quorum);
    const ofWorker = new Explainer(structure, atLeast(1, [named('w1')]));
    const stands = (explainer: Explainer) =>
      structure.plan.parts.map(({ name }) => name).filter((name) => explainer.standsOn(name));
    expect(stands(ofWorker)).toEqual(['rack1', 'w1']);
    expect(stands(ofQuorum)).toHaveLength(2 + 5 * 4);
    expect(ofQuorum.isCutBy({ from: ['cp1'], to: ['w1', 'cp2'] })).toBe(true);
    expect(ofQuorum.isCutBy({ from: ['cp1', 'w2'], to: ['cp1', 'w1'] })).toBe(false);
    expect(ofWorker.isCutBy({ from: ['cp1'], to: ['w1', 'cp2'] })).toBe(false);
  });

  it('finds a smallest set among very many faults', () => {
    const names = machines(99);
    const plan = majorityTopology(99);
    const most = atLeast(90, names.map(named));
    const explainer = new Explainer(new Structure({ ...plan, members: [] }), most);
    const each = names.map((name) => taking(name));
    expect(explainer.smallestSet(each)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const rack = taking('cp50', 'cp60', 'cp70', 'cp80');
    expect(explainer.smallestSet([...each, rack])).toEqual([0, 1, 2, 3, 4, 5, 99]);
  });

  it('rests with a set of which none can be spared where the search would be long', () => {
    const names = machines(40);
    const paths = names.flatMap((name) => [part(`${name}.a`, 'nic'), part(`${name}.b`, 'nic')]);
    const ends = names.map((name) => ({
      ...part(name, 'machine', [`${name}.a`, `${name}.b`]),
      hostsNeeded: 1,
    }));
    const plan = { parts: [...paths, ...ends], members: [], levels: [] };
    const level = atLeast(36, names.map(named));
    const faults = paths.map(({ name }) => taking(name)).reverse();
    const chosen = new Explainer(new Structure(plan), level).smallestSet(faults)!;
    const breaks = breaker(plan, level, faults);
    expect(breaks(chosen)).toBe(true);
    for (const spared of chosen) {
      expect(breaks(chosen.filter((index) => index !== spared))).toBe(false);
    }
  });

  const plan = clusterWithWorkers();
  const names = plan.parts.filter(({ kind }) => kind !== 'attachment').map(({ name }) => name);
  const someMachines = fc.uniqueArray(fc.constantFrom(...machines(5), 'w1'), {
    minLength: 1,
    maxLength: 4,
  });
  const anyFault: fc.Arbitrary<FaultState> = fc.record({
    parts: fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
    cuts: fc.array(fc.record({ from: someMachines, to: someMachines }), { maxLength: 1 }),
  });
  const masters = machines(5).map(named);
  const levels: readonly LevelExpression[] = [
    quorum,
    atLeast(3, masters),
    atLeast(2, [quorum, atLeast(4, [...masters, named('kms')])]),
    atLeast(1, [atLeast(2, [named('w1'), named('w2')]), quorum]),
    named('w2'),
  ];

  it.each(levels)('gives a set that breaks the level alone, and no smaller one does', (level) => {
    const explainer = new Explainer(new Structure(plan), level);
    let explained = 0;
    fc.assert(
      fc.property(fc.array(anyFault, { maxLength: 9 }), (faults) => {
        const breaks = breaker(plan, level, faults);
        const all = faults.map((_, index) => index);
        const chosen = explainer.smallestSet(faults);
        expect(chosen === undefined).toBe(!breaks(all));
        if (chosen === undefined) return;
        explained++;
        expect(breaks(chosen)).toBe(true);
        const subsets = Array.from({ length: 2 ** all.length }, (_, bits) =>
          all.filter((index) => (bits >> index) & 1),
        );
        const smallest = Math.min(...subsets.filter(breaks).map(({ length }) => length));
        expect(chosen.length).toBe(smallest);
      }),
      { seed: 9, numRuns: 100 },
    );
    expect(explained).toBeGreaterThan(10);
  });

  it('leaves out faults that cannot matter, and nothing else', () => {
    for (const level of levels) {
      const explainer = new Explainer(new Structure(plan), level);
      const matters = ({ parts, cuts }: FaultState) =>
        parts.some((name) => explainer.standsOn(name)) ||
        cuts.some((cut) => explainer.isCutBy(cut));
      fc.assert(
        fc.property(fc.array(anyFault, { maxLength: 9 }), (faults) => {
          const all = faults.map((_, index) => index);
          const mattering = all.filter((index) => matters(faults[index]!));
          const breaks = breaker(plan, level, faults);
          expect(breaks(mattering)).toBe(breaks(all));
          for (const index of explainer.smallestSet(faults) ?? []) {
            expect(mattering).toContain(index);
          }
        }),
        { seed: 10, numRuns: 100 },
      );
    }
  });
});
