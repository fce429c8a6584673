/** What every command says of itself; what it needs to do its work it loads only when it acts. */
import type { Options, PositionalOptions } from 'yargs';
import type { ExitCode } from './exit-codes.ts';

export interface Command {
  readonly name: string;
  /** With its positional arguments, as yargs reads them. */
  readonly usage: string;
  readonly describe: string;
  readonly positionals: Readonly<Record<string, PositionalOptions>>;
  readonly options: Readonly<Record<string, Options>>;
  /** Command lines without `quorate`, and what each is for. */
  readonly examples: readonly (readonly [example: string, says: string])[];
  act(argv: Readonly<Record<string, unknown>>): Promise<ExitCode>;
}
