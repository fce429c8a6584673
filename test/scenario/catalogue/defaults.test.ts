/**
 * A default stands in one place: changed there, it is what `explain` shows, what the published
 * schema and docs/scenario-keys.md say, and what is simulated. Tried for every default there is.
 */
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { FAULT_KINDS } from '../../../src/faults/kinds/fault-kinds.ts';
import { keysOf, schemasBelow } from '../../../src/scenario/catalogue/forms.ts';
import { scenarioJsonSchema } from '../../../src/scenario/catalogue/json-schema.ts';
import { type Default, factsOf, type Written } from '../../../src/scenario/catalogue/key.ts';
import { pathOf } from '../../../src/scenario/catalogue/paths.ts';
import { scenarioSchema } from '../../../src/scenario/catalogue/scenario-schema.ts';
import type { Parameter } from '../../../src/scenario/origin.ts';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { written } from '../../../src/scenario/text/written.ts';
import { reference } from './reference.ts';

const FAULTS = FAULT_KINDS.map(
  ({ key, isKill }) => `  ${key}: { mttf: 1 year${isKill ? '' : ', repair: 1 h'} }`,
).filter((line) => !line.includes('clients.surge'));

const CREW = FAULT_KINDS.filter(({ isKill }) => !isKill).map(
  ({ key }) => `  ${key}: { mttf: 1 year, repair: 1 h, by: crew }`,
);

/** Together they have every default in force. */
const BASES = [
  '',
  'precision: 5 %',
  'topology: { layout: external, zones: [a, b, c], racks: [r1, r2, r3] }\nclients: {}',
  ...['haproxy', 'haproxy-keepalived', 'kube-vip', 'client-side', 'dns'].map(
    (kind) => `topology: { loadBalancer: ${kind} }\nclients: {}`,
  ),
  ...['aws-nlb', 'azure-standard', 'gcp-passthrough'].map(
    (provider) => `topology: { loadBalancer: { kind: cloud, provider: ${provider} } }\nclients: {}`,
  ),
  'topology: { loadBalancer: cloud }\nclients: {}',
  'etcd: { version: 3.4 }\nbackup: { every: 1 h }',
  'etcd: {}\nnetwork: { pairs: { a:b: 2 ms } }\ntopology: { zones: [a, b] }',
  'kubernetes: { version: 1.37 }',
  'load: {}',
  'topology: { loadBalancer: haproxy }',
  ...['', ', by: crew'].flatMap((by) => [
    `topology: { loadBalancer: haproxy-keepalived }
failures: { keepalived.crash: { mttf: 1 year, repair: 1 h${by} } }`,
    `topology: { loadBalancer: cloud }
failures: { loadBalancer.outage: { mttf: 1 year, repair: 1 h${by} } }`,
  ]),
  `topology: { zones: [a, b], racks: { r1: [cp1, cp3], r2: [cp2] } }
failures:\n${FAULTS.join('\n')}`,
  `load: {}\ntopology: { zones: [a, b], racks: { r1: [cp1], r2: [cp2], r3: [cp3] } }
failures:\n${CREW.filter((line) => !line.includes('surge')).join('\n')}
  clients.surge: { mttf: 1 year, repair: 1 h, listsPerNode: 1 / min, by: crew }`,
  'load: {}\nfailures: { clients.surge: { mttf: 1 year, repair: 1 h, listsPerNode: 1 / min } }',
  `failures:
  machine.loss: { mttf: 1 year, repair: 1 h, detection: { healthCheck: { interval: 10 s } } }
  disk.failure: { mttf: 1 year, repair: 1 h, detection: { inspection: { every: 1 day } } }
sharedRisks: { pdu: { members: [cp1, cp2], mttf: 9 years, repair: 6 h } }
commonCauses: { push: { rate: 1 / year, hits: etcdProcesses, repair: 1 h } }
partitions: { cut: { between: [[cp1], [cp2, cp3]], mttf: 1 year, repair: 1 h } }
components: { kms: { mttf: 1 year, repair: 1 h } }`,
  `etcd: {}
commonCauses: { push: { rate: 1 / year, hits: etcdProcesses, repair: 1 h, by: crew } }
partitions: { cut: { between: [[cp1], [cp2, cp3]], mttf: 1 year, repair: 1 h, by: crew } }
events:
  - { every: 30 days, rollingReboot: { down: 5 min, gap: 10 min } }
  - { at: 1 h, replaceMember: { machine: cp1 } }
  - { at: 2 h, slowDisk: { machines: cp1, factor: 9 }, for: 1 min }
  - { at: 3 h, slowDisk: { machines: cp1, added: 9 ms }, for: 1 min }
  - { at: 4 h, flap: { between: [cp1, cp2], down: 1 s, up: 1 s }, for: 1 min }
  - { at: 5 h, partition: { between: [cp1, cp2] }, for: 1 min }`,
];

function scenarioOf(text: string) {
  const parsed = parseScenario(`quorate: 1\n${text}`, { file: 'some.yaml' });
  return parsed.ok ? parsed.scenario : undefined;
}

const plansOf = (text: string) => {
  const { parameters, ...plans } = scenarioOf(text)!;
  return JSON.stringify(plans, (_key, value: unknown) =>
    value === Number.POSITIVE_INFINITY ? 'unlimited' : value,
  );
};

interface Found {
  readonly path: string;
  readonly schema: z.ZodType;
  readonly index: number;
  readonly base: string;
}

