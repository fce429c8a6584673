/** What is available, now: a service level is a number from 0 (nobody is served) to 1 (all are). */
import type { Quorum } from './etcd/quorum.ts';
import type { Part } from './part.ts';
import type { LevelExpression, LevelPlan } from './topology.ts';

export interface ServiceLevel {
  readonly name: string;
  /** The level at this instant. */
  value(): number;
}

/** What level expressions may speak of. */
export interface LevelSubjects {
  readonly quorum: Quorum;
  part(name: string): Part;
}

export function serviceLevel(plan: LevelPlan, subjects: LevelSubjects): ServiceLevel {
  const holds = compile(plan.expression, subjects);
  return { name: plan.name, value: () => (holds() ? 1 : 0) };
}

function compile(expression: LevelExpression, subjects: LevelSubjects): () => boolean {
  switch (expression.kind) {
    case 'quorum': {
      const { quorum } = subjects;
      return () => quorum.stands();
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
