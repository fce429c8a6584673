import { describe, expect, it } from 'vitest';
import { faultClasses, understatement } from '../../src/report/fault-classes.ts';
import { scenarioFrom } from './reports.ts';

const scenarioOf = (text: string) => scenarioFrom(`quorate: 1\n${text}`);
const classesOf = (text: string) => faultClasses(scenarioOf(text));

const LOAD = 'load: { nodes: 1000 }';
const EXTERNAL = 'topology: { layout: external, controlPlanes: 3 }';

const warning = (text: string) => understatement(scenarioOf(text));

function held(text: string): string[] {
  return classesOf(text)
    .filter(({ kinds }) => kinds.length > 0)
    .map((one) => one.class);
}

describe('classes of fault', () => {
  it('tells hardware from software, network, sites and planned work', () => {
    expect(held('failures: { machine.crash: { mttf: 1 year, repair: 1 h } }')).toEqual([
      'hardware',
    ]);
    expect(held('failures: { machine.isolation: { mttf: 1 year, repair: 1 h } }')).toEqual([
      'network',
    ]);
    expect(held('failures: { etcd.crash: { mttf: 1 year, repair: 10 s } }')).toEqual(['software']);
    const reboot = 'rollingReboot: { machines: all, down: 5 min, gap: 5 min }';
    expect(held(`failures: {}\nevents: [{ every: 30 days, ${reboot} }]`)).toEqual(['planned work']);
  });

  it('names every class that is left out', () => {
    const empty = classesOf('failures: {}').filter(({ kinds }) => kinds.length === 0);
    expect(empty.map((one) => one.class)).toEqual([
      'hardware',
      'network',
      'power and site',
      'software',
      'people and change',
      'overload',
    ]);
  });

  it('finds the class of an event in what it does', () => {
    const event = (does: string) => held(`failures: {}\nevents: [{ at: 1 h, name: x, ${does} }]`);
    expect(event('crash: cp1, for: 1 h')).toEqual(['hardware']);
    expect(event('fail: leader.disk, for: 1 h')).toEqual(['hardware']);
    expect(event('kill: leader, for: 1 h')).toEqual(['software']);
    expect(event('kill: cp1.apiServer')).toEqual(['software']);
    expect(event('freeze: cp1, for: 1 min')).toEqual(['software']);
    expect(event('partition: { between: [[cp1], [cp2, cp3]] }, for: 1 h')).toEqual(['network']);
    expect(event('crash: cp1, for: 1 h, planned: true')).toEqual(['planned work']);
  });

  it('counts load as overload', () => {
    const load = `failures: {}\n${LOAD}`;
    const kinds = (text: string) => classesOf(text).find((one) => one.class === 'overload')!.kinds;
    expect(kinds(load)).toEqual(['apiServer.outOfMemory', 'etcd.outOfMemory']);
    for (const apart of ['load: { nodes: 1000, sharedFate: none }', `${LOAD}\n${EXTERNAL}`]) {
      expect(kinds(`failures: {}\n${apart}`)).toEqual(['apiServer.outOfMemory']);
    }
    const surge = 'events: [{ at: 1 h, name: x, surge: { listsPerNode: 1 / h }, for: 1 min }]';
    expect(kinds(`${load}\n${surge}`)).toContain('event.x');
  });

  it('warns that hardware alone understates downtime, and only then', () => {
    const hardware = 'failures: { machine.crash: { mttf: 1 year, repair: 1 h } }';
    expect(warning(hardware)).toMatch(/software faults or changes .* hardware 2 %/);
    const zoneDown = 'events: [{ at: 10 days, fail: cp1, for: 1 h, name: down }]';
    expect(warning(`${hardware}\n${zoneDown}`)).toBeDefined();
    const all =
      'failures: { etcd.crash: { mttf: 1 year, repair: 10 s } }\n' +
      'commonCauses: { badPush: { rate: 1 / year, hits: [etcdProcesses], repair: 1 h } }';
    expect(warning(all)).toBeUndefined();
    expect(warning('failures: { etcd.crash: { mttf: 1 year, repair: 10 s } }')).toBeUndefined();
    const component = 'components: { kms: { mttf: 100 days, repair: 1 h } }';
    expect(warning(`failures: {}\n${component}`)).toBeUndefined();
    expect(warning('failures: {}')).toBeUndefined();
    const reboot = 'rollingReboot: { machines: all, down: 5 min, gap: 5 min }';
    expect(warning(`failures: {}\nevents: [{ every: 30 days, ${reboot} }]`)).toBeUndefined();
  });
});
