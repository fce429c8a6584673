/**
 * Parameters in force that follow from what a scenario models, where it does not give them itself:
 * who repairs a failure, how it is found, the kubelet's back-off, the machines of a balancer.
 */
import { MINUTE, SECOND } from '../engine/clock.ts';
import type { FaultKind, KindSetting } from '../faults/kinds/fault-kind.ts';
import { FAULT_KINDS } from '../faults/kinds/fault-kinds.ts';
import type { FailureModePlan } from '../faults/plans.ts';
import type { Layout } from '../model/control-plane/layout.ts';
import type { ReplacementPlan } from '../model/etcd/etcd-plan.ts';
import { KUBELET_BACK_OFF } from '../model/process/supervisor.ts';
import { USUAL_CHECKS } from './catalogue/failure-schema.ts';
import type { ScenarioFile } from './catalogue/scenario-schema.ts';
import { etcdSettings } from './etcd-defaults.ts';
import type { InForce } from './parameters.ts';
import type { Evidence, Parameter } from './scenario.ts';

const USUAL = 'the usual one of this kind';

/**
 * Candidates: whoever asks leaves out those that the file or a preset gives.
 * @param raw the file's values as written
 */
export function derivedParameters(
  raw: Readonly<Record<string, unknown>>,
  file: ScenarioFile,
  { layout, modes, isSimulated, hasKubernetes }: Omit<InForce, 'options'>,
): Parameter[] {
  return [
    ...ofBalancer(file, layout),
    ...(hasKubernetes ? ofChecks(file) : []),
    ...FAULT_KINDS.flatMap((kind) => ofKind(kind, modes)),
    ...ofSections(file, modes),
    ...ofEvents(raw, isSimulated ? etcdSettings(file).etcd.replacement : undefined),
    ...ofHealthChecks(raw, ''),
  ];
}

function builtIn(path: string, value: string, source: string, evidence: Evidence = 'A'): Parameter {
  return { path, value, origin: { kind: 'built-in', source, evidence } };
}

function ofBalancer({ topology }: ScenarioFile, { machines }: Layout): Parameter[] {
  const { kind, machines: given } = topology.loadBalancer;
  const count = machines.filter(({ role }) => role === 'loadBalancer').length;
  if (given !== undefined || count === 0) return [];
  const source = count === 1 ? 'one machine' : 'a virtual address moves between two machines';
  return [builtIn('topology.loadBalancer.machines', String(count), `${kind}: ${source}`)];
}

/** What follows `inter` of HAProxy unless it is given. */
function ofChecks({ topology: { loadBalancer } }: ScenarioFile): Parameter[] {
  const { kind } = loadBalancer;
  if (!['haproxy', 'haproxy-keepalived', 'client-side'].includes(kind)) return [];
  const path = `topology.loadBalancer${kind === 'haproxy' ? '' : '.haproxy'}`;
  return ['fastinter', 'downinter'].map((key) =>
    builtIn(`${path}.${key}`, 'as inter', 'HAProxy 2.6, doc/configuration.txt', 'V'),
  );
}

function ofKind(
  { key, by, isKill, settings = [] }: FaultKind,
  modes: readonly FailureModePlan[],
): Parameter[] {
  const own = modes.filter(({ kind }) => kind === key);
  const path = `failures.${key}`;
  if (own.length === 0) return [];
  if (isKill) {
    return [builtIn(`${path}.repair`, 'none', 'whoever keeps the process starts it again')];
  }
  return [
    builtIn(`${path}.by`, by.value, by.source, by.evidence),
    ...detection(path, own),
    ...(own.some(({ repair }) => repair.by === 'supervisor') ? [backOff(path)] : []),
    ...settings.flatMap((setting) => ofSetting(path, setting)),
  ];
}

function ofSetting(path: string, setting: KindSetting): Parameter[] {
  const { key, default: usual, source, evidence } = setting;
  return usual === undefined ? [] : [builtIn(`${path}.${key}`, usual, source, evidence)];
}

