/** Where the values of a scenario come from. */
import type { Evidence } from '../faults/kinds/fault-kind.ts';
import type { WrittenMapping } from './catalogue/key.ts';
import type { Path } from './text/yaml-document.ts';

export type Origin =
  | { readonly kind: 'file'; readonly line: number; readonly column: number }
  | {
      readonly kind: 'preset';
      readonly preset: string;
      readonly source: string;
      readonly evidence: Evidence;
    }
  | { readonly kind: 'built-in'; readonly source: string; readonly evidence: Evidence }
  /** Given on the command line or by the calling program. */
  | { readonly kind: 'option' };

/** One parameter of the tree: a path with its value, its text and its origin; plain data. */
export interface Parameter {
  /** Such as `failures.machine.crash.mttf`. */
  readonly path: string;
  /** As people write it, with its unit; YAML reads the same value from it. */
  readonly text: string;
  /**
   * As the simulation takes it: microseconds, events per microsecond, shares of 1, bytes, names,
   * and distributions by family and parameters; null where the text says that there is nothing.
   */
  readonly value: unknown;
  /** Of the value; undefined where it is a name, a number or a choice. */
  readonly unit: string | undefined;
  readonly origin: Origin;
  /** It says how to simulate, not how the world is: no parameter of the model. */
  readonly isRunSetting: boolean;
}

/** Something that gives values to a scenario. */
export interface Source {
  /** Lists of entries may be mappings from a number to an entry. */
  readonly values: WrittenMapping;
  /** Of these what somebody wrote; all of them if left out. */
  readonly given?: WrittenMapping;
  origin(path: Path): Origin;
}
