/** The tree of a scenario as the plans that are simulated; reads nothing but the tree. */

import type { Layout } from '../../model/control-plane/layout.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Parameter } from '../origin.ts';
import { parametersOf, type Resolved } from '../resolve.ts';
import type { Scenario, StopRule } from '../scenario.ts';
import type { Findings } from '../text/findings.ts';
import { checkLoad } from './check-load.ts';
import { checkNetwork, expandEtcd } from './expand-etcd.ts';
import { expandEvents } from './expand-events.ts';
import { expandFailures } from './expand-failures.ts';
import { expandKubernetes } from './expand-kubernetes.ts';
import { expandLevels, expandObjectives, KNOWN_LEVELS, measuredLevels } from './expand-levels.ts';
import { expandShared } from './expand-shared.ts';
import { expandTopology } from './expand-topology.ts';
import { isOfKubernetes, needsKubernetes, withoutUsers } from './kubernetes-level.ts';
import { needsMessageLevel } from './message-level.ts';
import { type Declared, Names } from './names.ts';
import { drawPlacement, placeMachines } from './placement.ts';
import { warnOfLongRuns } from './run-length.ts';

/** A scenario but for what its file alone knows. */
export type Expanded = Omit<Scenario, 'name' | 'question'> & { readonly name?: string };

interface Expansion {
  readonly findings: Findings;
  /** Entries that were left out for structural mistakes; their names still stand. */
  readonly left: readonly (readonly [section: string, entry: string])[];
  /** The topology as written, where it has structural mistakes; else empty. */
  readonly doubtful: string;
}

export function expand(tree: Resolved, { findings, left, doubtful }: Expansion): Expanded {
  const { values } = tree;
  const layout = placeMachines(values, findings);
  const names = new Names(layout, declared(values, left), findings, doubtful);
  const shared = expandShared(values, names, findings);
  const possible = [...expandFailures(values, names, findings), ...shared.modes];
  const events = expandEvents(values, names, findings);
  const isOverloaded = checkLoad(values, layout, findings);
  const own = expandLevels(values.levels ?? {}, names, findings);
  const sound = [...KNOWN_LEVELS, ...own].map(({ name }) => name);
  const all = [...Object.keys(values.levels ?? {}), ...leftOf(left, 'levels')];
  const broken = all.filter((name) => !sound.includes(name));
  const objectives = expandObjectives(values.objectives ?? [], sound, broken, findings);
  checkNetwork(values, layout, names.isDoubtful, findings);
  const asked = { modes: possible, events, levels: own, objectives };
  const hasKubernetes = needsKubernetes(values, asked, names, findings);
  const modes = hasKubernetes
    ? possible
    : withoutUsers(
        possible.filter((mode) => !isOfKubernetes(mode)),
        layout,
      );
  if (modes.length + events.length === 0 && !isOverloaded) warnOfNothing(findings);
  const hasEtcd = hasKubernetes || needsMessageLevel(values, { ...asked, modes }, findings);
  const kubernetes = hasKubernetes ? expandKubernetes(values, layout, findings) : undefined;
  const etcd = hasEtcd ? expandEtcd(values, layout) : undefined;
  if (etcd !== undefined) {
    warnOfLongRuns(values, { etcd, machines: membersOf(layout), modes }, findings);
  }
  const { name, seed, horizon, warmUp, confidence, repair } = values;
  return {
    ...(name === undefined ? {} : { name }),
    seed: String(seed),
    horizon,
    warmUp,
    stop: stopRule(values),
    confidence,
    layout: layout.kind,
    topology: expandTopology({
      ...{ names, risks: shared.risks, components: Object.keys(values.components ?? {}) },
      ...{ levels: [...measuredLevels(hasEtcd, hasKubernetes), ...own], modes, events },
      ...{ etcd, kubernetes },
    }),
    modes,
    events,
    repair: { ...repair, crews: repair.crews === 'unlimited' ? undefined : repair.crews },
    objectives,
    parameters: inForce(
      tree,
      modes.map(({ kind }) => kind),
      { hasEtcd, hasKubernetes },
    ),
    placement: drawPlacement(layout),
  };
}

/** Without what is for a layer that is not simulated, or for failures that hit nothing here. */
function inForce(
  tree: Resolved,
  kinds: readonly string[],
  { hasEtcd, hasKubernetes }: { readonly hasEtcd: boolean; readonly hasKubernetes: boolean },
): Parameter[] {
  const isSimulated = { structure: true, etcd: hasEtcd, kubernetes: hasKubernetes };
  const leaves = tree.leaves.filter(({ path: [section, kind], origin, layer }) => {
    if (origin.kind !== 'built-in' && origin.kind !== 'preset') return true;
    if (section === 'failures' && kind !== 'use') return kinds.includes(String(kind));
    return isSimulated[layer];
  });
  return parametersOf({ ...tree, leaves });
}

function membersOf({ machines }: Layout): string[] {
  return machines.filter(({ hasMember }) => hasMember).map(({ name }) => name);
}

function leftOf(left: Expansion['left'], section: string): string[] {
  return left.filter(([own]) => own === section).map(([, entry]) => entry);
}

function declared(values: ScenarioFile, left: Expansion['left']): Declared {
  return {
    sharedRisks: [...Object.keys(values.sharedRisks ?? {}), ...leftOf(left, 'sharedRisks')],
    components: [...Object.keys(values.components ?? {}), ...leftOf(left, 'components')],
  };
}

function warnOfNothing(findings: Findings): void {
  const message = 'nothing can fail in this scenario';
  findings.warning(['failures'], { message, allowed: 'failures, events or both' }, 'key');
}

function stopRule({ precision, replications, maximumReplications }: ScenarioFile): StopRule {
  if (precision === undefined) return { kind: 'replications', count: replications! };
  return {
    kind: 'precision',
    relativeHalfWidth: precision,
    maximumReplications: maximumReplications!,
  };
}
