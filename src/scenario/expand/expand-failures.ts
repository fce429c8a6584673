/** The failure modes of `failures` and `overrides`: one for each thing that a kind can hit. */
import type { FailureModePlan, FaultEffect } from '../../faults/plans.ts';
import type { ModeSettings } from '../catalogue/failure-schema.ts';
import { KILLING_MODES, MODE_NAMES, type ModeName } from '../catalogue/mode-names.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import { FAILURE_KINDS, RENEWED_BY_LOSS, type Target } from '../failure-kinds.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';
import { type Behaviour, behaviour, layered } from './mode-settings.ts';
import type { Names } from './names.ts';

/** The general settings of a mode, or undefined where nothing says that it fails. */
function generalSettings(file: ScenarioFile, mode: ModeName): ModeSettings | undefined {
  const own = file.failures[mode];
  return own === 'none' ? undefined : own;
}

export function expandFailures(
  file: ScenarioFile,
  names: Names,
  findings: Findings,
): FailureModePlan[] {
  checkOverrides(file, names, findings);
  const modes = MODE_NAMES.flatMap((mode) => modesOfKind(mode, file, names, findings));
  return modes.map((mode) => (mode.kind.startsWith('machine.loss') ? renewing(mode, modes) : mode));
}

function modesOfKind(
  mode: ModeName,
  file: ScenarioFile,
  names: Names,
  findings: Findings,
): FailureModePlan[] {
  const { by, targets } = FAILURE_KINDS[mode];
  const hit = targets(names.layout);
  const path = ['failures', mode];
  const settings = generalSettings(file, mode);
  const own = file.failures?.[mode];
  if (hit.length === 0 && own !== undefined && own !== 'none') {
    findings.warning(path, { message: `this topology has nothing that ${mode} can hit` }, 'key');
  }
  const isKill = KILLING_MODES.includes(mode);
  const isWatchable = hit.every(({ parts }) => parts.length > 0);
  const plan = (given: ModeSettings, at: Path) =>
    behaviour(given, { kind: mode, by, path: at, isKill, isWatchable, mayRest: false }, findings);
  const general = settings === undefined ? undefined : plan(settings, path);
  const beta = settings?.beta;
  const single = hit.flatMap((target): FailureModePlan[] => {
    const found = overridden(mode, target, settings, file);
    const own =
      found.path === undefined ? general : found.settings && plan(found.settings, found.path);
    if (own === undefined || found.settings === undefined) return [];
    const hazardFactor = beta !== undefined && target.carriesMember ? 1 - beta : 1;
    const clockOf = clockFor(found.settings, target.clockOf, file);
    const effect = effectOn([target], mode, found.settings);
    const name = `${target.component}/${mode}`;
    return [modePlan(name, mode, effect, own, { hazardFactor, clockOf })];
  });
  const shared = hit.filter(
    (target) =>
      target.carriesMember && overridden(mode, target, settings, file).settings !== undefined,
  );
  if (beta === undefined || general === undefined || shared.length === 0) return single;
  return [...single, groupMode(mode, effectOn(shared, mode, settings), general, beta)];
}

/** The shock that hits all parts of a kind at once. A supervisor watches one process: not this. */
function groupMode(
  mode: ModeName,
  effect: FaultEffect,
  general: Behaviour,
  beta: number,
): FailureModePlan {
  const { law, repair } = general;
  const by = repair.by === 'supervisor' ? 'itself' : repair.by;
  const timing = { hazardFactor: beta, clockOf: undefined };
  const shock = { law, repair: { ...repair, by } as const };
  return modePlan(`group/${mode}`, `${mode}.common`, effect, shock, timing);
}

/** What a mode does where it hits all of `targets` at once. */
function effectOn(
  targets: readonly Target[],
  mode: ModeName,
  settings: ModeSettings = {},
): FaultEffect {
  const { impairment, losesData } = FAILURE_KINDS[mode];
  const impaired = targets.flatMap((target) => target.impaired);
  return {
    parts: targets.flatMap((target) => target.parts),
    cuts: targets.flatMap((target) => target.cuts),
    ...(impairment === undefined ? {} : { impairments: [impairment(impaired, settings)] }),
    ...(losesData === undefined ? {} : { losesData }),
  };
}

function modePlan(
  name: string,
  kind: string,
  effect: FaultEffect,
  { law, repair }: Behaviour,
  timing: { hazardFactor: number; clockOf: string | undefined },
): FailureModePlan {
  return {
    name,
    kind,
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
  mode: ModeName,
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

/** Lost machines, one or all of a group, come back with new hardware. */
function renewing(loss: FailureModePlan, modes: readonly FailureModePlan[]): FailureModePlan {
  const machines = loss.effect.parts;
  const kinds: readonly string[] =
    loss.kind === 'machine.loss' ? RENEWED_BY_LOSS : [...RENEWED_BY_LOSS, 'machine.loss'];
  const renewed = modes.filter(
    ({ kind, effect }) =>
      kinds.includes(kind) &&
      whatIsHit(effect).every((part) =>
        machines.some((machine) => part === machine || part.startsWith(`${machine}.`)),
      ),
  );
  return { ...loss, renews: renewed.map(({ name }) => name) };
}

/** Parts that go down, and machines with a disk that does not work as it should. */
function whatIsHit({ parts, impairments = [] }: FaultEffect): readonly string[] {
  return [...parts, ...impairments.flatMap((one) => ('machines' in one ? one.machines : []))];
}

/** Every override must name something, and modes that can hit it. */
function checkOverrides(file: ScenarioFile, names: Names, findings: Findings): void {
  const targets = new Map(
    MODE_NAMES.map((mode) => [mode, FAILURE_KINDS[mode].targets(names.layout)] as const),
  );
  for (const [name, modes] of Object.entries(file.overrides ?? {})) {
    const fitting = MODE_NAMES.filter((mode) =>
      targets.get(mode)!.some(({ overriddenBy }) => overriddenBy.includes(name)),
    );
    if (names.kindOf(name) === undefined) {
      if (!names.mayExist(name)) {
        findings.unknownName(['overrides', name], names.unknown('part', name), 'key');
      }
      continue;
    }
    for (const mode of Object.keys(modes) as ModeName[]) {
      if (modes[mode] === undefined || fitting.includes(mode) || names.isDoubtful) continue;
      const message = `${mode} does not happen to ${name}`;
      const allowed = fitting.join(', ') || 'failures of machines, their parts, racks and zones';
      findings.problem(['overrides', name, mode], { message, allowed }, 'key');
    }
  }
}
