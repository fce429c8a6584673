/** docs/scenario-keys.md, made from the catalogue. */
import * as z from 'zod';
import { FAULT_KINDS } from '../../../src/faults/kinds/fault-kinds.ts';
import { keysOf, schemasBelow, unitOf } from '../../../src/scenario/catalogue/forms.ts';
import {
  type JsonSchema,
  scenarioJsonSchema,
} from '../../../src/scenario/catalogue/json-schema.ts';
import { type Default, factsOf } from '../../../src/scenario/catalogue/key.ts';
import { PRESETS } from '../../../src/scenario/catalogue/presets.ts';
import { scenarioSchema } from '../../../src/scenario/catalogue/scenario-schema.ts';
import { written } from '../../../src/scenario/text/written.ts';

type Key = readonly [key: string, schema: z.ZodType];

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const quoted = (text: string) => `\`${text}\``;

/** One row a value, with all the surroundings in which it holds. */
function defaultsOf(schema: z.ZodType): string {
  const holdersOf = new Map<string, string[]>();
  for (const usual of (factsOf(schema)?.defaults ?? []).filter(({ source }) => source !== '')) {
    const { when } = usual;
    const told = defaultText(usual);
    holdersOf.set(told, [...(holdersOf.get(told) ?? []), ...(when ? [when.text] : [])]);
  }
  const told = [...holdersOf].map(([text, some]) =>
    some.length === 0 ? text : `${some.join('; ')}: ${text}`,
  );
  return told.join('; ');
}

function defaultText({ value, text, source, evidence }: Default): string {
  return `${text ?? quoted(written(value))} (${source}) [${evidence}]`;
}

function table(keys: readonly Key[]): string {
  const rows = keys.map(([key, schema]) => {
    const { description = '', examples = [] } = z.globalRegistry.get(schema) ?? {};
    const shown = (examples as readonly unknown[]).map((one) => quoted(written(one))).join(', ');
    const cells = [quoted(key), description, defaultsOf(schema), unitOf(schema) ?? '', shown];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  const head = ['| key | what it says | if left out | unit | such as |', '|---|---|---|---|---|'];
  return [...head, ...rows].join('\n');
}

/** Each key once: of a balancer, whichever kind it is of. */
const once = (keys: readonly Key[]): Key[] => [...new Map(keys)];

/** A heading and a table for a mapping, and for each mapping below. */
function chapters(path: string, keys: readonly Key[]): string[] {
  const own = once(keys);
  const below = own.flatMap(([key, schema]) => {
    const inner = keysOf(schema);
    return inner.length === 0 ? [] : chapters(`${path}.${key}`, inner);
  });
  return [`## ${quoted(path)}\n\n${table(own)}\n`, ...below];
}

const root = keysOf(scenarioSchema);
const [, failures] = root.find(([key]) => key === 'failures')!;
const kinds = keysOf(failures);
const settings = keysOf(kinds.find(([key]) => key === 'machine.crash')![1]);
const isOwn = ([key]: Key) => !settings.some(([common]) => common === key);

/** What an entry of a section says beside what any failure may say. */
function entryOf(section: string): Key[] {
  const [, schema] = root.find(([key]) => key === section)!;
  return schemasBelow(schema, 'a')
    .flatMap((one) => keysOf(one))
    .filter(isOwn);
}

function detection(): readonly Key[] {
  return keysOf(settings.find(([key]) => key === 'detection')![1]);
}

/** Who ends a failure and how a crew comes to know of it, where nothing says so. */
function endTable(): string {
  const ofSection = (name: string): Key => {
    const [, schema] = root.find(([key]) => key === name)!;
    return [name, schemasBelow(schema, 'a')[0]!];
  };
  const sections = ['sharedRisks', 'commonCauses', 'partitions', 'components'].map(ofSection);
  const rows = [...kinds, ...sections].flatMap(([kind, schema]) => {
    const [by, found] = ['by', 'detection'].map((key) =>
      keysOf(schema).find(([own]) => own === key),
    );
    if (by === undefined) return [];
    return [
      `| ${[quoted(kind), cell(defaultsOf(by[1])), cell(defaultsOf(found![1]))].join(' | ')} |`,
    ];
  });
  return ['| failure | `by` | `detection` |', '|---|---|---|', ...rows].join('\n');
}

function presetTable(): string {
  const rows = Object.entries(PRESETS).flatMap(([preset, modes]) =>
    Object.entries(modes).flatMap(([mode, all]) =>
      Object.entries(all).map(([key, { value, source, evidence }]) => {
        const cells = [preset, `${mode}.${key}`, written(value)].map(quoted);
        return `| ${[...cells, `${cell(source)} [${evidence}]`].join(' | ')} |`;
      }),
    ),
  );
  return ['| preset | parameter | value | source |', '|---|---|---|---|', ...rows].join('\n');
}

function lawTable(): string {
  const { law } = scenarioJsonSchema().$defs as { law: { anyOf: readonly JsonSchema[] } };
  const { properties } = law.anyOf.find((form) => form.properties !== undefined)!;
  const rows = Object.entries(properties as Record<string, JsonSchema>).map(([key, one]) => {
    const shown = (one.examples as readonly unknown[]).map((example) => quoted(written(example)));
    return `| ${quoted(key)} | ${cell(String(one.description))} | ${cell(shown.join(', '))} |`;
  });
  return ['| distribution | parameters | such as |', '|---|---|---|', ...rows].join('\n');
}

const SECTIONS = ['topology', 'etcd', 'network', 'disk', 'backup', 'kubernetes', 'apiServer'];
const MORE = ['controllers', 'clients', 'load', 'repair'];

export function reference(): string {
  const section = (name: string) => chapters(name, keysOf(root.find(([key]) => key === name)![1]));
  const events = root.find(([key]) => key === 'events')![1];
  const own = FAULT_KINDS.filter((kind) => kind.settings !== undefined).map(({ key }) => key);
  return [
    '# Every key of a scenario file',
    'Made from the catalogue that checks the files; see [the format](scenario-format.md) for how',
    'they go together. Evidence: V, read in the source; D, derived; A, an assumption. The unit is',
    'that of the value in `quorate explain --format json`. Any path, such as',
    '`topology.loadBalancer.kind`, goes with `--set path=value`.\n',
    `## Top level\n\n${table(root)}\n`,
    ...[...SECTIONS, ...MORE].flatMap(section),
    `## \`failures\`\n\n${table(kinds)}\n`,
    `## Settings of a failure\n\n${table(settings)}\n`,
    ...chapters('detection', detection()),
    `## Who ends a failure, if left out\n\n${endTable()}\n`,
    ...own.map((kind) => {
      const found = keysOf(kinds.find(([key]) => key === kind)![1]).filter(isOwn);
      return `## \`${kind}\`, beside the settings of a failure\n\n${table(found)}\n`;
    }),
    `## Distributions\n\n${lawTable()}\n`,
    ...['sharedRisks', 'commonCauses', 'partitions'].map(
      (name) => `## \`${name}\`, beside the settings of a failure\n\n${table(entryOf(name))}\n`,
    ),
    ...chapters(
      'events',
      schemasBelow(events, '0').flatMap((one) => keysOf(one)),
    ),
    `## Presets\n\n${presetTable()}\n`,
  ].join('\n');
}
