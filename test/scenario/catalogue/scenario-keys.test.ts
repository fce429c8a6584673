/** docs/scenario-keys.md is made from the schema, so that it cannot fall behind. */
import { expect, it } from 'vitest';
import { balancerDefaults } from '../../../src/scenario/balancer-defaults.ts';
import {
  type BalancerSection,
  CLOUD_PROVIDERS,
  LOAD_BALANCERS,
} from '../../../src/scenario/catalogue/balancer-schema.ts';
import { ETCD_VERSIONS } from '../../../src/scenario/catalogue/etcd-schema.ts';
import {
  type JsonSchema,
  scenarioJsonSchema,
} from '../../../src/scenario/catalogue/json-schema.ts';
import { KUBERNETES_VERSIONS } from '../../../src/scenario/catalogue/kubernetes-schema.ts';
import { PRESETS, type Source } from '../../../src/scenario/catalogue/presets.ts';
import type { SourcedDefault } from '../../../src/scenario/defaults.ts';
import { etcdDefaults } from '../../../src/scenario/etcd-defaults.ts';
import { kubernetesDefaults } from '../../../src/scenario/kubernetes-defaults.ts';
import { FATE_DEFAULTS, LOAD_DEFAULTS } from '../../../src/scenario/load-defaults.ts';
import { BUILT_INS } from '../../../src/scenario/parameters.ts';
import { written } from '../../../src/scenario/text/written.ts';

const schema = scenarioJsonSchema();

type Properties = Readonly<Record<string, JsonSchema>>;

const propertiesOf = (one: JsonSchema): Properties => (one.properties ?? {}) as Properties;
const root = propertiesOf(schema);
const entryOf = (section: string) => root[section]!.additionalProperties as JsonSchema;
/** The form of a choice that is a mapping. */
const mappingOf = (one: JsonSchema) =>
  (one.anyOf as readonly JsonSchema[]).find((form) => form.properties !== undefined)!;

