/**
 * What a result lets programs read. Where no loss was seen, what a run computes from none (a
 * share of 1, a length of 0) is no finding, and is left out; bounds, and what was counted, stay.
 */
import type { Estimate } from '../statistics/intervals.ts';
import type { LevelResult, ObjectiveResult, PhaseShares, RunResult } from '../study/result.ts';

export interface PublishedLevel extends Omit<LevelResult, 'phases' | 'outageLength'> {
  /** Undefined without downtime. */
  readonly phases: { readonly [Phase in keyof PhaseShares]: number | undefined };
  readonly outageLength: Omit<LevelResult['outageLength'], 'longest'> & {
    /** Undefined without an outage. */
    readonly longest: number | undefined;
  };
}

/** Whether the level was never lost, nor browned out, in all that was simulated. */
export function isUnseen({ seen, brownouts }: LevelResult): boolean {
  const dimmed = brownouts?.seen.brownouts ?? 0;
  return seen.outages === 0 && dimmed === 0 && seen.downtimeMinutes === 0;
}

/** Whether it was never lost altogether, though it may have browned out. */
export function isWithoutOutage({ seen }: LevelResult): boolean {
  return seen.replicationsWithOutage === 0;
}

export function publishedLevel(level: LevelResult): PublishedLevel {
  const { seen, phases, outageLength, yearWithoutDowntime } = level;
  const share = (value: number) => (seen.downtimeMinutes === 0 ? undefined : value);
  return {
    ...level,
    yearWithoutDowntime: isUnseen(level) ? boundsOf(yearWithoutDowntime) : yearWithoutDowntime,
    phases: mapped(phases, share) as PublishedLevel['phases'],
    outageLength: {
      ...outageLength,
      longest: seen.outages === 0 ? undefined : outageLength.longest,
    },
  };
}

export function publishedObjectives({ objectives, levels }: RunResult): ObjectiveResult[] {
  return objectives.map((objective) => {
    const { level, chanceOfAYear } = objective;
    if (chanceOfAYear === undefined || !isUnseen(levels[level]!)) return objective;
    return { ...objective, chanceOfAYear: boundsOf(chanceOfAYear) };
  });
}

function boundsOf(estimate: Estimate): Estimate {
  return { ...estimate, estimate: Number.NaN };
}

function mapped<Key extends string>(
  values: { readonly [Name in Key]: number },
  map: (value: number) => number | undefined,
): { readonly [Name in Key]: number | undefined } {
  const entries = Object.entries<number>(values).map(([key, value]) => [key, map(value)] as const);
  return Object.fromEntries(entries) as { [Name in Key]: number | undefined };
}
