/**
 * The published JSON Schema says what the zod schema says of a file's structure. Only zod and the
 * expansion check what JSON Schema cannot: units and ranges inside texts, names that refer to
 * something, keys that exclude each other (mttf beside rate, replications beside precision),
 * which of a law's parameters go together, times of events, and expressions.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema } from '../../../src/scenario/catalogue/json-schema.ts';
import { keysAt } from '../../../src/scenario/catalogue/paths.ts';
import { scenarioSchema } from '../../../src/scenario/catalogue/scenario-schema.ts';
import { starter } from '../../../src/scenario/starter.ts';

const SHIPPED = new URL('../../../scenarios/', import.meta.url);
const BROKEN = new URL('../broken/', import.meta.url);

const schema = scenarioJsonSchema();
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
const accepts = ajv.compile(schema);

const yamlFiles = (folder: URL) => readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const load = (folder: URL, file: string): unknown =>
  parse(readFileSync(new URL(file, folder), 'utf8')) as unknown;

describe('the published JSON Schema', () => {
  it.each(yamlFiles(SHIPPED))('accepts %s', (file) => {
    expect(accepts(load(SHIPPED, file)), JSON.stringify(accepts.errors)).toBe(true);
  });

  it.each(['stacked', 'external'] as const)('accepts the %s starter', (layout) => {
    expect(accepts(parse(starter(layout)))).toBe(true);
  });

  it.each([
    'typo-top-level',
    'typo-failure',
    'typo-in-mode',
    'typo-law',
    'typo-in-law',
    'typo-preset',
    'typo-layout',
    'typo-load-balancer',
    'typo-event',
    'typo-detection',
    'no-version',
    'wrong-version',
    'unit-missing',
    'no-machines',
    'half-a-machine',
    'names-in-zones',
    'names-that-are-none',
    'law-given-twice',
    'nothing-as-value',
    'etcd-version',
    'etcd-typos',
    'bytes-without-unit',
    'crash-point',
    'impairments',
    'network-pairs',
    'kubernetes-sections',
    'balancer-settings',
    'balancer-keepalived',
    'balancer-cloud',
    'balancer-typos',
    'sections-of-another-kind',
    'modes-of-members',
  ])('refuses %s', (file) => {
    expect(accepts(load(BROKEN, `${file}.yaml`))).toBe(false);
  });

  it('refuses nothing that zod accepts', () => {
    const documents: unknown[] = [
      ...yamlFiles(SHIPPED).map((file) => load(SHIPPED, file)),
      { quorate: 1 },
      { $schema: 'scenario.schema.json', quorate: 1, seed: 'text' },
      { quorate: 1, repair: { hours: { days: ['mon'], from: '9:00', to: '24:00' } } },
      { quorate: 1, topology: { loadBalancer: { kind: 'haproxy', machines: 3 } } },
      {
        quorate: 1,
        failures: { 'disk.failure': { afr: 0.01, repair: { uniform: ['1 h', '2 h'] } } },
      },
    ];
    documents.push(
      { quorate: 1, etcd: { version: 3.4, writes: 'none' }, backup: 'none' },
      { quorate: 1, etcd: { version: '3.6', replacement: {} }, backup: { every: '1 h' } },
      { quorate: 1, network: { sameZone: { roundTrip: '1 ms' }, pairs: { 'a:b': '2 ms' } } },
      { quorate: 1, disk: { fsync: '2 ms' }, failures: { 'disk.slow': { slowdown: 3 } } },
      { quorate: 1, events: [{ at: '1 h', spaceAlarm: true, for: '1 h' }] },
      { quorate: 1, events: [{ at: '1 h', freeze: ['leader'], for: '1 h' }] },
      { quorate: 1, events: [{ at: '1 h', replaceMember: { machine: 'cp1' } }] },
    );
    for (const document of documents) {
      expect(scenarioSchema.safeParse(document).success).toBe(true);
      expect(accepts(document), JSON.stringify(accepts.errors)).toBe(true);
    }
  });

  it.each([
    [true, { kind: 'haproxy', timeout: { connect: '5 s' } }],
    [true, { kind: 'cloud', timeout: '5 s', provider: 'aws-nlb' }],
    [true, { kind: 'client-side', clients: 3, haproxy: { fall: 2 } }],
    [false, { kind: 'haproxy', timeout: '5 s' }],
    [false, { kind: 'haproxy', ttl: '5 s' }],
    [false, { kind: 'cloud', timeout: { connect: '5 s' } }],
    [false, { kind: 'none', inter: '1 s' }],
    [false, { inter: '1 s' }],
  ])('says %s to the balancer %j, as zod does', (isRight, loadBalancer) => {
    const document = { quorate: 1, topology: { loadBalancer } };
    expect(scenarioSchema.safeParse(document).success).toBe(isRight);
    expect(accepts(document)).toBe(isRight);
  });

  it('is draft 2020-12 and describes every key, with an example', () => {
    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    const properties = schema.properties as Record<string, Record<string, unknown>>;
    for (const [key, property] of Object.entries(properties)) {
      expect(property.description, key).toBeTypeOf('string');
    }
    const failures = properties.failures!.properties as Record<string, Record<string, unknown>>;
    for (const [key, property] of Object.entries(failures)) {
      expect(property.description, key).toBeTypeOf('string');
      expect(property.examples, key).toBeInstanceOf(Array);
    }
    const events = (properties.events as { items: typeof schema }).items;
    const { etcd, network, disk, kubernetes, apiServer, controllers, clients } = properties;
    const ofKubernetes = [kubernetes!, apiServer!, controllers!, clients!];
    const sections = [etcd!, network!, disk!, ...ofKubernetes, events];
    for (const section of sections) {
      for (const [key, property] of Object.entries(section.properties as typeof properties)) {
        expect(property.description, key).toBeTypeOf('string');
        expect(property.examples, key).toBeInstanceOf(Array);
      }
    }
  });

  it('knows the keys of any mapping, choices and references opened', () => {
    expect(keysAt(['repair'])).toEqual(['crews', 'dispatch', 'hours']);
    expect(keysAt(['failures', 'machine.loss', 'detection'])).toContain('healthCheck');
    expect(keysAt(['failures', 'machine.loss', 'detection'])).toContain('lognormal');
    expect(keysAt(['events', 3, 'rollingReboot'])).toContain('careful');
    expect(keysAt(['network', 'pairs', 'a:b'])).toEqual(['roundTrip', 'jitter']);
    expect(keysAt(['failures', 'disk.slow'])).toContain('slowdown');
    expect(keysAt(['failures', 'disk.stall'])).not.toContain('slowdown');
    expect(keysAt(['topology', 'loadBalancer', 'vrrp'])).toContain('advert_int');
    expect(keysAt(['topology', 'loadBalancer'], { kind: 'dns' })).toEqual([
      'kind',
      'machines',
      'ttl',
    ]);
    expect(keysAt(['topology', 'loadBalancer'], { kind: 'dsn' })).toContain('unhealthyThreshold');
    expect(keysAt(['topology', 'loadBalancer', 'script'])).toContain('weight');
  });
});
