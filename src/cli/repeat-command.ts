/** The command line that gives the same figures again. */
import type { Parameter } from '../scenario/origin.ts';
import type { RunResult } from '../study/result.ts';

/** Paths with an option of their own: the words of it. */
const SHORT: Readonly<Record<string, (parameter: Parameter) => readonly string[]>> = {
  replications: ({ text }) => ['--replications', text],
  precision: ({ value }) => ['--precision', percent(value as number)],
  horizon: ({ text }) => ['--years', text.replace(/ years$/, '')],
  confidence: ({ value }) => ['--confidence', percent(value as number)],
};

/**
 * Of an interrupted run: the one that does as many replications as were done. What came from
 * standard input comes from there again, out of a file that is still to be named.
 * @param parameters of the scenario, some of which options gave
 */
export function repeatCommand(
  file: string,
  { seed, complete, replications }: RunResult['run'],
  parameters: readonly Parameter[],
): string {
  const words = ['quorate', 'run', quoted(file), '--seed', quoted(seed)];
  if (!complete) words.push('--replications', String(replications));
  const given = parameters.filter(({ path, origin }) => {
    const isStop = path === 'replications' || path === 'precision';
    return origin.kind === 'option' && path !== 'seed' && !(isStop && !complete);
  });
  for (const [path, wordsOf] of Object.entries(SHORT)) {
    const short = given.find((parameter) => parameter.path === path);
    if (short !== undefined) words.push(...wordsOf(short));
  }
  for (const { path, text } of given) {
    if (!Object.hasOwn(SHORT, path)) words.push('--set', quoted(`${path}=${text}`));
  }
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