/** What one kind of balancer or another may say, with the examples of all. */
function ofAnyKind({ anyOf }: JsonSchema): Properties {
  const { oneOf } = (anyOf as readonly JsonSchema[]).find((form) => form.oneOf !== undefined)!;
  const all = new Map<string, JsonSchema>();
  for (const form of oneOf as readonly JsonSchema[]) {
    for (const [key, one] of Object.entries(propertiesOf(form))) {
      const known = all.get(key);
      const examples = [...((known?.examples ?? []) as unknown[]), ...(one.examples as unknown[])];
      const distinct = new Map(examples.map((example) => [written(example), example]));
      all.set(key, { ...one, ...known, examples: [...distinct.values()] });
    }
  }
  return Object.fromEntries(all);
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function defaultOf(path: string): string {
  const found = BUILT_INS.find((one) => one.path.join('.') === path);
  if (found !== undefined) return `\`${found.value}\` (${found.source})`;
  const ofLoad = [...LOAD_DEFAULTS, ...FATE_DEFAULTS].find((one) => one.path.join('.') === path);
  if (ofLoad !== undefined) return toldOf(ofLoad);
  if (path.startsWith('topology.loadBalancer.')) return defaultOfBalancer(path);
  return defaultOfKubernetes(path) || defaultOfEtcd(path);
}

function toldOf({ value, source, evidence }: SourcedDefault): string {
  return `\`${written(value)}\` (${source}) [${evidence}]`;
}

/** Each kind of balancer, and each provider of clouds. */
const BALANCERS = LOAD_BALANCERS.flatMap((kind): [string, BalancerSection][] =>
  kind === 'cloud'
    ? CLOUD_PROVIDERS.map((provider) => [provider, { kind, provider }])
    : [[kind, { kind }]],
);

/** Once for all balancers that share it. */
function defaultOfBalancer(path: string): string {
  const balancersOf = new Map<string, string[]>();
  for (const [name, section] of BALANCERS) {
    const found = balancerDefaults(section, 2).find((one) => one.path.join('.') === path);
    if (found === undefined) continue;
    const text = toldOf(found);
    balancersOf.set(text, [...(balancersOf.get(text) ?? []), name]);
  }
  return sharedOnce(balancersOf);
}

/** Once for all versions in a row that share it. */
function defaultOfKubernetes(path: string): string {
  const versionsOf = new Map<string, string[]>();
  for (const version of KUBERNETES_VERSIONS) {
    const found = kubernetesDefaults(version).find((one) => one.path.join('.') === path);
    if (found === undefined) return '';
    const text = toldOf(found);
    versionsOf.set(text, [...(versionsOf.get(text) ?? []), version]);
  }
  const firstAndLast = ([text, some]: [string, string[]]): [string, string[]] => [
    text,
    [[...new Set([some[0]!, some.at(-1)!])].join(' to ')],
  ];
  return sharedOnce(new Map([...versionsOf].map(firstAndLast)));
}

/** Once for all versions that share it. */
function defaultOfEtcd(path: string): string {
  const versionsOf = new Map<string, string[]>();
  for (const version of ETCD_VERSIONS) {
    const found = etcdDefaults(version).find((one) => one.path.join('.') === path);
    if (found === undefined) return '';
    const source = found.source.replace(`, v${version}`, '').replace('etcd server/', 'etcd ');
    const text = `\`${written(found.value)}\` (${source}) [${found.evidence}]`;
    versionsOf.set(text, [...(versionsOf.get(text) ?? []), version]);
  }
  return sharedOnce(versionsOf);
}

/** Texts, each with those it holds for unless it is the only one. */
function sharedOnce(holdersOf: ReadonlyMap<string, readonly string[]>): string {
  const isSame = holdersOf.size === 1;
  const told = [...holdersOf].map(([text, some]) =>
    isSame ? text : `${some.join(', ')}: ${text}`,
  );
  return told.join('; ');
}

function table(properties: Properties, prefix: string): string {
  const rows = Object.entries(properties).map(([key, property]) => {
    const examples = (property.examples as readonly unknown[] | undefined) ?? [];
    const shown = examples.map((example) => `\`${written(example)}\``).join(', ');
    const described = String(property.description ?? '');
    const cells = [`\`${key}\``, described, defaultOf(prefix + key), shown];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  return ['| key | what it says | if left out | such as |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function without(properties: Properties, other: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !(key in other)));
}

function presetTable(): string {
  const rows = Object.entries(PRESETS).flatMap(([preset, modes]) =>
    Object.entries(modes).map(([mode, { settings, life, repair }]) => {
      const told = ({ source, evidence }: Source) => `${source} [${evidence}]`;
      const sources = `${told(life)}; repair: ${told(repair)}`;
      return `| \`${preset}\` | \`${mode}\` | \`${written(settings)}\` | ${cell(sources)} |`;
    }),
  );
  return ['| preset | failure | settings | sources |', '|---|---|---|---|', ...rows].join('\n');
}

/** Events of which more is said than whom they hit. */
const ACTIONS_WITH_KEYS = [
  'rollingReboot',
  'crashAt',
  'slowDisk',
  'flap',
  'degradeNetwork',
  'surge',
  'replaceMember',
];

const BALANCER = 'topology.loadBalancer.';

function reference(): string {
  const failures = propertiesOf(root.failures!);
  const mode = propertiesOf(mappingOf(failures['machine.crash']!));
  const event = propertiesOf((root.events as { items: JsonSchema }).items);
  const etcd = propertiesOf(root.etcd!);
  const ofEtcd = (key: string) => propertiesOf(etcd[key]!);
  const latency = propertiesOf(mappingOf(propertiesOf(root.network!).sameZone!));
  const slow = without(propertiesOf(mappingOf(failures['disk.slow']!)), mode);
  const balancer = ofAnyKind(propertiesOf(root.topology!).loadBalancer!);
  const fate = propertiesOf(mappingOf(propertiesOf(root.load!).sharedFate!));
  const surge = without(propertiesOf(mappingOf(failures['clients.surge']!)), mode);
  const law = (schema.$defs as { law: JsonSchema }).law;
  const own = (section: string) => without(propertiesOf(entryOf(section)), mode);
  return [
    '# Every key of a scenario file',
    'Made from the schema that checks the files; see [the format](scenario-format.md) for how they',
    'go together. Evidence: V, read in the source; A, an assumption.\n',
    `## Top level\n\n${table(root, '')}\n`,
    `## \`topology\`\n\n${table(propertiesOf(root.topology!), 'topology.')}\n`,
    `## \`topology.loadBalancer\`, as a mapping\n\n${table(balancer, BALANCER)}\n`,
    ...['timeout', 'haproxy', 'vrrp', 'script'].map((key) => {
      const { anyOf } = balancer[key]!;
      const inner = propertiesOf(anyOf === undefined ? balancer[key]! : mappingOf(balancer[key]!));
      return `## \`topology.loadBalancer.${key}\`\n\n${table(inner, `${BALANCER}${key}.`)}\n`;
    }),
    `## \`etcd\`\n\n${table(etcd, 'etcd.')}\n`,
    `## \`etcd.replacement\`\n\n${table(ofEtcd('replacement'), 'etcd.replacement.')}\n`,
    `## \`network\`\n\n${table(propertiesOf(root.network!), 'network.')}\n`,
    `## A latency of \`network\`\n\n${table(latency, '')}\n`,
    `## \`disk\`\n\n${table(propertiesOf(root.disk!), 'disk.')}\n`,
    `## \`backup\`\n\n${table(propertiesOf(mappingOf(root.backup!)), 'backup.')}\n`,
    ...['kubernetes', 'apiServer', 'controllers', 'clients', 'load'].map(
      (section) => `## \`${section}\`\n\n${table(propertiesOf(root[section]!), `${section}.`)}\n`,
    ),
    `## \`load.sharedFate\`\n\n${table(fate, 'load.sharedFate.')}\n`,
    ...Object.entries(fate).map(([coupling, one]) => {
      const path = `load.sharedFate.${coupling}`;
      return `## \`${path}\`\n\n${table(propertiesOf(mappingOf(one)), `${path}.`)}\n`;
    }),
    `## \`failures\`\n\n${table(failures, 'failures.')}\n`,
    `## Settings of a failure\n\n${table(mode, '')}\n`,
    `## \`disk.slow\`, beside the settings of a failure\n\n${table(slow, 'failures.disk.slow.')}\n`,
    `## \`clients.surge\`, beside the settings of a failure\n\n${table(surge, '')}\n`,
    `## Laws\n\n${table(propertiesOf(mappingOf(law)), '')}\n`,
    `## \`sharedRisks\`, beside the settings of a failure\n\n${table(own('sharedRisks'), '')}\n`,
    `## \`commonCauses\`, beside the settings of a failure\n\n${table(own('commonCauses'), '')}\n`,
    `## \`partitions\`, beside the settings of a failure\n\n${table(own('partitions'), '')}\n`,
    `## \`events\`\n\n${table(event, '')}\n`,
    ...ACTIONS_WITH_KEYS.map(
      (action) => `## \`${action}\`\n\n${table(propertiesOf(event[action]!), '')}\n`,
    ),
    `## \`repair\`\n\n${table(propertiesOf(root.repair!), 'repair.')}\n`,
    `## Presets\n\n${presetTable()}\n`,
  ].join('\n');
}

it('documents every key', async () => {
  await expect(reference()).toMatchFileSnapshot('../../../docs/scenario-keys.md');
});
