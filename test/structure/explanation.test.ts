import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestExplanation } from '../../src/structure/explanation.ts';
import { type FaultState, Structure } from '../../src/structure/structure.ts';
import { majorityTopology } from '../support/plans.ts';

const quorum = { kind: 'quorum' } as const;
const taking = (...parts: string[]): FaultState => ({ parts, cuts: [] });

describe('smallestExplanation', () => {
  const five = new Structure(majorityTopology(5));

  it('is undefined while the level stands', () => {
    expect(smallestExplanation(five, quorum, [taking('cp1'), taking('cp2')])).toBeUndefined();
  });

  it('prefers one fault that takes a majority to three that do together', () => {
    const faults = [taking('cp1'), taking('cp2'), taking('cp3'), taking('cp2', 'cp4', 'cp5')];
    expect(smallestExplanation(five, quorum, faults)).toEqual([3]);
  });

  it('prefers the faults that stand first among sets of one size', () => {
    const faults = [taking('cp1'), taking('cp2'), taking('cp3'), taking('cp4')];
    expect(smallestExplanation(five, quorum, faults)).toEqual([0, 1, 2]);
  });

  it('tells a fault by a cut from one by a crash', () => {
    const sides = { from: ['cp1', 'cp2'], to: ['cp3', 'cp4', 'cp5'] };
    const faults = [taking('cp5'), { parts: [], cuts: [sides] }];
    expect(smallestExplanation(five, quorum, faults)).toEqual([0, 1]);
  });

  it('gives a set that breaks the level alone, and no smaller one does', () => {
    const fault = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 9 }), (sets) => {
        const faults = sets.map((members) => taking(...members.map((member) => `cp${member}`)));
        const chosen = smallestExplanation(five, quorum, faults);
        const breaks = (indexes: readonly number[]) =>
          !five.holds(
            quorum,
            indexes.map((index) => faults[index]!),
          );
        const all = faults.map((_, index) => index);
        expect(chosen === undefined).toBe(!breaks(all));
        if (chosen === undefined) return;
        expect(breaks(chosen)).toBe(true);
        const subsets = Array.from({ length: 2 ** all.length }, (_, bits) =>
          all.filter((index) => (bits >> index) & 1),
        );
        const smallest = Math.min(...subsets.filter(breaks).map(({ length }) => length));
        expect(chosen.length).toBe(smallest);
      }),
      { seed: 9, numRuns: 100 },
    );
  });
});
