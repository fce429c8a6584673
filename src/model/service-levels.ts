/** What is available, now: a service level is a number from 0 (nobody is served) to 1 (all are). */
import type { EtcdCluster } from './etcd/etcd-cluster.ts';
import type { Quorum } from './etcd/quorum.ts';
import type { Part } from './part.ts';
import type { LevelExpression, LevelPlan } from './topology.ts';

/** What a loss waits for, such as `election` or `leaseExpiry`: an open set, named by the levels. */
export type LevelPhase = string;

/**
 * Who says why a level is lost: the structure, which then must explain every outage that has no
 * phase, or, where the structure cannot, what began, ended or is active.
 */
export type Explanation = 'structure' | 'disturbance';

export interface ServiceLevel {
  readonly name: string;
  /** Whether it can be between 0 and 1: in a brownout. */
  readonly canBrownOut: boolean;
  readonly explain: Explanation;
  /** At this instant, from 0 to 1; exactly 0 in an outage and exactly 1 without a loss. */
  value(): number;
  /** What a loss waits for, where the level knows more than the structure; else undefined. */
  phase(): LevelPhase | undefined;
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
    canBrownOut: false,
    explain: 'structure',
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
