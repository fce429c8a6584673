import { describe, expect, it } from 'vitest';
import { faultClasses, understatement } from '../../src/report/fault-classes.ts';
import { scenarioFrom } from './reports.ts';

const classesOf = (text: string) => faultClasses(scenarioFrom(`quorate: 1\n${text}`));

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
    ]);
  });

  it('warns that hardware alone understates downtime, and says so no more with the rest', () => {
    const hardware = 'failures: { machine.crash: { mttf: 1 year, repair: 1 h } }';
    expect(understatement(classesOf(hardware))).toMatch(
      /software faults or changes .* hardware 2 %/,
    );
    const all =
      'failures: { etcd.crash: { mttf: 1 year, repair: 10 s } }\n' +
      'commonCauses: { badPush: { rate: 1 / year, hits: [etcdProcesses], repair: 1 h } }';
    expect(understatement(classesOf(all))).toBeUndefined();
  });
});
