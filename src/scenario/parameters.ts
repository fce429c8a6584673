/**
 * Every parameter in force with where it came from: the file, a preset with its source, or what is
 * built in.
 */

import { FAULT_KINDS } from '../faults/kinds/fault-kinds.ts';
import type { FailureModePlan } from '../faults/plans.ts';
import type { Layout } from '../model/control-plane/layout.ts';
import { balancerDefaults } from './balancer-defaults.ts';
import { DEFAULT_PRESET, type PresetMode, type PresetName } from './catalogue/presets.ts';
import type { ScenarioFile } from './catalogue/scenario-schema.ts';
import type { SourcedDefault } from './defaults.ts';
import { derivedParameters } from './derived-parameters.ts';
import { defaultsInForce } from './etcd-defaults.ts';
import { presetsInUse } from './expand/expand-failures.ts';
import { presetOf } from './expand/mode-settings.ts';
import { kubernetesDefaultsOf } from './kubernetes-defaults.ts';
import { loadDefaults } from './load-defaults.ts';
import type { Origin, Parameter } from './scenario.ts';
import type { Findings } from './text/findings.ts';
import { written } from './text/written.ts';
import type { Path } from './text/yaml-document.ts';

interface BuiltIn {
  readonly path: Path;
  readonly value: string;
  readonly source: string;
  /** Whether it says how to run, not how the world is: then it is no parameter of the model. */
  readonly isRunSetting?: true;
  /** Whether it is in force; always unless said otherwise. */
  readonly when?: (file: ScenarioFile) => boolean;
}

const CHOICE = 'a choice of Quorate';
const SIMPLE = 'the simplest case';

/** Values in force where the file says nothing; all are assumptions of ours. */
export const BUILT_INS: readonly BuiltIn[] = [
  { path: ['seed'], value: '1', source: CHOICE, isRunSetting: true },
  { path: ['horizon'], value: '1 year', source: CHOICE },
  { path: ['warmUp'], value: '0 s', source: 'every history begins with all parts new' },
  {
    path: ['replications'],
    value: '1000',
    source: CHOICE,
    isRunSetting: true,
  },
  {
    path: ['maximumReplications'],
    value: '10000000',
    source: CHOICE,
    isRunSetting: true,
  },
  { path: ['confidence'], value: '95 %', source: 'the usual choice', isRunSetting: true },
  { path: ['topology', 'layout'], value: 'stacked', source: "kubeadm's default" },
  { path: ['topology', 'controlPlanes'], value: '3', source: 'the least that bears one failure' },
  {
    path: ['topology', 'etcdMembers'],
    value: '3',
    source: 'the least that bears one failure',
    when: ({ topology }) => topology.layout === 'external',
  },
  { path: ['topology', 'loadBalancer'], value: 'none', source: SIMPLE },
  { path: ['topology', 'nics'], value: '1', source: SIMPLE },
  {
    path: ['topology', 'switchesPerRack'],
    value: '1',
    source: SIMPLE,
    when: ({ topology }) => topology.racks !== undefined,
  },
  {
    path: ['failures', 'use'],
    value: DEFAULT_PRESET,
    source: 'a choice of Quorate, where `failures` is left out altogether',
    when: ({ failures }) => failures === undefined,
  },
  { path: ['failureClocks'], value: 'operating', source: 'what has no service does not wear' },
  { path: ['repair', 'crews'], value: 'unlimited', source: SIMPLE },
  { path: ['repair', 'dispatch'], value: '0 s', source: SIMPLE },
  { path: ['repair', 'hours'], value: 'always', source: SIMPLE },
];

export interface InForce {
  readonly layout: Layout;
  readonly modes: readonly FailureModePlan[];
  /** Whether etcd is simulated at message level. */
  readonly isSimulated: boolean;
  /** Whether what stands on etcd is simulated. */
  readonly hasKubernetes: boolean;
  /** Top-level keys whose value came from outside the file. */
  readonly options: readonly string[];
}

