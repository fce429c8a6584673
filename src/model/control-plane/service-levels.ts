/** What is available, now: a service level is a number from 0 (nobody is served) to 1 (all are). */
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import type { Quorum } from '../etcd/quorum.ts';
import type { Part } from '../parts/part.ts';
import type { Kubernetes } from './kubernetes.ts';
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
  /** The level now, from 0 to 1; exactly 0 in an outage and exactly 1 without a loss. */
  value(): number;
  /** What a loss waits for, where the level knows more than the structure; else undefined. */
  phase(): LevelPhase | undefined;
}

/** What level expressions may speak of. */
interface LevelSubjects {
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
  const { expression, name } = plan;
  const { value, phase } = compile(expression, subjects);
  const canBrownOut = asksFor(expression, ['api']);
  const explain = asksFor(expression, ['api', 'controllers']) ? 'disturbance' : 'structure';
  return { name, canBrownOut, explain, value, phase: () => phase?.() };
}

function asksFor(expression: LevelExpression, kinds: readonly LevelExpression['kind'][]): boolean {
  return expression.kind === 'atLeast'
    ? expression.of.some((term) => asksFor(term, kinds))
    : kinds.includes(expression.kind);
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
      let whole = 0;
      let none = 0;
      for (let index = 0; index < terms.length; index++) {
        const value = terms[index]!.value();
        values[index] = value;
        // Most terms are whole or lost: counted, they spare the rest and the sorting.
        if (value === 1 && ++whole === count) return 1;
        if (value === 0 && ++none > terms.length - count) return 0;
      }
      return values.sort()[terms.length - count] ?? 0;
    },
    phase: telling.length === 0 ? undefined : () => phaseOf(telling),
  };
}

/** That of the first that serves nobody, or else not all. */
function phaseOf(terms: readonly Term[]): LevelPhase {
  const none = terms.find((term) => term.value() === 0);
  const lost = none ?? terms.find((term) => term.value() < 1) ?? terms[0]!;
  return lost.phase!();
}

function there<Subject>(subject: Subject | undefined, what: string): Subject {
  if (subject === undefined) throw new RangeError(`the topology has no ${what}`);
  return subject;
}
