/** Options that take the place of a scenario's own values. */
import type { Options } from 'yargs';
import { Refusal } from './exit-codes.ts';
import { parsePositiveNumber, percentage, positiveWhole, single, text, typed } from './options.ts';

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
  /** As `path=value`. */
  readonly set?: readonly Setting[];
}

/** One value of the scenario, as it was typed. */
interface Setting {
  readonly path: string;
  /** As YAML writes it. */
  readonly text: string;
}

export const OVERRIDE_OPTIONS: Readonly<Record<string, Options>> = {
  replications: single(
    'replications',
    'how many histories to simulate, 10,000,000 at most',
    positiveWhole,
  ),
  years: single('years', 'length of each history, in years of 8760 h', parsePositiveNumber),
  precision: single(
    'precision',
    'instead of a number of histories: go on until the unavailability is known to within ' +
      'so many percent',
    percentage(0.01, 100, 5),
  ),
  confidence: single('confidence', 'of every interval, in percent', percentage(50, 99.99, 95)),
  seed: single('seed', 'the same seed gives the same bytes', text),
  set: {
    requiresArg: true,
    nargs: 1,
    describe: 'path=value: any parameter that explain shows; may be repeated',
    coerce: (value: unknown) =>
      value === undefined ? undefined : (Array.isArray(value) ? value : [value]).map(setting),
  },
};

function setting(given: unknown): Setting {
  const [, path = '', text = ''] = /^\s*([^=\s]+)\s*=([\s\S]*)$/.exec(typed(given)) ?? [];
  if (path !== '' && text.trim() !== '') return { path, text: text.trim() };
  throw new Refusal(
    `--set must be path=value, such as --set topology.controlPlanes=5, not "${typed(given)}"`,
  );
}

/** Values by path, as YAML gives them or as a text that is still to be read. */
export interface GivenOverrides {
  readonly values: Readonly<Record<string, string | number>>;
  readonly settings: readonly Setting[];
}

/** Whether YAML would read a number that is written alike. */
function isNumber(text: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(text);
}

export function overridesOf(given: OverrideArguments): GivenOverrides {
  const { replications, years, precision, confidence, seed, set: settings = [] } = given;
  if (replications !== undefined && precision !== undefined) {
    throw new Refusal('--replications and --precision cannot both say when to stop');
  }
  const values = {
    ...(replications === undefined ? {} : { replications }),
    ...(years === undefined ? {} : { horizon: `${years} years` }),
    ...(precision === undefined ? {} : { precision }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(seed === undefined ? {} : { seed: isNumber(seed) ? Number(seed) : seed }),
  };
  const paths = [...Object.keys(values), ...settings.map(({ path }) => path)];
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new Refusal(`${twice} is given twice; give it once`);
  return { values, settings };
}
