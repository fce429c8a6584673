/** What is available, now: a service level is a number from 0 (nobody is served) to 1 (all are). */
import type { OutagePhase } from './etcd/cluster-levels.ts';
import type { EtcdCluster } from './etcd/etcd-cluster.ts';
import type { Quorum } from './etcd/quorum.ts';
import type { ApiPhase } from './kubernetes/api-levels.ts';
import type { Kubernetes } from './kubernetes/kubernetes.ts';
import type { LeasePhase } from './kubernetes/lease-election.ts';
import type { Part } from './part.ts';
import type { LevelExpression, LevelPlan } from './topology.ts';

/** What an outage of a level waits for, by the kinds of levels. */
export type LevelPhase = OutagePhase | ApiPhase | LeasePhase;

export interface ServiceLevel {
  readonly name: string;
  /** The level at this instant. */
  value(): number;
  /** What an outage waits for, of levels that lean on more than parts; else undefined. */
  phase(): LevelPhase | undefined;
}

/** What level expressions may speak of. */
export interface LevelSubjects {
  readonly quorum: Quorum;
  readonly etcd: EtcdCluster | undefined;
  readonly kubernetes: Kubernetes | undefined;
  part(name: string): Part;
}

/** An expression brought to life. */
interface Term {
  value(): number;
  /** Undefined where it leans on parts alone. */
  readonly phase: (() => LevelPhase) | undefined;
}

export function serviceLevel(plan: LevelPlan, subjects: LevelSubjects): ServiceLevel {
  const { value, phase } = compile(plan.expression, subjects);
  return { name: plan.name, value, phase: () => phase?.() };
}

function compile(expression: LevelExpression, subjects: LevelSubjects): Term {
  switch (expression.kind) {
    case 'quorum': {
      const { quorum } = subjects;
      return { value: () => (quorum.stands() ? 1 : 0), phase: undefined };
    }
    case 'etcd': {
      const { chronicle } = there(subjects.etcd, 'etcd at message level');
      const { level } = expression;
      return {
        value: () => (chronicle.levels[level] ? 1 : 0),
        phase: () => chronicle.levels.phase ?? 'recovery',
      };
    }
    case 'api': {
      const { levels } = there(subjects.kubernetes, 'API servers');
      const { level } = expression;
      return { value: () => levels.value(level), phase: () => levels.phase(level) };
    }
    case 'controllers': {
      const { controllers } = there(subjects.kubernetes, 'controllers');
      return {
        value: () => controllers.value(),
        phase: () => controllers.phase() ?? 'takeOver',
      };
    }
    case 'part': {
      const part = subjects.part(expression.name);
      return { value: () => (part.works ? 1 : 0), phase: undefined };
    }
    case 'atLeast': {
      const terms = expression.of.map((term) => compile(term, subjects));
      return together(terms, expression.count);
    }
  }
}

/** As many users are served as `count` of the terms serve each: the count-th largest of them. */
function together(terms: readonly Term[], count: number): Term {
  const telling = terms.filter(({ phase }) => phase !== undefined);
  const values = new Float64Array(terms.length);
  return {
    value: () => {
      if (count <= 0) return 1;
      for (let index = 0; index < terms.length; index++) values[index] = terms[index]!.value();
      return values.sort()[terms.length - count] ?? 0;
    },
    phase: telling.length === 0 ? undefined : () => phaseOf(telling),
  };
}

/** That of the first that serves nobody. */
function phaseOf(terms: readonly Term[]): LevelPhase {
  const lost = terms.find((term) => term.value() === 0) ?? terms[0]!;
  return lost.phase!();
}

function there<Subject>(subject: Subject | undefined, what: string): Subject {
  if (subject === undefined) throw new RangeError(`the topology has no ${what}`);
  return subject;
}
