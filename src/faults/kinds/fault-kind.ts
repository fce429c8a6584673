/**
 * What a kind of fault says of itself: what it can hit, what it does there, who ends it, its own
 * settings. One file beside this one states one kind; fault-kinds.ts lists them.
 */

import type { Layout } from '../../model/control-plane/layout.ts';
import type { CutPlan } from '../../model/network/machine-network.ts';
import type { FaultEffect, ImpairmentPlan, RepairedBy } from '../plans.ts';

/** How sure a figure is: V read in the source, D derived from such, A an assumption. */
export type Evidence = 'V' | 'D' | 'A';

export type FaultClass =
  | 'hardware'
  | 'network'
  | 'power and site'
  | 'software'
  | 'people and change'
  | 'overload'
  | 'planned work'
  | 'shared causes'
  | 'other';

/** The least of the model that knows what such a fault does. */
type FaultLayer = 'structure' | 'etcd messages' | 'kubernetes';

/** A setting that only this kind has. */
export interface KindSetting {
  readonly key: string;
  /** factor: how many times as much, 1 or more. rate: so often in a time. */
  readonly type: 'factor' | 'rate';
  /** As a scenario file would write it; absent: left out, it does nothing. */
  readonly default?: string | number;
  readonly unit: string;
  /** Of the default. */
  readonly source: string;
  readonly evidence: Evidence;
  readonly description: string;
  /** As a scenario file would write them. */
  readonly examples: readonly (string | number)[];
}

/** Settings of its own that a fault has, defaults filled in; rates are per microsecond. */
export type KindValues = Readonly<Record<string, number | undefined>>;

/** One thing that a kind of fault can hit. */
export interface Target {
  /** What the mode is named after. */
  readonly component: string;
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
  /**
   * Machines whose etcd process or disk does not work as it should, without being down; or
   * processes of Kubernetes that are killed or frozen.
   */
  readonly impaired: readonly string[];
  readonly clockOf: string | undefined;
  /** Names whose overrides it follows, from the most general to the most particular. */
  readonly overriddenBy: readonly string[];
  /** Whether a cause shared by the etcd members' parts of this kind hits it. */
  readonly carriesMember: boolean;
}

export interface FaultKind<Key extends string = string> {
  /** As `failures` and `overrides` name it, such as `machine.crash`. */
  readonly key: Key;
  readonly description: string;
  readonly class: FaultClass;
  readonly layer: FaultLayer;
  /** Who ends it unless the scenario says otherwise. */
  readonly by: {
    readonly value: RepairedBy;
    readonly source: string;
    readonly evidence: Evidence;
  };
  /** Whether it only ends a process, which its supervisor starts again: it has no repair. */
  readonly isKill?: true;
  /** Whether etcd members whose machine or disk it takes down lose their data. */
  readonly losesData?: true;
  /** Kinds whose repair replaces what fails in this way, so that its clock starts anew. */
  readonly renewedBy?: readonly string[];
  readonly settings?: readonly KindSetting[];
  /** The error where none of the settings is given, of which it needs at least one. */
  readonly needsSetting?: string;
  targets(layout: Layout): Target[];
  /** What it does to what its targets call impaired. */
  impairment?(impaired: readonly string[], values: KindValues): ImpairmentPlan;
}

/** A kind whose key keeps its literal type. */
export function faultKind<const Key extends string>(kind: FaultKind<Key>): FaultKind<Key> {
  return kind;
}

/** What a fault of a kind does where it hits all of `targets` at once. */
export function effectOf(
  { impairment, losesData }: FaultKind,
  targets: readonly Target[],
  values: KindValues,
): FaultEffect {
  const impaired = targets.flatMap((target) => target.impaired);
  return {
    parts: targets.flatMap((target) => target.parts),
    cuts: targets.flatMap((target) => target.cuts),
    ...(impairment === undefined ? {} : { impairments: [impairment(impaired, values)] }),
    ...(losesData === undefined ? {} : { losesData }),
  };
}
