/** Options that take the place of a scenario's own values. */
import type { Options } from 'yargs';
import type { OptionOverrides } from '../scenario/option-overrides.ts';
import { Refusal } from './exit-codes.ts';
import { percentage, positiveNumber, positiveWhole, single, text } from './options.ts';

/** What `OVERRIDE_OPTIONS` read. */
export interface OverrideArguments {
  readonly replications?: number;
  /** Of 8760 h. */
  readonly years?: number;
  /** A share. */
  readonly precision?: number;
  /** A share. */
  readonly confidence?: number;
  readonly seed?: string;
}

export const OVERRIDE_OPTIONS: Readonly<Record<string, Options>> = {
  replications: single(
    'replications',
    'how many histories to simulate, 10,000,000 at most',
    positiveWhole,
  ),
  years: single('years', 'length of each history, in years of 8760 h', positiveNumber),
  precision: single(
    'precision',
    'instead of a number of histories: go on until the unavailability is known to within ' +
      'so many percent',
    percentage(0.01, 100, 5),
  ),
  confidence: single('confidence', 'of every interval, in percent', percentage(50, 99.99, 95)),
  seed: single('seed', 'the same seed gives the same bytes', text),
};

export function overridesOf(given: OverrideArguments): OptionOverrides {
  const { replications, years, precision, confidence, seed } = given;
  if (replications !== undefined && precision !== undefined) {
    throw new Refusal('--replications and --precision cannot both say when to stop');
  }
  return {
    ...(replications === undefined ? {} : { replications }),
    ...(years === undefined ? {} : { horizon: `${years} years` }),
    ...(precision === undefined ? {} : { precision }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(seed === undefined ? {} : { seed }),
  };
}
