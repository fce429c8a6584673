/**
 * What can go wrong, as plain data: failure modes with their laws, scripted events, and how
 * repairs are found, staffed and done. The classes beside this file give these plans life.
 */
import type { Duration, Time } from '../engine/clock.ts';
import type { Law } from '../engine/laws/law.ts';
import type { CutPlan } from '../model/topology.ts';

/** What an active fault does: the parts it takes down and the messages it loses. */
export interface FaultEffect {
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
}

/** How long until somebody knows of a fault, so that a repair by a crew can be asked for. */
export type DetectionPlan =
  | { readonly kind: 'delay'; readonly law: Law }
  | { readonly kind: 'inspection'; readonly every: Duration; readonly offset: Duration }
  | {
      readonly kind: 'healthCheck';
      readonly interval: Duration;
      readonly fall: number;
      readonly rise: number;
    };

/**
 * Who ends a fault: `itself` (a reboot, a provider), a `crew` of the scenario's repair shop,
 * or the kubelet as `supervisor`, whose back-off comes before the law's start-up time.
 */
export type RepairedBy = 'itself' | 'crew' | 'supervisor';

export interface ModeRepairPlan {
  readonly law: Law;
  readonly by: RepairedBy;
  /** Absent: noticed at once. */
  readonly detection: DetectionPlan | undefined;
}

/** One way in which one thing (or one group, by a shared cause) fails again and again. */
export interface FailureModePlan {
  /** Unique, and the name of its random streams, such as `cp1/machine.crash`. */
  readonly name: string;
  /** What causes are grouped by, such as `machine.crash`. */
  readonly kind: string;
  readonly effect: FaultEffect;
  /** Each target part is hit with this chance at each occurrence; 1 for ordinary faults. */
  readonly hitProbability: number;
  readonly law: Law;
  /** The hazard of `law` is multiplied by this: 1 - beta for a part, beta for its group's shock. */
  readonly hazardFactor: number;
  /** The clock runs only while this part works; absent: it runs all the time (calendar time). */
  readonly clockOf: string | undefined;
  /** Names of the modes whose clocks start anew, as for a new part, when this fault is repaired. */
  readonly renews: readonly string[];
  readonly repair: ModeRepairPlan;
}

/** Something that the scenario says will happen, at a time or again and again. */
export interface ScriptedFaultPlan {
  readonly type: 'fault';
  readonly name: string;
  readonly kind: string;
  readonly effect: FaultEffect;
  readonly at: Time;
  readonly every: Duration | undefined;
  readonly for: Duration;
  /** Planned work, not a failure: its downtime is told apart. */
  readonly planned: boolean;
}

/** Machines taken down one after the other on purpose. */
export interface RollingRebootPlan {
  readonly type: 'rollingReboot';
  readonly name: string;
  readonly kind: string;
  readonly machines: readonly string[];
  readonly at: Time;
  readonly every: Duration | undefined;
  readonly down: Duration;
  readonly gap: Duration;
  /** The next machine waits until every member serves again; it is looked at every `gap`. */
  readonly careful: boolean;
}

export type ScriptedPlan = ScriptedFaultPlan | RollingRebootPlan;

/** Hours in which crews work; time 0 of a replication is Monday 00:00. */
export interface WorkingHours {
  /** Days of the week that are worked, Monday is 0. */
  readonly days: readonly number[];
  /** Since midnight. */
  readonly from: Duration;
  /** Since midnight, after `from`, 24 h at the most. */
  readonly to: Duration;
}

/** Who repairs what a `crew` must repair. */
export interface RepairShopPlan {
  /** Infinity: a crew for every fault. */
  readonly crews: number;
  /** From the moment a crew is free and told until its work begins. */
  readonly dispatch: Law | undefined;
  readonly hours: WorkingHours | undefined;
}
