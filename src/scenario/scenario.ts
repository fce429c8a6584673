/**
 * A checked scenario: everything a run needs, as plain data with all units resolved, and beside it
 * every parameter in force with where it came from.
 */
import type { Duration } from '../engine/clock.ts';
import type { FailureModePlan, RepairShopPlan, ScriptedPlan } from '../faults/plans.ts';
import type { TopologyPlan } from '../model/control-plane/topology.ts';
import type { Parameter } from './origin.ts';

/** When to stop adding replications. */
export type StopRule =
  | { readonly kind: 'replications'; readonly count: number }
  | {
      readonly kind: 'precision';
      /** Half the interval of the first level's unavailability over its estimate. */
      readonly relativeHalfWidth: number;
      readonly maximumReplications: number;
    };

export type FigureName =
  | 'availability'
  | 'unavailability'
  | 'downtimePerYear'
  | 'outagesPerYear'
  | 'meanOutage'
  | 'timeToFirstOutage';

export interface Objective {
  /** As the scenario writes it. */
  readonly text: string;
  readonly figure: FigureName;
  readonly level: string;
  readonly comparison: '<' | '<=' | '>' | '>=';
  /** A share, a number a year, or a duration in microseconds, as the figure is. */
  readonly value: number;
}

export interface Scenario {
  readonly name: string;
  /** The first comment line of the file: the question the scenario asks. */
  readonly question: string | undefined;
  /** Digits or text; the same seed gives the same bytes. */
  readonly seed: string;
  readonly horizon: Duration;
  /** Simulated before measuring starts, on top of the horizon. */
  readonly warmUp: Duration;
  readonly stop: StopRule;
  /** Of every interval, such as 0.95. */
  readonly confidence: number;
  readonly layout: 'stacked' | 'external';
  readonly topology: TopologyPlan;
  readonly modes: readonly FailureModePlan[];
  readonly events: readonly ScriptedPlan[];
  readonly repair: RepairShopPlan;
  readonly objectives: readonly Objective[];
  readonly parameters: readonly Parameter[];
  /** A short drawing of who stands where, one line a zone or rack, for reports. */
  readonly placement: readonly string[];
}
