/** The failure modes of `failures` and `overrides`: one for each thing that a kind can hit. */
import { effectOf, type FaultKind, type Target } from '../../faults/kinds/fault-kind.ts';
import { FAULT_KINDS, type FaultKey, faultKindOf, SHARED } from '../../faults/kinds/fault-kinds.ts';
import type { FailureModePlan, FaultEffect } from '../../faults/plans.ts';
import { streamOf } from '../../model/control-plane/layout.ts';
import type { ModeSettings } from '../catalogue/failure-schema.ts';
import { kindValues } from '../catalogue/kind-settings.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';
import { type Behaviour, behaviour, layered } from './mode-settings.ts';
import type { Names } from './names.ts';

/** The general settings of a mode, or undefined where nothing says that it fails. */
function generalSettings(file: ScenarioFile, mode: FaultKey): ModeSettings | undefined {
  const own = file.failures[mode];
  return own === 'none' ? undefined : own;
}

export function expandFailures(
  file: ScenarioFile,
  names: Names,
  findings: Findings,
): FailureModePlan[] {
  checkOverrides(file, names, findings);
  const modes = FAULT_KINDS.flatMap((kind) => modesOfKind(kind, file, names, findings));
  return modes.map((mode) => ({ ...mode, renews: renewedBy(mode, modes) }));
}

function modesOfKind(
  kind: FaultKind<FaultKey>,
  file: ScenarioFile,
  names: Names,
  findings: Findings,
): FailureModePlan[] {
  const { key: mode, by, isKill = false } = kind;
  const hit = kind.targets(names.layout);
  const path = ['failures', mode];
  const settings = generalSettings(file, mode);
  if (hit.length === 0 && settings !== undefined && findings.isGiven(path)) {
    findings.warning(path, { message: `this topology has nothing that ${mode} can hit` }, 'key');
  }
  const isWatchable = hit.every(({ parts }) => parts.length > 0);
  const demands = { kind: mode, by: by.value, isKill, isWatchable, mayRest: false };
  const plan = (given: ModeSettings, at: Path) =>
    behaviour(given, { ...demands, path: at }, findings);
  const general = settings === undefined ? undefined : plan(settings, path);
  const beta = settings?.beta;
  const single = hit.flatMap((target): FailureModePlan[] => {
    const found = overridden(mode, target, settings, file);
    const own =
      found.path === undefined ? general : found.settings && plan(found.settings, found.path);
    if (own === undefined || found.settings === undefined) return [];
    const hazardFactor = beta !== undefined && target.carriesMember ? 1 - beta : 1;
    const clockOf = clockFor(found.settings, target.clockOf, file);
    const effect = effectOf(kind, [target], kindValues(kind, found.settings));
    const name = `${target.component}/${mode}`;
    const stream = `${streamsOf(target, names)}/${mode}`;
    return [modePlan({ name, stream, kind: mode }, effect, own, { hazardFactor, clockOf })];
  });
  const shared = hit.filter(
    (target) =>
      target.carriesMember && overridden(mode, target, settings, file).settings !== undefined,
  );
  if (beta === undefined || general === undefined || shared.length === 0) return single;
  const effect = effectOf(kind, shared, kindValues(kind, settings ?? {}));
  return [...single, groupMode(mode, effect, general, beta)];
}

/** The shock that hits all parts of a kind at once. A supervisor watches one process: not this. */
function groupMode(
  mode: FaultKey,
  effect: FaultEffect,
  general: Behaviour,
  beta: number,
): FailureModePlan {
  const { law, repair } = general;
  const by = repair.by === 'supervisor' ? 'itself' : repair.by;
  const timing = { hazardFactor: beta, clockOf: undefined };
  const shock = { law, repair: { ...repair, by } as const };
  const name = `group/${mode}`;
  return modePlan({ name, stream: name, kind: `${mode}${SHARED}` }, effect, shock, timing);
}

/** Of a pair of zones, those of both. */
function streamsOf({ component }: Target, { layout }: Names): string {
  return component
    .split(':')
    .map((one) => streamOf(one, layout))
    .join(':');
}

function modePlan(
  identity: Pick<FailureModePlan, 'name' | 'stream' | 'kind'>,
  effect: FaultEffect,
  { law, repair }: Behaviour,
  timing: { hazardFactor: number; clockOf: string | undefined },
): FailureModePlan {
  return {
    ...identity,
    effect,
    hitProbability: 1,
    law,
    ...timing,
    renews: [],
    repair,
  };
}

/** The settings of one target and, where an override speaks of it, the place of the last one. */
function overridden(
  mode: FaultKey,
  target: Target,
  general: ModeSettings | undefined,
  file: ScenarioFile,
): { settings: ModeSettings | undefined; path: Path | undefined } {
  let settings = general;
  let path: Path | undefined;
  for (const name of target.overriddenBy) {
    const own = file.overrides?.[name]?.[mode];
    if (own === undefined) continue;
    path = ['overrides', name, mode];
    if (own === 'none') settings = undefined;
    else settings = settings === undefined ? own : layered(settings, own);
  }
  return { settings, path };
}

function clockFor(
  settings: ModeSettings,
  part: string | undefined,
  file: ScenarioFile,
): string | undefined {
  return (settings.clock ?? file.failureClocks) === 'calendar' ? undefined : part;
}

/** Modes of what is replaced when a fault of `mode` is repaired: all of it within what it hit. */
function renewedBy(mode: FailureModePlan, modes: readonly FailureModePlan[]): string[] {
  const key = faultKindOf(mode.kind)!.key;
  const kinds = FAULT_KINDS.filter((kind) => kind.renewedBy?.includes(key));
  if (kinds.length === 0) return [];
  const renewed = modes.filter(
    (other) =>
      other !== mode &&
      kinds.some((kind) => kind.key === other.kind) &&
      whatIsHit(other.effect).every((part) =>
        mode.effect.parts.some((machine) => part === machine || part.startsWith(`${machine}.`)),
      ),
  );
  return renewed.map(({ name }) => name);
}

/** Parts that go down, and machines with a disk that does not work as it should. */
function whatIsHit({ parts, impairments = [] }: FaultEffect): readonly string[] {
  return [...parts, ...impairments.flatMap((one) => ('machines' in one ? one.machines : []))];
}

/** Every override must name something, and modes that can hit it. */
function checkOverrides(file: ScenarioFile, names: Names, findings: Findings): void {
  const targets = new Map(
    FAULT_KINDS.map(({ key, targets: hit }) => [key, hit(names.layout)] as const),
  );
  for (const [name, modes] of Object.entries(file.overrides ?? {})) {
    const fitting = [...targets.keys()].filter((mode) =>
      targets.get(mode)!.some(({ overriddenBy }) => overriddenBy.includes(name)),
    );
    if (names.kindOf(name) === undefined) {
      if (!names.mayExist(name)) {
        findings.unknownName(['overrides', name], names.unknown('part', name), 'key');
      }
      continue;
    }
    for (const mode of Object.keys(modes) as FaultKey[]) {
      if (modes[mode] === undefined || fitting.includes(mode) || names.isDoubtful) continue;
      const message = `${mode} does not happen to ${name}`;
      const allowed = fitting.join(', ') || 'failures of machines, their parts, racks and zones';
      findings.problem(['overrides', name, mode], { message, allowed }, 'key');
    }
  }
}
