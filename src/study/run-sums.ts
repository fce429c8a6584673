/** What replications of one scenario add up to: all that figures are made of, and nothing else. */
import type { Objective, Scenario } from '../scenario/scenario.ts';
import { EtcdSummary, type EtcdSums } from './etcd-summary.ts';
import { LevelSummary, type LevelSums } from './level-summary.ts';
import { isYearly } from './objectives.ts';

/** Of the form in which sums go as plain data; raised with each change of it. */
export const SUMS_VERSION = 1;

/** Sums as plain data, for a structured clone or JSON. */
export interface SumsData {
  readonly version: number;
  readonly replications: number;
  readonly eventsExecuted: number;
  readonly ticksElided: number;
  /** In the order of the scenario's levels. */
  readonly levels: readonly LevelSums[];
  readonly etcd: EtcdSums;
}

export class RunSums {
  replications = 0;
  eventsExecuted = 0;
  /** Ticks of sleeping timers that no replication had to simulate. */
  ticksElided = 0;
  readonly levels: readonly LevelSummary[];
  /** How leadership moved, of scenarios with etcd at message level. */
  readonly etcd: EtcdSummary;

  /** @param canBrownOut of each level */
  constructor(scenario: Scenario, canBrownOut: readonly boolean[]) {
    this.levels = scenario.topology.levels.map(({ name }, index) => {
      const objectives = yearlyObjectives(scenario, name);
      return new LevelSummary(scenario.horizon, objectives, canBrownOut[index]);
    });
    this.etcd = new EtcdSummary(scenario.horizon, scenario.topology.etcd?.backup !== undefined);
  }

  /** @throws Error where the data are of another version or another scenario */
  static of(scenario: Scenario, data: SumsData): RunSums {
    requireVersion(data.version);
    if (data.levels.length !== scenario.topology.levels.length) {
      throw new Error('these sums are of a scenario with other levels');
    }
    const canBrownOut = data.levels.map(({ brownouts }) => brownouts !== undefined);
    const sums = new RunSums(scenario, canBrownOut);
    sums.merge(data);
    return sums;
  }

  data(): SumsData {
    const { replications, eventsExecuted, ticksElided, levels, etcd } = this;
    return {
      version: SUMS_VERSION,
      replications,
      eventsExecuted,
      ticksElided,
      levels: levels.map((level) => level.data()),
      etcd: etcd.data(),
    };
  }

  merge(other: SumsData): void {
    requireVersion(other.version);
    this.replications += other.replications;
    this.eventsExecuted += other.eventsExecuted;
    this.ticksElided += other.ticksElided;
    this.levels.forEach((level, index) => {
      level.merge(other.levels[index]!);
    });
    this.etcd.merge(other.etcd);
  }
}

function requireVersion(version: number): void {
  if (version === SUMS_VERSION) return;
  throw new Error(`sums of version ${version} cannot be read here, only of ${SUMS_VERSION}`);
}

function yearlyObjectives(scenario: Scenario, level: string): Objective[] {
  return scenario.objectives.filter(
    (objective) => objective.level === level && isYearly(objective.figure),
  );
}
