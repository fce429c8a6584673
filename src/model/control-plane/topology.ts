/**
 * A control plane as plain data: its parts, what each stands on, which of them are etcd members,
 * and the service levels asked of it. It says nothing of what fails or when.
 */
import type { EtcdPlan } from '../etcd/etcd-plan.ts';
import type { ApiLevel, KubernetesPlan } from './kubernetes-plan.ts';

export type PartKind =
  | 'zone'
  | 'rack'
  | 'risk'
  | 'machine'
  | 'disk'
  | 'nic'
  | 'link'
  | 'switch'
  | 'attachment'
  | 'process'
  | 'component';

/** One thing that works or not. Hosts stand before the parts that need them. */
export interface PartPlan {
  readonly name: string;
  /** What its streams of random numbers are keyed by, whatever its name; that, if left out. */
  readonly stream?: string;
  readonly kind: PartKind;
  /** Names of the parts this one stands on. */
  readonly hosts: readonly string[];
  /** How many of `hosts` must work for this part to work; all of them unless said otherwise. */
  readonly hostsNeeded: number;
}

/** A voting etcd member: it serves while all of `standsOn` work. */
export interface MemberPlan {
  readonly name: string;
  readonly machine: string;
  /** Parts that must all work for the member to run with a usable disk. */
  readonly standsOn: readonly string[];
  /** The part that must work for messages to and from the member to pass, if one can fail. */
  readonly attachment: string | undefined;
}

/** Messages from any of `from` to any of `to` are lost. Names are those of machines. */
export interface CutPlan {
  readonly from: readonly string[];
  readonly to: readonly string[];
}

/**
 * What etcd at message level grants: a write can be committed now, a linearizable read answered;
 * nothing committed is lost.
 */
export type EtcdLevel = 'write' | 'read' | 'data';

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
  /** What stands on etcd; absent where only etcd is asked for. Needs `etcd`. */
  readonly kubernetes?: KubernetesPlan | undefined;
  /** `etcd.quorum` first, then those of etcd at message level, then the scenario's own. */
  readonly levels: readonly LevelPlan[];
}
