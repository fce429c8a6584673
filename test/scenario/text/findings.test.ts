/** What is told of a file beside its first mistakes, and what is only warned of. */
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/scenario/parse-scenario.ts';
import { formatProblem } from '../../../src/scenario/text/problems.ts';
import { parse, warnings } from '../parsing.ts';

function messages(text: string): string[] {
  const result = parseScenario(`quorate: 1\n${text}`, { file: 'some.yaml' });
  return result.ok ? [] : result.problems.map(({ message }) => message);
}

describe('beside a mistake', () => {
  it('names are looked up, other demands on its entry are not', () => {
    expect(
      messages('events: [{ every: 1 min, fail: nope, for: 5 km }, { at: 1 h, fail: cp9 }]'),
    ).toEqual([
      'unknown part "nope"',
      '"5 km" is not a length of time: there is no unit "km"',
      'missing key "for": how long the fail lasts',
      'unknown part "cp9"',
    ]);
  });

  it('in the topology, names that it may have meant are let pass', () => {
    const broken = 'topology: { controlPlanes: five, zones: a and b }';
    const levels = 'levels: { x: cp5 and a, y: any(loadBalancers), z: kmz }';
    expect(messages(`${broken}\n${levels}`)).toEqual([
      '"five" stands where a number is needed',
      '"a and b" does not fit here',
      'unknown name "kmz"',
    ]);
  });

  it('in a preset, nothing is missed that the preset would have said', () => {
    const text = 'failures: { use: aws }\noverrides: { cp1: { disk.failure: { afr: 2 % } } }';
    expect(messages(text)).toEqual(['"aws" is not known here']);
  });

  it('nothing internal is told', () => {
    const result = parseScenario('quorate: 1\nevents: [{ at: 1 h, fail: cp1 }]\nfoo: 1', {
      file: 'some.yaml',
    });
    if (result.ok) throw new Error('accepted');
    const known = ['file', 'line', 'column', 'message', 'allowed', 'suggestion'];
    for (const problem of result.problems) {
      for (const key of Object.keys(problem)) expect(known).toContain(key);
    }
  });
});

describe('objectives', () => {
  it.each([
    ['availability(etcd.quorum) >= 100 %', 'no simulation can show'],
    ['unavailability(etcd.quorum) <= 0', 'no simulation can show'],
    ['outagesPerYear(etcd.quorum) <= 0', 'no simulation can show'],
    ['availability(etcd.quorum) > 100 %', 'can never be met'],
    ['downtimePerYear(etcd.quorum) < 0 h', 'can never be met'],
    ['timeToFirstOutage(etcd.quorum) >= 0 h', 'always met'],
    ['downtimePerYear(etcd.quorum) <= 2 years', 'always met'],
    ['availability(etcd.quorum) <= 1', 'always met'],
  ])('%s is warned of', (objective, reason) => {
    const told = warnings(`objectives: [${objective}]`);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(reason);
  });

  it.each(['availability(etcd.quorum) >= 99.9 %', 'availability(etcd.quorum) < 100 %'])(
    '%s is not',
    (objective) => {
      expect(warnings(`objectives: [${objective}]`)).toEqual([]);
    },
  );

  it('take a percentage to the nearest double', () => {
    const { objectives } = parse('objectives: [availability(etcd.quorum) >= 99.9 %]');
    expect(objectives[0]!.value).toBe(0.999);
  });
});

describe('a shown line', () => {
  it.each([1, 40, 120, 180, 200])('fits 80 columns, caret below column %i', (column) => {
    const line = Array.from({ length: 200 }, (_, index) => 'abcdefghij'[index % 10]).join('');
    const problem = { file: 'x', line: 1, column, message: 'm' };
    const [, shown = '', caret = ''] = formatProblem(problem, line).split('\n');
    expect(shown.length).toBeLessThanOrEqual(80);
    expect(shown[caret.indexOf('^')]).toBe('abcdefghij'[(column - 1) % 10]);
  });
});

describe('parameters in force', () => {
  const found = (text: string) =>
    new Map(
      parse(text).parameters.map(({ path, text: shown, origin }) => [
        path,
        { text: shown, origin },
      ]),
    );

  it('hold sections of nothing, and no settings of nothing within', () => {
    const parameters = found(`
topology: { loadBalancer: { kind: haproxy, timeout: {}, fall: 2 } }
failures: {}
`);
    expect(parameters.get('failures')!.text).toBe('{}');
    expect(parameters.get('topology.loadBalancer.timeout.connect')!.text).toBe('5 s');
  });

  it('hold what follows from what is modelled', () => {
    const parameters = found(`
topology: { loadBalancer: haproxy-keepalived }
failures:
  use: cloud-vm
  disk.failure: { afr: 1 %, repair: 4 h }
  machine.loss: { repair: 1 h, by: crew, detection: { healthCheck: { interval: 1 s, rise: 4 } } }
events: [{ every: 30 days, rollingReboot: { machines: all, down: 5 min, gap: 10 min } }]
`);
    expect(parameters.get('topology.loadBalancer.machines')!.text).toBe('2');
    expect(parameters.get('failures.machine.crash.by')!.text).toBe('itself');
    expect(parameters.get('failures.machine.loss.by')!.origin.kind).toBe('file');
    expect(parameters.get('failures.disk.failure.detection')!.text).toBe('at once');
    expect(parameters.get('failures.machine.loss.detection.healthCheck.fall')!.text).toBe('3');
    expect(parameters.get('failures.machine.loss.detection.healthCheck.rise')!.text).toBe('4');
    expect(parameters.get('repair.dispatch')!.text).toBe('none');
    expect(parameters.get('events.0.rollingReboot.careful')!.text).toBe('true');
    expect(found('failures: {}').has('failures.etcd.crash.by')).toBe(false);
  });

  it('hold run settings, marked as no parameters of the model', () => {
    const settings = ['seed', 'replications', 'confidence'];
    const marked = parse('').parameters.filter(({ isRunSetting }) => isRunSetting);
    expect(marked.map(({ path }) => path)).toEqual(settings);
    expect(found('seed: 3').get('seed')!.origin.kind).toBe('file');
  });
});

describe('a version that is not known', () => {
  const suggested = (text: string) => {
    const result = parseScenario(`quorate: 1\n${text}`, { file: 'some.yaml' });
    return result.ok ? [] : result.problems.map(({ suggestion }) => suggestion);
  };

  it.each([
    ['kubernetes: { version: 1.38 }', '1.37'],
    ["kubernetes: { version: '1.38' }", '1.37'],
    ["kubernetes: { version: '1.3' }", '1.29'],
    // Perhaps 1.40, which YAML reads as the same number.
    ['kubernetes: { version: 1.4 }', undefined],
    ['etcd: { version: 3.7 }', '3.6'],
    ['etcd: { version: three }', undefined],
  ])('%s brings the next one to mind', (text, suggestion) => {
    expect(suggested(text)).toEqual([suggestion]);
  });
});
