/**
 * Whether a scenario needs API servers, controllers and a balancer at work: because it speaks of
 * them, asks for what they give, or lets something happen to them.
 */
import { faultKindOf } from '../../faults/kinds/fault-kinds.ts';
import type { FailureModePlan, FaultEffect, ImpairmentPlan } from '../../faults/plans.ts';
import type { ApiLevel } from '../../model/control-plane/kubernetes-plan.ts';
import { endsBesideMachines, type Layout } from '../../model/control-plane/layout.ts';
import type { LevelExpression } from '../../model/control-plane/topology.ts';
import { BALANCER_KEYS } from '../catalogue/balancer-schema.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Asked } from './message-level.ts';
import type { Names } from './names.ts';
import { namesRole, ROLES_AND_PROCESSES } from './roles.ts';

/** Levels of the API, in the order in which they are measured. */
export const API_LEVELS: ReadonlyMap<string, ApiLevel> = new Map([
  ['api.write', 'write'],
  ['api.read', 'read'],
  ['api.cachedRead', 'cachedRead'],
]);

/** The level of the controllers, measured after those of the API. */
export const CONTROLLERS = 'controllers';

const SECTIONS = ['kubernetes', 'apiServer', 'controllers', 'clients', 'load'];

export function needsKubernetes(
  file: ScenarioFile,
  asked: Asked,
  names: Names,
  findings: Findings,
): boolean {
  const { loadBalancer } = file.topology;
  const isSet = (key: string) => findings.isGiven(['topology', 'loadBalancer', key]);
  const effects = [
    ...asked.modes
      .filter((mode) => !isOfPresetAlone(mode, file, findings))
      // Kinds of fault cut users off too where there are any, and ask for none.
      .map(({ effect, kind }) => (faultKindOf(kind) === undefined ? effect : withoutCuts(effect))),
    ...asked.events.flatMap((event) => (event.type === 'fault' ? [event.effect] : [])),
  ];
  return (
    SECTIONS.some((section) => findings.isGiven([section])) ||
    BALANCER_KEYS[loadBalancer.kind].some(isSet) ||
    asked.objectives.some(({ level }) => API_LEVELS.has(level) || level === CONTROLLERS) ||
    asked.levels.some(({ expression }) => speaksOfIt(expression, names)) ||
    effects.some((effect) => hits(effect, names))
  );
}

function speaksOfIt(expression: LevelExpression, names: Names): boolean {
  switch (expression.kind) {
    case 'atLeast':
      return expression.of.some((one) => speaksOfIt(one, names));
    case 'part':
      return names.isOfKubernetes(expression.name);
    case 'api':
    case 'controllers':
      return true;
    case 'quorum':
    case 'etcd':
      return false;
  }
}

function withoutCuts(effect: FaultEffect): FaultEffect {
  return { ...effect, cuts: [] };
}

function hits({ parts, cuts, impairments = [] }: FaultEffect, names: Names): boolean {
  const users = names.layout.clients.map(({ name }) => name);
  return (
    cuts.some(({ from, to }) => users.some((name) => from.includes(name) || to.includes(name))) ||
    parts.some((part) => names.isOfKubernetes(part) || ROLES_AND_PROCESSES.includes(part)) ||
    impairments.some((one) => 'processes' in one && one.processes.length > 0) ||
    impairments.some((one) => one.kind === 'deregister' || isBesideEtcd(one, names))
  );
}

/** Whether a network is impaired that no two etcd members speak over. */
function isBesideEtcd(impairment: ImpairmentPlan, names: Names): boolean {
  const hasMember = (side: readonly string[]) => {
    return side.some((name) => namesRole(name) || names.carriesMember(name));
  };
  const { kind } = impairment;
  const links = kind === 'flap' ? impairment.cuts : kind === 'link' ? [impairment] : [];
  return links.some(({ from, to }) => !hasMember(from) || !hasMember(to));
}

/** Modes where no users are simulated: what cuts nobody else off is left out. */
export function withoutUsers(modes: readonly FailureModePlan[], layout: Layout): FailureModePlan[] {
  const ends = endsBesideMachines(layout).map(({ name }) => name);
  const machines = (some: readonly string[]) => some.filter((name) => !ends.includes(name));
  return modes.flatMap((mode) => {
    const { effect } = mode;
    if (effect.cuts.length === 0) return [mode];
    const cuts = effect.cuts
      .map(({ from, to }) => ({ from: machines(from), to: machines(to) }))
      .filter(({ from, to }) => from.length > 0 && to.length > 0);
    return cuts.length === 0 ? [] : [{ ...mode, effect: { ...effect, cuts } }];
  });
}

/** Whether a mode hits nothing but what stands on etcd. */
export function isOfKubernetes({ kind }: Pick<FailureModePlan, 'kind'>): boolean {
  return faultKindOf(kind)?.layer === 'kubernetes';
}

/** What presets say of Kubernetes holds where it is simulated, and asks for nothing by itself. */
function isOfPresetAlone(
  mode: FailureModePlan,
  { failures, overrides = {} }: ScenarioFile,
  findings: Findings,
) {
  if (!isOfKubernetes(mode)) return false;
  const name = faultKindOf(mode.kind)!.key;
  const general = findings.isGiven(['failures', name]) ? failures[name] : undefined;
  const given = [general, ...Object.values(overrides).map((modes) => modes[name])];
  return !given.some((settings) => settings !== undefined && settings !== 'none');
}
