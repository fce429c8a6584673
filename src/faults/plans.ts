/**
 * What can go wrong, as plain data: failure modes with their laws, scripted events, and how
 * repairs are found, staffed and done. The classes beside this file give these plans life.
 */
import type { Duration, Time } from '../engine/clock.ts';
import type { LawPlan } from '../engine/laws/law.ts';
import type { CutPlan } from '../model/network/machine-network.ts';
import type { Ending } from '../model/process/managed-process.ts';

/**
 * What an active fault does to processes, disks and links without taking a part down. Machines are
 * those of etcd members, processes those of Kubernetes; each needs etcd at message level.
 */
export type ImpairmentPlan =
  /** The etcd process is stopped (SIGSTOP), and goes on when the fault ends. */
  | { readonly kind: 'freeze'; readonly machines: readonly string[] }
  /** No fsync returns until the fault ends. */
  | { readonly kind: 'diskStall'; readonly machines: readonly string[] }
  /** Each fsync takes `factor` times as long and `added` more. */
  | {
      readonly kind: 'diskSlow';
      readonly machines: readonly string[];
      readonly factor: number;
      readonly added: Duration;
    }
  /** Messages take longer, are lost now and then (TCP sends them again), or pass more slowly. */
  | {
      readonly kind: 'link';
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly delay: Duration;
      readonly jitter: Duration;
      readonly loss: number;
      /** Bytes a second; undefined leaves it as it is. */
      readonly bandwidth: number | undefined;
    }
  /** The cuts hold for `down`, then not for `up`, and so on until the fault ends. */
  | {
      readonly kind: 'flap';
      readonly cuts: readonly CutPlan[];
      readonly down: Duration;
      readonly up: Duration;
    }
  /**
   * Processes of Kubernetes or a balancer, such as `cp1.apiServer`, are killed as the fault begins,
   * or frozen until it ends; whoever keeps them starts them again.
   */
  | {
      readonly kind: 'killProcess' | 'freezeProcess';
      readonly processes: readonly string[];
    }
  /** The database is over its quota: the cluster takes no writes (NOSPACE). */
  | { readonly kind: 'spaceAlarm' }
  /**
   * The API servers on these machines are taken out of what new connections may go to, a cloud
   * balancer's targets or the records of DNS, until the fault ends.
   */
  | { readonly kind: 'deregister'; readonly machines: readonly string[] }
  /** Every node asks for so much more of the API servers, per microsecond. */
  | {
      readonly kind: 'surge';
      readonly listsPerNode: number;
      readonly requestsPerNode: number;
    };

/**
 * What an active fault does: the parts it takes down and the messages it loses. Scripted faults may
 * name machines by role: `leader`, `follower` (the first that follows) and `followers`, and parts
 * of theirs, such as `leader.disk`; who that is, is looked up when the fault begins.
 */
export interface FaultEffect {
  readonly parts: readonly string[];
  readonly cuts: readonly CutPlan[];
  readonly impairments?: readonly ImpairmentPlan[];
  /** How etcd processes end that it takes down; `kill` if left out. */
  readonly ending?: Ending;
  /** Whether members whose machine or disk it takes down lose their data. */
  readonly losesData?: boolean;
}

/** How long until somebody knows of a fault, so that a repair by a crew can be asked for. */
export type DetectionPlan =
  | { readonly kind: 'delay'; readonly law: LawPlan }
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
  readonly law: LawPlan;
  readonly by: RepairedBy;
  /** Absent: noticed at once. */
  readonly detection: DetectionPlan | undefined;
}

/** One way in which one thing (or one group, by a shared cause) fails again and again. */
export interface FailureModePlan {
  /** Unique, such as `cp1/machine.crash`. */
  readonly name: string;
  /** What its random streams are keyed by, whatever its name, such as `member 1/machine.crash`. */
  readonly stream: string;
  /** What causes are grouped by, such as `machine.crash`. */
  readonly kind: string;
  readonly effect: FaultEffect;
  /** Each target part is hit with this chance at each occurrence; 1 for ordinary faults. */
  readonly hitProbability: number;
  readonly law: LawPlan;
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
  /** Whether processes are asked to stop before their machine goes down. */
  readonly graceful: boolean;
  /** The next machine waits until every member serves again; it is looked at every `gap`. */
  readonly careful: boolean;
}

/** A member whose data are there is replaced on purpose: it leaves, and a new one joins. */
export interface MemberReplacementPlan {
  readonly type: 'replaceMember';
  readonly name: string;
  readonly kind: string;
  readonly at: Time;
  readonly every: Duration | undefined;
  readonly machine: string;
  readonly order: 'removeFirst' | 'addFirst';
  readonly asLearner: boolean;
}

export type ScriptedPlan = ScriptedFaultPlan | RollingRebootPlan | MemberReplacementPlan;

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
  /** Undefined: a crew for every fault. */
  readonly crews: number | undefined;
  /** From the moment a crew is free and told until its work begins. */
  readonly dispatch: LawPlan | undefined;
  readonly hours: WorkingHours | undefined;
}
