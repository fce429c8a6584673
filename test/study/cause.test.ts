import { describe, expect, it } from 'vitest';
import { ActiveFaults, Fault } from '../../src/faults/fault.ts';
import { ControlPlane } from '../../src/model/control-plane/control-plane.ts';
import { Structure } from '../../src/structure/structure.ts';
import { CauseFinder } from '../../src/study/cause.ts';
import { majorityTopology, part } from '../support/plans.ts';
import { RecordedEffects } from '../support/recorded-effects.ts';

const quorum = { kind: 'quorum' } as const;
const three = majorityTopology(3);
const plan = { ...three, parts: [...three.parts, part('kms', 'component')] };

function world() {
  const controlPlane = new ControlPlane(plan);
  const active = new ActiveFaults();
  const effects = new RecordedEffects();
  const fault = (name: string, kind: string, planned = false) =>
    new Fault({ name, kind, planned }, { parts: [name], cuts: [] }, controlPlane, active);
  const begin = (one: Fault, at: number) => {
    effects.now = at;
    one.begin(effects);
  };
  return { active, fault, begin, effects, finder: new CauseFinder(new Structure(plan), quorum) };
}

describe('CauseFinder', () => {
  it('names the oldest of the faults that explain a loss', () => {
    const { active, fault, begin, finder } = world();
    begin(fault('cp3', 'machine.crash'), 3);
    begin(fault('cp2', 'machine.crash'), 1);
    begin(fault('cp1', 'reboot', true), 2);
    const { label, faults, planned } = finder.find(active)!;
    expect(faults.map(({ identity }) => identity.name)).toEqual(['cp2', 'cp1']);
    expect(label).toBe('machine.crash + reboot');
    expect(planned).toBe(true);
  });

  it('remembers an answer whatever comes and goes beside it', () => {
    const { active, fault, begin, effects, finder } = world();
    const kms = fault('kms', 'component.down');
    begin(kms, 1);
    begin(fault('cp1', 'machine.crash'), 2);
    begin(fault('cp2', 'machine.crash'), 3);
    const cause = finder.find(active)!;
    expect(cause.label).toBe('2 x machine.crash');
    kms.end(effects);
    expect(finder.find(active)).toBe(cause);
    begin(kms, 4);
    expect(finder.find(active)).toBe(cause);
    begin(fault('cp3', 'machine.loss'), 5);
    expect(finder.find(active)).not.toBe(cause);
    expect(finder.find(active)!.label).toBe('2 x machine.crash');
  });

  it('does not explain a level that stands', () => {
    const { active, fault, begin, finder } = world();
    begin(fault('kms', 'component.down'), 1);
    begin(fault('cp1', 'machine.crash'), 2);
    expect(finder.find(active)).toBeUndefined();
  });
});
