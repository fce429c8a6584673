/** What is said of impaired links that hinder nothing, or both ways where one is meant. */
import { describe, expect, it } from 'vitest';
import { warnings } from '../parsing.ts';

function warningsOf(topology: string, settings: string): string[] {
  return warnings(`
topology: { ${topology} }
failures: {}
events: [{ at: 1 h, for: 1 min, degradeNetwork: { ${settings} } }]
`).map((warning) => warning.replace(/^\d+: /, ''));
}

const EXTERNAL = 'layout: external, loadBalancer: haproxy';
const STACKED = 'loadBalancer: haproxy';
const PAIR = 'loadBalancer: haproxy-keepalived';
const unfelt = (setting: string) => `nothing that passes between these machines feels a ${setting}`;
const SAME = 'what passes here are requests and answers: the other way this does the same';

describe('an impaired link', () => {
  it.each([
    [EXTERNAL, 'between: [controlPlanes, loadBalancers], bandwidth: 1 kbit/s', ['bandwidth']],
    [
      EXTERNAL,
      'between: [controlPlanes, etcdMachines], bandwidth: 1 kB/s, delay: 1 s',
      ['bandwidth'],
    ],
    [EXTERNAL, 'from: lb1, to: etcd1, loss: 9 %, jitter: 1 s', ['jitter', 'loss']],
    [EXTERNAL, 'between: [[cp1], [cp2]], delay: 1 s', ['delay']],
    [PAIR, 'from: lb1, to: lb2, delay: 1 s, loss: 9 %', ['delay']],
  ])('%s: %s has settings that nothing feels', (topology, settings, idle) => {
    expect(warningsOf(topology, settings).sort()).toEqual(idle.map(unfelt));
  });

  it.each([
    [EXTERNAL, 'from: lb1, to: cp1, loss: 90 %'],
    [EXTERNAL, 'from: cp1, to: leader, delay: 1 s'],
    [STACKED, 'from: lb1, to: followers, delay: 1 s'],
  ])('%s: %s does the same the other way', (topology, settings) => {
    expect(warningsOf(topology, settings)).toEqual([SAME]);
  });

  it.each([
    [STACKED, 'between: [controlPlanes, loadBalancers], delay: 1 s'],
    [STACKED, 'from: cp1, to: followers, delay: 1 s, bandwidth: 1 kB/s'],
    [EXTERNAL, 'from: [etcd1, cp1], to: etcd2, loss: 1 %'],
    [PAIR, 'from: lb1, to: lb2, loss: 1 %'],
  ])('%s: %s is taken as it is', (topology, settings) => {
    expect(warningsOf(topology, settings)).toEqual([]);
  });

  it('that makes nothing worse is told of', () => {
    const settings = 'between: [[cp1], [cp2]], delay: 0 s, loss: 0 %';
    expect(warningsOf(STACKED, settings)).toEqual(['nothing gets worse by this']);
  });
});
