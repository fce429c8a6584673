/** What is available, now: a service level is a number from 0 (nobody is served) to 1 (all are). */
import type { OutagePhase } from './etcd/cluster-levels.ts';
import type { EtcdCluster } from './etcd/etcd-cluster.ts';
import type { Quorum } from './etcd/quorum.ts';
import type { Part } from './part.ts';
import type { LevelExpression, LevelPlan } from './topology.ts';

export interface ServiceLevel {
  readonly name: string;
  /** The level at this instant. */
  value(): number;
  /** What an outage waits for, of levels that lean on etcd at message level; else undefined. */
  phase(): OutagePhase | undefined;
}

/** What level expressions may speak of. */
export interface LevelSubjects {
  readonly quorum: Quorum;
  readonly etcd: EtcdCluster | undefined;
  part(name: string): Part;
}

export function serviceLevel(plan: LevelPlan, subjects: LevelSubjects): ServiceLevel {
  const holds = compile(plan.expression, subjects);
  const { etcd } = subjects;
  const leansOnEtcd = etcd !== undefined && asksForEtcd(plan.expression);
  return {
    name: plan.name,
    value: () => (holds() ? 1 : 0),
    phase: () => (leansOnEtcd ? (etcd.chronicle.levels.phase ?? 'recovery') : undefined),
  };
}

function asksForEtcd(expression: LevelExpression): boolean {
  return expression.kind === 'atLeast'
    ? expression.of.some(asksForEtcd)
    : expression.kind === 'etcd';
}

function compile(expression: LevelExpression, subjects: LevelSubjects): () => boolean {
  switch (expression.kind) {
    case 'quorum': {
      const { quorum } = subjects;
      return () => quorum.stands();
    }
    case 'etcd': {
      const { chronicle } = etcdOf(subjects);
      const { level } = expression;
      return () => chronicle.levels[level];
    }
    case 'part': {
      const part = subjects.part(expression.name);
      return () => part.works;
    }
    case 'atLeast': {
      const terms = expression.of.map((term) => compile(term, subjects));
      const needed = expression.count;
      return () => {
        let holding = 0;
        for (const term of terms) if (term()) holding++;
        return holding >= needed;
      };
    }
  }
}

function etcdOf({ etcd }: LevelSubjects): EtcdCluster {
  if (etcd === undefined) throw new RangeError('the topology has no etcd at message level');
  return etcd;
}
