/** What every form of a run's report is made from. */
import type { Scenario } from '../scenario/scenario.ts';
import type { RunResult } from '../study/result.ts';

export interface RunReport {
  readonly scenario: Scenario;
  readonly result: RunResult;
  /** The scenario file as it was named. */
  readonly file: string;
  /** SHA-256 of the scenario file's bytes, in hexadecimal. */
  readonly digest: string;
  /** Of quorate. */
  readonly version: string;
  /** What to type to get the same figures again. */
  readonly command: string;
  /** Whether wall time, which no two runs share, is told too. */
  readonly timing: boolean;
}
