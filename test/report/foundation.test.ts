import { describe, expect, it } from 'vitest';
import { renderRun } from '../../src/report/run-forms.ts';
import { reportOf, scenarioFrom } from './reports.ts';

/** The row "modelled" of a Markdown report, line by line. */
async function inTheModel(text: string): Promise<readonly string[]> {
  const scenario = scenarioFrom(`quorate: 1\nhorizon: 1 s\nreplications: 1\nfailures: {}\n${text}`);
  const rows = renderRun(await reportOf(scenario), 'md').split('\n');
  const row = rows.find((line) => line.startsWith('| modelled |'))!;
  return row.split('|')[2]!.trim().split('<br>');
}

const ETCD = 'etcd: elections, hand-overs, fsyncs, reconnection, catching up';

describe('what a report says is in the model', () => {
  it('is nothing that fails where nothing does', async () => {
    expect(await inTheModel('')).toEqual(['nothing that fails']);
  });

  it('names what stands on etcd, and the way to it', async () => {
    const kubernetes = (balancer: string) =>
      inTheModel(`topology: { loadBalancer: ${balancer} }\nkubernetes: {}`);
    expect(await kubernetes('haproxy')).toEqual([
      'nothing that fails',
      ETCD,
      'Kubernetes: API servers, probes, leases, load balancer haproxy',
    ]);
    expect((await kubernetes('none')).at(-1)).toMatch(/leases, no load balancer$/);
  });

  it('names load, and whom it kills', async () => {
    expect(await inTheModel('load: { nodes: 1200, sharedFate: none }')).toEqual([
      'overload: apiServer.outOfMemory',
      ETCD,
      'Kubernetes: API servers, probes, leases, no load balancer',
      'load: requests, lists and watches of 1,200 nodes, memory',
    ]);
  });
});
