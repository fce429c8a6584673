/** Each kind of state change has words, and is documented. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stateWords } from '../../src/report/state-words.ts';

describe('a state change', () => {
  it('is documented by its kind', () => {
    const table = readFileSync('src/report/state-words.ts', 'utf8').split('const WORDS')[1]!;
    const kinds = [...table.split('\n};')[0]!.matchAll(/^ {2}(\w+):/gm)].map(([, kind]) => kind!);
    expect(kinds.length).toBeGreaterThan(50);
    const documented = readFileSync('docs/output.md', 'utf8');
    expect(kinds.filter((kind) => !documented.includes(`\`${kind}\``))).toEqual([]);
  });

  it('is told by its data', () => {
    const words = [
      stateWords({ kind: 'memberLeads', subject: 'cp1', term: 3 }),
      stateWords({ kind: 'reads', subject: 'etcd.write', phase: 'granted', areGranted: false }),
      stateWords({ kind: 'replacement', subject: 'cp1', step: 'learnerJoins' }),
      stateWords({ kind: 'leasePhase', subject: 'kube-scheduler', phase: 'frozen' }),
      stateWords({ kind: 'serverOverloaded', subject: 'cp1.apiServer/load', answered: 0.625 }),
      stateWords({ kind: 'memberWaits', subject: 'cp1.etcd/disk', on: 'disk', meanMs: 11.7 }),
    ];
    expect(words).toEqual([
      'leads, term 3',
      'granted, reads not',
      'learner asked to join',
      'waits for a frozen process',
      'answers 62.50 % of requests in time',
      'waits 12 ms in the mean',
    ]);
  });
});
