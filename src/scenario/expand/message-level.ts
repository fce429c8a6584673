/**
 * Whether a scenario needs etcd at message level: because it speaks of timers, disks, networks or
 * backups, asks for what only they decide, or lets something happen that structure does not know.
 */
import type { FailureModePlan, FaultEffect, ScriptedPlan } from '../../faults/plans.ts';
import type { LevelExpression, LevelPlan } from '../../model/control-plane/topology.ts';
import type { EtcdLevel } from '../../model/etcd/etcd-plan.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Objective } from '../scenario.ts';
import type { Findings } from '../text/findings.ts';
import { namesRole } from './roles.ts';

/** Levels of etcd at message level, in the order in which they are measured. */
export const ETCD_LEVELS: ReadonlyMap<string, EtcdLevel> = new Map([
  ['etcd.write', 'write'],
  ['etcd.read', 'read'],
  ['data', 'data'],
]);

const SECTIONS = ['etcd', 'network', 'disk'];

export interface Asked {
  readonly modes: readonly FailureModePlan[];
  readonly events: readonly ScriptedPlan[];
  /** The scenario's own. */
  readonly levels: readonly LevelPlan[];
  readonly objectives: readonly Objective[];
}

export function needsMessageLevel(
  { backup }: ScenarioFile,
  asked: Asked,
  findings: Findings,
): boolean {
  return (
    backup !== undefined ||
    SECTIONS.some((section) => findings.isGiven([section])) ||
    asked.objectives.some(({ level }) => ETCD_LEVELS.has(level)) ||
    asked.levels.some(({ expression }) => namesEtcd(expression)) ||
    asked.modes.some(({ effect }) => isBeyondStructure(effect)) ||
    asked.events.some(eventNeedsIt)
  );
}

function namesEtcd(expression: LevelExpression): boolean {
  if (expression.kind === 'atLeast') return expression.of.some(namesEtcd);
  return expression.kind === 'etcd';
}

function eventNeedsIt(event: ScriptedPlan): boolean {
  if (event.type === 'replaceMember') return true;
  return event.type === 'fault' && (isBeyondStructure(event.effect) || losesData(event));
}

/** A scripted loss of data means nothing without data; a random one is an outage in any case. */
function losesData({ effect }: { readonly effect: FaultEffect }): boolean {
  return effect.losesData === true;
}

function isBeyondStructure({ parts, cuts, impairments = [], ending }: FaultEffect): boolean {
  const named = [...parts, ...cuts.flatMap(({ from, to }) => [...from, ...to])];
  return impairments.length > 0 || (ending ?? 'kill') !== 'kill' || named.some(namesRole);
}
