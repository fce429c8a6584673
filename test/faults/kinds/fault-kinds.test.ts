/** What every kind of fault must say of itself, and what of that must agree. */
import { describe, expect, it } from 'vitest';
import { effectOf } from '../../../src/faults/kinds/fault-kind.ts';
import { FAULT_KINDS, faultKindOf, SHARED } from '../../../src/faults/kinds/fault-kinds.ts';
import type { Layout, PlacedMachine } from '../../../src/model/control-plane/layout.ts';
import { kindValues } from '../../../src/scenario/catalogue/kind-settings.ts';

const machine = (name: string, role: PlacedMachine['role'], zone: string): PlacedMachine => {
  const place = Number(name.at(-1)) - 1;
  return { name, role, place, hasMember: role === 'controlPlane', zone, rack: `rack-${zone}` };
};

const LAYOUT: Layout = {
  kind: 'stacked',
  balancer: 'haproxy-keepalived',
  machines: [
    machine('cp1', 'controlPlane', 'a'),
    machine('cp2', 'controlPlane', 'b'),
    machine('lb1', 'loadBalancer', 'a'),
  ],
  clients: [{ name: 'clients.outside', zone: undefined, share: 1 }],
  zones: ['a', 'b'],
  racks: ['rack-a', 'rack-b'],
  nics: 1,
  switchesPerRack: 1,
};

const LAYOUTS = (['haproxy-keepalived', 'haproxy', 'kube-vip', 'cloud'] as const).map(
  (balancer) => ({ ...LAYOUT, balancer }),
);

/** What is hit wherever something is. */
const targetsOf = (kind: (typeof FAULT_KINDS)[number]) =>
  LAYOUTS.map((layout) => kind.targets(layout)).find((targets) => targets.length > 0) ?? [];

describe('kinds of fault', () => {
  it('have keys of their own', () => {
    expect(new Set(FAULT_KINDS.map(({ key }) => key)).size).toBe(FAULT_KINDS.length);
  });

  it.each(FAULT_KINDS)('$key hits something, and that does something', (kind) => {
    const targets = targetsOf(kind);
    const effect = effectOf(kind, targets, kindValues(kind, {}));
    const { parts, cuts, impairments = [] } = effect;
    expect(targets.length).toBeGreaterThan(0);
    expect(parts.length + cuts.length + impairments.length).toBeGreaterThan(0);
  });

  it.each(FAULT_KINDS)('$key needs the layer that knows what it does', (kind) => {
    const isMere = kind.impairment === undefined;
    if (kind.layer === 'structure') expect(isMere).toBe(true);
    if (kind.layer === 'etcd messages') expect(isMere).toBe(false);
  });

  it.each(FAULT_KINDS)('$key is renewed by kinds that there are', ({ renewedBy = [] }) => {
    expect(renewedBy.filter((key) => faultKindOf(key)?.key !== key)).toEqual([]);
  });

  it('are found by the name of a shock that hits all parts of a kind', () => {
    expect(faultKindOf(`machine.crash${SHARED}`)?.key).toBe('machine.crash');
    expect(faultKindOf('commonCause.badPush')).toBeUndefined();
  });
});
