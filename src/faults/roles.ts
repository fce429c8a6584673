/** Targets by role, such as `leader.disk`: who that is, is looked up when a fault begins. */
import { type ControlPlane, ROLES } from '../model/control-plane/control-plane.ts';
import type { CutPlan } from '../model/network/machine-network.ts';

export function isByRole(name: string): boolean {
  const [base = ''] = name.split('.');
  return (ROLES as readonly string[]).includes(base);
}

/** Machines behind names of machines and roles, as they are now. */
export function resolved(names: readonly string[], controlPlane: ControlPlane): readonly string[] {
  return names.some(isByRole) ? names.flatMap((name) => controlPlane.resolve(name)) : names;
}

export function resolvedCut(cut: CutPlan, controlPlane: ControlPlane): CutPlan {
  const from = resolved(cut.from, controlPlane);
  const to = resolved(cut.to, controlPlane);
  return from === cut.from && to === cut.to ? cut : { from, to };
}
