/**
 * Names of etcd members by what they do when a scripted fault begins: who that is, is looked up
 * then. They stand as these words in the plans.
 */
import { ROLES } from '../../model/control-plane/control-plane.ts';
import { CONTROL_PLANE_PROCESSES } from '../../model/control-plane/kubernetes-plan.ts';

const ROLE_PARTS = ROLES.flatMap((role) => [`${role}.etcd`, `${role}.disk`]);

/** Roles, and the parts of machines in them. */
export const ROLES_AND_PARTS: readonly string[] = [...ROLES, ...ROLE_PARTS];

/** Processes of Kubernetes on stacked machines in a role, such as `leader.apiServer`. */
export const ROLES_AND_PROCESSES: readonly string[] = ROLES.flatMap((role) =>
  CONTROL_PLANE_PROCESSES.map((process) => `${role}.${process}`),
);

/** Whether `name` is that of a role or begins with one. */
export function namesRole(name: string): boolean {
  return (ROLES as readonly string[]).includes(name.split('.')[0]!);
}
