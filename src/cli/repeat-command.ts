/** The command line that gives the same figures again. */
import type { RunResult } from '../study/result.ts';
import type { OverrideArguments } from './overrides.ts';

/**
 * Of an interrupted run: the one that does as many replications as were done. What came from
 * standard input comes from there again, out of a file that is still to be named.
 */
export function repeatCommand(
  file: string,
  { seed, complete, replications }: RunResult['run'],
  options: OverrideArguments,
): string {
  const words = ['quorate', 'run', quoted(file), '--seed', quoted(seed)];
  if (!complete) words.push('--replications', String(replications));
  else if (options.replications !== undefined) {
    words.push('--replications', String(options.replications));
  }
  if (complete && options.precision !== undefined) {
    words.push('--precision', percent(options.precision));
  }
  if (options.years !== undefined) words.push('--years', String(options.years));
  if (options.confidence !== undefined) words.push('--confidence', percent(options.confidence));
  if (file === '-') words.push('< FILE');
  return words.join(' ');
}

function percent(share: number): string {
  return String(Number((share * 100).toPrecision(12)));
}

/** As a POSIX shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