function backOff(path: string): Parameter {
  const { initial, maximum, forgottenAfter } = KUBELET_BACK_OFF;
  const value =
    `${initial / SECOND} s doubling to ${maximum / SECOND} s, ` +
    `forgotten after ${forgottenAfter / MINUTE} min; the first restart is immediate`;
  return builtIn(`${path}.backOff`, value, 'kubelet, MaxContainerBackOff', 'V');
}

/** At once, where nothing says how a crew comes to know. */
function detection(path: string, modes: readonly FailureModePlan[]): Parameter[] {
  const isAtOnce = modes.some(({ repair }) => repair.by === 'crew' && !repair.detection);
  return isAtOnce ? [builtIn(`${path}.detection`, 'at once', 'the simplest case')] : [];
}

/** Of shared risks, common causes, partitions and components that fail. */
function ofSections(file: ScenarioFile, modes: readonly FailureModePlan[]): Parameter[] {
  const kinds = [
    ['sharedRisks', 'crew', '/risk.outage'],
    ['commonCauses', 'itself', '/commonCause'],
    ['partitions', 'itself', '/partition'],
    ['components', 'crew', '/component.failure'],
  ] as const;
  return kinds.flatMap(([section, by, ending]) =>
    Object.keys(file[section] ?? {}).flatMap((name) => {
      const own = modes.filter((mode) => mode.name === name + ending);
      const path = `${section}.${name}`;
      if (own.length === 0) return [];
      const common = [builtIn(`${path}.by`, by, USUAL), ...detection(path, own)];
      if (section === 'commonCauses') {
        common.push(builtIn(`${path}.probability`, '100 %', 'every part listed is hit'));
      }
      if (section === 'partitions') {
        common.push(builtIn(`${path}.direction`, 'both', 'the usual cut'));
      }
      return common;
    }),
  );
}

type WrittenEvent = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;

/** @param replacement how members are replaced; undefined where etcd is not at message level */
function ofEvents(
  { events }: Readonly<Record<string, unknown>>,
  replacement: ReplacementPlan | undefined,
): Parameter[] {
  const given = (events ?? []) as readonly WrittenEvent[];
  return given.flatMap(({ rollingReboot, replaceMember, flap }, index) => {
    const open = (key: string, action: typeof flap, usual: Usual): Parameter[] =>
      Object.entries(usual).flatMap(([name, { value, source }]) =>
        action === undefined || action[name] !== undefined
          ? []
          : [builtIn(`events.${index}.${key}.${name}`, value, source)],
      );
    const atMessages = replacement === undefined ? {} : { graceful: GRACEFUL };
    return [
      ...open('rollingReboot', rollingReboot, { careful: CAREFUL, ...atMessages }),
      ...open('flap', flap, { direction: { value: 'both', source: 'the usual cut' } }),
      ...(replacement === undefined
        ? []
        : open('replaceMember', replaceMember, {
            order: { value: replacement.order, source: REPLACED },
            asLearner: { value: String(replacement.asLearner), source: REPLACED },
          })),
    ];
  });
}

type Usual = Readonly<Record<string, { readonly value: string; readonly source: string }>>;

const CAREFUL = { value: 'true', source: 'the usual order of work' };
const GRACEFUL = { value: 'true', source: 'an orderly shutdown asks processes to stop first' };
const REPLACED = 'as etcd.replacement says';

/** How often a check must fail or pass, wherever below `path` a health check leaves that open. */
function ofHealthChecks(value: unknown, path: string): Parameter[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const place = path === '' ? key : `${path}.${key}`;
    if (key !== 'healthCheck' || typeof inner !== 'object' || inner === null) {
      return ofHealthChecks(inner, place);
    }
    const open = Object.entries(USUAL_CHECKS).filter(([name]) => !(name in inner));
    return open.map(([name, count]) =>
      builtIn(`${place}.${name}`, String(count), 'the default of HAProxy', 'V'),
    );
  });
}
