/** What a run found, as plain data in the units people read. JSON output holds the same. */

import type { LevelPhase } from '../model/control-plane/service-levels.ts';
import type { FigureName } from '../scenario/scenario.ts';
import type { Estimate } from '../statistics/intervals.ts';
import type { RunPart } from './run.ts';

/**
 * Shares of a level's downtime, which sum to 1, by what was going on. Beside `structural` and
 * `planned`, what etcd's members waited for while the quorum could stand. Levels that wait for
 * something else add phases of their own, which are there where they were seen.
 */
export interface PhaseShares {
  readonly [supplied: LevelPhase]: number;
  /** Parts were down and known to be. */
  readonly structural: number;
  /** Nobody knew yet: people of a fault that explains the outage, or members of a dead leader. */
  readonly detection: number;
  /** Planned work was one of the faults that explain the outage. */
  readonly planned: number;
  /** Members campaigned. */
  readonly election: number;
  /** A leader was elected and had not yet committed. */
  readonly firstCommit: number;
  /** Members started, reconnected or caught up. */
  readonly recovery: number;
  /** The data of a majority were lost, and a backup was restored if there was one. */
  readonly restore: number;
  /** The database was over its quota. */
  readonly spaceAlarm: number;
}

/** Outages that the same kinds of fault explain. */
export interface CauseFigures {
  /** Kinds in the smallest explaining set, such as `2 x machine.crash`. */
  readonly cause: string;
  /** Share of the level's downtime. */
  readonly downtimeShare: number;
  /** Outages that began with this cause. */
  readonly outages: number;
  /** Brownouts that did; there for levels that can have them. */
  readonly brownouts?: number | undefined;
  /** One such set by name, the first that was seen. */
  readonly example: readonly string[];
}

export interface TriggerFigures {
  /** Kind of the fault that began as the level was lost. */
  readonly trigger: string;
  readonly outages: number;
}

/** How often a fault of one name stood in the set that explains the downtime. */
export interface InvolvementFigures {
  readonly fault: string;
  readonly downtimeShare: number;
}

/** Intervals in which a level was between 0 and 1, however it changed within. */
export interface BrownoutFigures {
  /** That began, a year of 8760 h, mean. */
  readonly perYear: Estimate;
  /** Minutes in which the level was between 0 and 1, mean. */
  readonly timePerYear: Estimate;
  /** Minutes of downtime that they make (1 - level, over time), mean; the rest is outages. */
  readonly lost: Estimate;
  /** What was seen, not estimated. */
  readonly seen: {
    readonly brownouts: number;
    readonly openAtEnd: number;
    readonly timeMinutes: number;
    readonly lostMinutes: number;
    readonly replicationsWithBrownout: number;
  };
}

/** Downtime is 1 - level over time: all of an outage, and of a brownout what was lost. */
export interface LevelResult {
  /** Mean of the level over time, a share. */
  readonly availability: Estimate;
  /** Mean of 1 - level over time, a share, estimated directly. */
  readonly unavailability: Estimate;
  /** Minutes, mean. */
  readonly downtimePerYear: Estimate;
  /** Outages that began, a year of 8760 h, mean. */
  readonly outagesPerYear: Estimate;
  /** Minutes of downtime in one year (or horizon, if shorter), over all of them. */
  readonly downtimeOfAYear: {
    readonly median: Estimate;
    readonly p95: Estimate;
    readonly p99: Estimate;
    readonly worst: number;
  };
  /** Seconds. */
  readonly outageLength: {
    readonly mean: Estimate;
    readonly p50: Estimate;
    readonly p90: Estimate;
    readonly p99: Estimate;
    readonly longest: number;
  };
  /** Hours, mean, under a constant hazard. */
  readonly timeToFirstOutage: Estimate;
  /** Chance that a year (or horizon, if shorter) has no downtime. */
  readonly yearWithoutDowntime: Estimate;
  /** There for levels that can be between 0 and 1. */
  readonly brownouts?: BrownoutFigures | undefined;
  readonly phases: PhaseShares;
  /** Largest share first. */
  readonly causes: readonly CauseFigures[];
  readonly triggers: readonly TriggerFigures[];
  readonly involved: readonly InvolvementFigures[];
  /** What was seen, not estimated. */
  readonly seen: {
    readonly outages: number;
    /** Outages still open when the horizon ended: how long they would have been is not known. */
    readonly openAtEnd: number;
    readonly downtimeMinutes: number;
    readonly replicationsWithOutage: number;
  };
}

/** How leadership moved and what losses of data cost. */
export interface EtcdResult {
  /** Leaders elected, a year of 8760 h, mean. */
  readonly electionsPerYear: Estimate;
  /** Of these, other members than the leader before. */
  readonly leaderChangesPerYear: Estimate;
  /** Rounds in which rivals' votes were split, so that nobody won. */
  readonly splitRoundsPerYear: Estimate;
  /** Losses of the data of a majority. */
  readonly dataLossesPerYear: Estimate;
  /** What was seen of these, not estimated. */
  readonly seen: {
    readonly elections: number;
    readonly leaderChanges: number;
    readonly splitRounds: number;
    readonly dataLosses: number;
    readonly restores: number;
    /** Hours of writes lost at each loss, back to the last backup, mean. */
    readonly lostHours: number | undefined;
    /** Hours from each loss that was restored to that moment, mean. */
    readonly restoreHours: number | undefined;
  };
}

export type Verdict = 'met' | 'missed' | 'undecided';

export interface ObjectiveResult {
  readonly objective: string;
  readonly level: string;
  readonly figure: FigureName;
  /** In the figure's unit: a share, a number a year, minutes, seconds or hours. */
  readonly limit: number;
  readonly estimate: Estimate;
  readonly verdict: Verdict;
  /** Chance that one year (or horizon, if shorter) on its own meets the objective. */
  readonly chanceOfAYear: Estimate | undefined;
}

export interface RunResult {
  readonly run: {
    readonly seed: string;
    readonly replications: number;
    /** Replications the scenario asked for, or the most it allowed. */
    readonly replicationsAsked: number;
    /** False when the run was interrupted before its end. */
    readonly complete: boolean;
    /** Only of runs with a precision to reach. */
    readonly precisionReached: boolean | undefined;
    readonly horizonHours: number;
    readonly warmUpHours: number;
    readonly yearsSimulated: number;
    readonly confidence: number;
    readonly eventsExecuted: number;
    readonly ticksElided: number;
    readonly wallSeconds: number;
  };
  readonly levels: Readonly<Record<string, LevelResult>>;
  /** Of runs with etcd at message level. */
  readonly etcd: EtcdResult | undefined;
  readonly objectives: readonly ObjectiveResult[];
  /** What it was made of, for `mergeRuns`. */
  readonly part: RunPart;
}