/** @param raw the file's values as written */
export function parametersInForce(
  raw: Readonly<Record<string, unknown>>,
  file: ScenarioFile,
  inForce: InForce,
  findings: Findings,
): Parameter[] {
  const { options, isSimulated, hasKubernetes } = inForce;
  const written = leaves(raw, [], hasKubernetes).filter(
    ({ path }) => !['$schema', 'quorate', 'name'].includes(String(path[0])),
  );
  const fromFile = written.map(({ path, value }): Parameter => {
    const origin: Origin = options.includes(String(path[0]))
      ? { kind: 'option' }
      : { kind: 'file', ...findings.position(path) };
    return { path: path.join('.'), value, origin };
  });
  const given = new Set(fromFile.map(({ path }) => path));
  const prefixed = (path: string) => [...given].some((one) => one.startsWith(`${path}.`));
  const builtIn = BUILT_INS.filter(
    ({ path, when, isRunSetting }) =>
      !isRunSetting &&
      !given.has(path.join('.')) &&
      !prefixed(path.join('.')) &&
      (when?.(file) ?? true),
  ).map(({ path, value, source }): Parameter => {
    return { path: path.join('.'), value, origin: { kind: 'built-in', source, evidence: 'A' } };
  });
  const defaults = [
    ...(isSimulated ? defaultsInForce(file) : []),
    ...(hasKubernetes ? ofKubernetes(file, inForce.layout) : []),
  ];
  const sourced = parametersOf(defaults).filter(({ path }) => !given.has(path));
  const stated = [...fromFile, ...fromPresets(file, inForce), ...builtIn, ...sourced];
  const known = new Set(stated.map(({ path }) => path));
  const derived = derivedParameters(raw, file, inForce).filter(({ path }) => !known.has(path));
  return [...stated, ...derived];
}

function ofKubernetes(file: ScenarioFile, { machines }: Layout): SourcedDefault[] {
  const own = machines.filter(({ role }) => role === 'loadBalancer').length;
  const ofBalancer = balancerDefaults(file.topology.loadBalancer, own);
  return [...kubernetesDefaultsOf(file), ...ofBalancer, ...loadDefaults(file)];
}

function parametersOf(defaults: readonly SourcedDefault[]): Parameter[] {
  return defaults.map(({ path, value, source, evidence }) => {
    const origin: Origin = { kind: 'built-in', source, evidence };
    return { path: path.join('.'), value: written(value), origin };
  });
}

interface Leaf {
  readonly path: Path;
  readonly value: string;
}

/**
 * Values as people write them; laws and lists are shown on one line.
 * @param hasKubernetes whether the settings of a balancer stand each for itself
 */
function leaves(value: unknown, path: Path, hasKubernetes: boolean): Leaf[] {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value);
  const inner = isMapping ? Object.entries(value) : [];
  if (!isMapping || path.length >= depthOf(path, hasKubernetes) || inner.length === 0) {
    if (Array.isArray(value) && ['events', 'objectives'].includes(String(path[0]))) {
      return value.map((one, index) => ({ path: [...path, index], value: written(one) }));
    }
    // A section of nothing may still say something, such as that nothing fails; its parts cannot.
    return isMapping && inner.length === 0 && path.length > 1
      ? []
      : [{ path, value: written(value) }];
  }
  return inner.flatMap(([key, one]) => leaves(one, [...path, key], hasKubernetes));
}

/** How deep a section's keys lie; below are laws and the like. */
function depthOf([section, key]: Path, hasKubernetes: boolean): number {
  if (key === 'loadBalancer' && hasKubernetes) return 5;
  if (section === 'overrides') return 4;
  if (key === 'sharedFate') return 4;
  if (['replacement', 'pairs'].includes(String(key))) return 3;
  return FLAT_SECTIONS.includes(String(section)) ? 2 : 3;
}

const FLAT_SECTIONS = [
  ...['levels', 'topology', 'repair', 'etcd', 'network', 'disk', 'backup'],
  ...['kubernetes', 'apiServer', 'controllers', 'clients', 'load'],
];

const LIFE = ['mttf', 'rate', 'afr', 'law', 'shape'];

/** What presets say of modes that can happen here, less what the file puts in its place. */
function fromPresets(file: ScenarioFile, { layout, hasKubernetes }: InForce): Parameter[] {
  return FAULT_KINDS.flatMap(({ key: mode, layer, targets }) => {
    if (layer === 'kubernetes' && !hasKubernetes) return [];
    const found = presetOf(presetsInUse(file), mode);
    const own = file.failures?.[mode];
    if (found === undefined || own === 'none') return [];
    if (targets(layout).length === 0) return [];
    const ownKeys = Object.entries(own ?? {}).flatMap(([key, value]) =>
      value === undefined ? [] : [key],
    );
    const replaced = ownKeys.some((key) => LIFE.includes(key)) ? [...ownKeys, ...LIFE] : ownKeys;
    return ofMode(mode, found.preset, found.entry).filter(
      ({ path }) => !replaced.includes(path.slice(`failures.${mode}.`.length)),
    );
  });
}

function ofMode(mode: string, preset: PresetName, entry: PresetMode): Parameter[] {
  return Object.entries(entry.settings).map(([key, value]) => {
    const { source, evidence } = LIFE.includes(key) ? entry.life : entry.repair;
    const origin: Origin = { kind: 'preset', preset, source, evidence };
    return { path: `failures.${mode}.${key}`, value: written(value), origin };
  });
}
