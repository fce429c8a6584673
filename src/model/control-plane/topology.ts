/**
 * A control plane as plain data: its parts, what each depends on, which of them are etcd members,
 * and the service levels asked of it. It says nothing of what fails or when.
 */
import type { EtcdLevel, EtcdPlan } from '../etcd/etcd-plan.ts';
import type { PartPlan } from '../parts/part.ts';
import type { ApiLevel, KubernetesPlan } from './kubernetes-plan.ts';

/** A voting etcd member: it serves while all of `standsOn` work. */
export interface MemberPlan {
  readonly name: string;
  readonly machine: string;
  /** Parts that must all work for the member to run with a usable disk. */
  readonly standsOn: readonly string[];
  /** The part that must work for messages to and from the member to pass, if one can fail. */
  readonly attachment: string | undefined;
}

/** When a level is 1: a part works, the quorum stands, or enough of some others are 1. */
export type LevelExpression =
  | { readonly kind: 'quorum' }
  | { readonly kind: 'etcd'; readonly level: EtcdLevel }
  | { readonly kind: 'api'; readonly level: ApiLevel }
  /** Controller manager and scheduler each have a leader at work. */
  | { readonly kind: 'controllers' }
  | { readonly kind: 'part'; readonly name: string }
  | { readonly kind: 'atLeast'; readonly count: number; readonly of: readonly LevelExpression[] };

export interface LevelPlan {
  readonly name: string;
  readonly expression: LevelExpression;
}

export interface TopologyPlan {
  readonly parts: readonly PartPlan[];
  readonly members: readonly MemberPlan[];
  /** The members at message level; absent where only the structure of the quorum is asked for. */
  readonly etcd?: EtcdPlan | undefined;
  /** What depends on etcd; absent where only etcd is asked for. Needs `etcd`. */
  readonly kubernetes?: KubernetesPlan | undefined;
  /** `etcd.quorum` first, then those of etcd at message level, then the scenario's own. */
  readonly levels: readonly LevelPlan[];
}
