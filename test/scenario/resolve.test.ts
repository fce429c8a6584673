/** One tree: which of several sources gives a value, and what an option may be set to. */
import { describe, expect, it } from 'vitest';
import { parse as yaml } from 'yaml';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { parse } from './parsing.ts';

const parameterOf = (path: string, text: string, overrides = {}) =>
  parse(text, overrides).parameters.find((parameter) => parameter.path === path);

const problemsOf = (text: string, overrides: Readonly<Record<string, unknown>>) => {
  const parsed = parseScenario(`quorate: 1\n${text}`, { file: 'some.yaml', overrides });
  return parsed.ok ? [] : parsed.problems;
};

describe('a value', () => {
  it('is that of an option, else of the file, else of a preset, else built in', () => {
    const path = 'failures.machine.crash.mttf';
    const given = 'failures: { use: cloud-vm, machine.crash: { mttf: 3 months } }';
    expect(parameterOf(path, given, { [path]: '2 months' })).toMatchObject({
      text: '2 months',
      origin: { kind: 'option' },
    });
    expect(parameterOf(path, given)).toMatchObject({ text: '3 months', origin: { line: 2 } });
    expect(parameterOf(path, '')).toMatchObject({
      text: '2890.8 h',
      value: 2890.8 * 3600e6,
      unit: 'microseconds',
      origin: { kind: 'preset', preset: 'cloud-vm' },
    });
    expect(parameterOf('failures.machine.crash.by', '')!.origin.kind).toBe('built-in');
  });

  it('of a life takes the place of another life, whoever gives it', () => {
    const text = 'failures: { use: cloud-vm, machine.crash: { rate: 1 / year } }';
    const paths = (overrides = {}) =>
      parse(text, overrides)
        .parameters.map(({ path }) => path)
        .filter((path) => path.startsWith('failures.machine.crash.'));
    expect(paths()).toContain('failures.machine.crash.rate');
    expect(paths()).not.toContain('failures.machine.crash.mttf');
    const set = paths({ 'failures.machine.crash.afr': '1 %' });
    expect(set).toContain('failures.machine.crash.afr');
    expect(set).not.toContain('failures.machine.crash.rate');
  });

  it('may follow another, wherever that comes from', () => {
    const path = 'network.sameZone.jitter';
    expect(parameterOf(path, 'network: { jitter: 7 ms }')!.text).toBe('7 ms');
    expect(parameterOf(path, 'etcd: {}', { 'network.jitter': '8 ms' })!.text).toBe('8 ms');
    expect(
      parameterOf(
        'topology.loadBalancer.vrrp.priorities',
        `
topology: { loadBalancer: { kind: haproxy-keepalived, machines: 3 } }
clients: {}`,
      )!.value,
    ).toEqual([101, 100, 100]);
  });
});

describe('an option', () => {
  it('may be set at every path that is shown', () => {
    const text = `
topology: { zones: [a, b, c], loadBalancer: haproxy-keepalived }
overrides: { cp1.disk: { disk.failure: { mttf: 1 year } } }
failures: { use: bare-metal }
components: { kms: { mttf: 1 year, repair: 1 h } }
commonCauses: { push: { rate: 1 / year, hits: etcdProcesses, repair: 1 h } }
levels: { whole: api.write and kms }
events: [{ at: 1 h, rollingReboot: { down: 5 min, gap: 5 min } }]
load: {}
objectives: [availability(whole) >= 99 %]
`;
    const before = parse(text);
    for (const { path, value, unit } of before.parameters) {
      const parameter = before.parameters.find((one) => one.path === path)!;
      const after = parse(text, { [path]: yaml(parameter.text) });
      const found = after.parameters.find((one) => one.path === path);
      expect(found, path).toMatchObject({ value, unit, origin: { kind: 'option' } });
    }
  });

  it('that no scenario has gets the nearest path, beside what else is wrong', () => {
    const [first, second] = problemsOf('horizn: 1 year', { 'topology.controlPlane': 5 });
    expect(first).toMatchObject({
      file: '--set topology.controlPlane',
      line: 0,
      suggestion: 'topology.controlPlanes',
    });
    expect(second).toMatchObject({ file: 'some.yaml', line: 2, suggestion: 'horizon' });
    expect(problemsOf('', { 'events.0.for': '5 s' })[0]!.message).toContain('unknown path');
  });

  it('with a wrong value is named where that is told', () => {
    expect(problemsOf('', { 'topology.controlPlanes': 'five' })).toMatchObject([
      { file: '--set topology.controlPlanes', line: 0, allowed: 'a number such as 3' },
    ]);
    expect(problemsOf('', { horizon: '1' })).toMatchObject([{ file: '--horizon' }]);
  });

  it('for one way to stop takes the place of the other', () => {
    expect(parse('precision: 5 %', { replications: 7 }).stop).toEqual({
      kind: 'replications',
      count: 7,
    });
    expect(parse('replications: 7', { precision: '5 %' }).stop).toMatchObject({
      kind: 'precision',
      relativeHalfWidth: 0.05,
    });
  });
});