function schemasAt(path: string): readonly z.ZodType[] {
  let schemas: readonly z.ZodType[] = [scenarioSchema];
  for (const step of pathOf(path) ?? ['']) {
    schemas = schemas.flatMap((schema) => schemasBelow(schema, String(step)));
  }
  return schemas;
}

/** Defaults that may have given a parameter: of its key, or of a mapping written in short. */
function placesOf({ path, text, origin }: Parameter, base: string): Found[] {
  if (origin.kind !== 'built-in') return [];
  const above = path.slice(0, path.lastIndexOf('.'));
  const schemas = [...schemasAt(path), ...(above === '' ? [] : schemasAt(above))];
  return schemas.flatMap((schema) =>
    (factsOf(schema)?.defaults ?? []).flatMap((usual, index): Found[] => {
      const isIt =
        typeof usual.value !== 'function' &&
        origin.source === usual.source &&
        text === written(usual.value);
      return isIt ? [{ path, schema, index, base }] : [];
    }),
  );
}

const found = new Map<Default, Found[]>();
for (const base of BASES) {
  const scenario = scenarioOf(base);
  if (scenario === undefined) throw new Error(`no scenario: ${base}`);
  for (const place of scenario.parameters.flatMap((parameter) => placesOf(parameter, base))) {
    const usual = factsOf(place.schema)!.defaults[place.index]!;
    found.set(usual, [...(found.get(usual) ?? []), place]);
  }
}

/** Other values that may fit where `value` does. */
function others({ value }: Default, schema: z.ZodType): Written[] {
  const { examples = [] } = schema.meta() ?? {};
  const all: Written[] = [...(examples as Written[])];
  if (typeof value === 'boolean') all.push(!value);
  if (typeof value === 'number') all.push(value + 1, value - 1);
  if (typeof value === 'string') {
    for (const factor of [1.5, 2, 1.2]) {
      all.push(value.replace(/\d+(\.\d+)?/, (digits) => String(Number(digits) * factor)));
    }
    all.push(
      '1 s',
      '4 s',
      '11 s',
      'cp1',
      'haproxy',
      '50 %',
      '10 GiB',
      'exponential 1 h',
      'none',
      'crew',
      'itself',
      '1.30',
      3.4,
    );
  }
  all.push({ exponential: { mean: '3 s' } }, 'bare-metal', 'external', 'calendar', 'tcp', 'same');
  return all.filter((one) => written(one) !== written(value as Written));
}

/** All defaults that the catalogue states, but those of mappings that only hold others. */
function stated(schema: z.ZodType = scenarioSchema, seen = new Set<Default>()): Set<Default> {
  for (const [, child] of keysBelow(schema)) {
    for (const usual of factsOf(child)?.defaults ?? []) {
      if (usual.source !== '' && typeof usual.value !== 'function') seen.add(usual);
    }
    stated(child, seen);
  }
  return seen;
}

function keysBelow(schema: z.ZodType): (readonly [string, z.ZodType])[] {
  const names = schemasBelow(schema, 'a').map((entry) => ['a', entry] as const);
  const entries = schemasBelow(schema, '0').map((entry) => ['0', entry] as const);
  const pairs = schemasBelow(schema, 'a:b').map((entry) => ['a:b', entry] as const);
  return [...keysOf(schema), ...names, ...entries, ...pairs];
}

describe('every default', () => {
  it('is in force in one of the scenarios below', () => {
    const missing = [...stated()].filter((usual) => !found.has(usual));
    expect(missing.map(({ value, source }) => `${written(value)}: ${source}`)).toEqual([]);
    expect(found.size).toBeGreaterThan(150);
  });

  it('is what the published schema and the documentation say', () => {
    const marks = new Map<string, string>();
    const undo = [...found].map(([usual, [place]]) => {
      const { schema, index, path } = place!;
      const defaults = factsOf(schema)!.defaults as Default[];
      const mark = `<${marks.size}>`;
      marks.set(mark, path);
      defaults[index] = { ...usual, value: mark };
      return () => {
        defaults[index] = usual;
      };
    });
    const texts = { schema: JSON.stringify(scenarioJsonSchema()), docs: reference() };
    for (const back of undo) back();
    for (const [where, text] of Object.entries(texts)) {
      const lacking = [...marks].filter(([mark]) => !text.includes(mark)).map(([, path]) => path);
      expect({ where, lacking }).toEqual({ where, lacking: [] });
    }
  });

  it('is what is shown, and reaches what is simulated', () => {
    const wrong = [...found].flatMap(([usual, places]) => {
      const { schema, index, path } = places[0]!;
      const defaults = factsOf(schema)!.defaults as Default[];
      const isSeen = (base: string, value: Written, before: string) => {
        defaults[index] = { ...usual, value };
        const scenario = scenarioOf(base);
        if (scenario === undefined) return false;
        const shown = scenario.parameters.find((parameter) => parameter.path === path);
        const isShown = typeof value === 'object' || shown?.text === written(value);
        return isShown && plansOf(base) !== before;
      };
      const isReached = places.some(({ base }) => {
        defaults[index] = usual;
        const before = plansOf(base);
        return others(usual, schema).some((value) => isSeen(base, value, before));
      });
      defaults[index] = usual;
      return isReached ? [] : [path];
    });
    expect(wrong).toEqual([]);
  });
});
