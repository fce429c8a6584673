/** Failure modes of what a scenario declares by name: risks, common causes, cuts, components. */
import type { FailureModePlan, RepairedBy } from '../../faults/plans.ts';
import type { CutPlan } from '../../model/network/machine-network.ts';
import type { PartKind } from '../../model/parts/part.ts';
import type { ModeSettings } from '../catalogue/failure-schema.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';
import { behaviour } from './mode-settings.ts';
import type { Names } from './names.ts';
import { cutsBetween } from './sides.ts';

/** What a shared risk can take down with it. */
const RISKED: readonly PartKind[] = ['machine', 'rack', 'zone', 'switch'];

export interface SharedRisk {
  readonly name: string;
  readonly members: readonly string[];
}

interface SharedModes {
  readonly modes: readonly FailureModePlan[];
  readonly risks: readonly SharedRisk[];
}

/** What is common to the modes below. */
interface Declaration {
  readonly name: string;
  readonly kind: string;
  readonly path: Path;
  readonly settings: ModeSettings;
  readonly by: RepairedBy;
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
  readonly clockOf: string | undefined;
  readonly hitProbability: number;
  readonly mayRest: boolean;
}

export function expandShared(file: ScenarioFile, names: Names, findings: Findings): SharedModes {
  const risks = Object.entries(file.sharedRisks ?? {}).map(([name, { members }]) => ({
    name,
    members: riskMembers(name, members, names, findings),
  }));
  const declarations = [
    ...ofRisks(file),
    ...ofCommonCauses(file, names, findings),
    ...ofPartitions(file, names, findings),
    ...ofComponents(file),
  ];
  return { risks, modes: declarations.flatMap((one) => mode(one, file, findings)) };
}

function mode(one: Declaration, file: ScenarioFile, findings: Findings): FailureModePlan[] {
  const { settings, path, parts, cuts, hitProbability, mayRest } = one;
  const isWatchable = parts.length === 1 || (parts.length > 0 && hitProbability === 1);
  const demands = {
    isKill: false,
    kind: one.path.join('.'),
    by: one.by,
    path,
    isWatchable,
    mayRest,
  };
  const found = behaviour(settings, demands, findings);
  if (found === undefined) return [];
  const operating = (settings.clock ?? file.failureClocks) === 'operating';
  const clockOf = operating ? one.clockOf : undefined;
  const { name, kind } = one;
  const timing = { hazardFactor: 1, clockOf, renews: [] };
  return [
    { name, stream: name, kind, effect: { parts, cuts }, hitProbability, ...timing, ...found },
  ];
}

function riskMembers(
  name: string,
  given: readonly string[],
  names: Names,
  findings: Findings,
): string[] {
  const path = ['sharedRisks', name, 'members'];
  return names.parts(given, path, findings).filter((part) => {
    const kind = names.kindOf(part)!;
    if (RISKED.includes(kind)) return true;
    const message = `a shared risk cannot take the ${kind} "${part}" down`;
    findings.problem(path, { message, allowed: 'machines, racks, zones and switches' });
    return false;
  });
}

function ofRisks(file: ScenarioFile): Declaration[] {
  return Object.entries(file.sharedRisks ?? {}).map(([name, settings]) => ({
    name: `${name}/risk.outage`,
    kind: 'risk.outage',
    path: ['sharedRisks', name],
    settings,
    by: 'crew',
    parts: [name],
    cuts: [],
    clockOf: name,
    hitProbability: 1,
    mayRest: true,
  }));
}

function ofCommonCauses(file: ScenarioFile, names: Names, findings: Findings): Declaration[] {
  return Object.entries(file.commonCauses ?? {}).map(([name, settings]) => ({
    name: `${name}/commonCause`,
    kind: `commonCause.${name}`,
    path: ['commonCauses', name],
    settings,
    by: 'itself',
    parts: names.parts(settings.hits, ['commonCauses', name, 'hits'], findings),
    cuts: [],
    clockOf: undefined,
    hitProbability: settings.probability,
    mayRest: false,
  }));
}

function ofPartitions(file: ScenarioFile, names: Names, findings: Findings): Declaration[] {
  return Object.entries(file.partitions ?? {}).map(([name, settings]) => ({
    name: `${name}/partition`,
    kind: `partition.${name}`,
    path: ['partitions', name],
    settings,
    by: 'itself',
    parts: [],
    cuts: cutsBetween(settings, ['partitions', name], names, findings),
    clockOf: undefined,
    hitProbability: 1,
    mayRest: false,
  }));
}

function ofComponents(file: ScenarioFile): Declaration[] {
  return Object.entries(file.components ?? {}).map(([name, settings]) => ({
    name: `${name}/component.failure`,
    kind: 'component.failure',
    path: ['components', name],
    settings,
    by: 'crew',
    parts: [name],
    cuts: [],
    clockOf: name,
    hitProbability: 1,
    mayRest: true,
  }));
}
