/** What the exit code of a command says, and the errors that end one early. */
import type { RunResult } from '../study/result.ts';

export const EXIT = {
  met: 0,
  missed: 1,
  badInput: 2,
  fault: 3,
  undecided: 4,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES_HELP = [
  'Exit codes:',
  '  0    done; every objective met',
  '  1    an objective missed',
  '  2    bad input, or an output that cannot be written',
  '  3    an internal fault',
  '  4    undecided: an objective, or a precision not reached',
  '  130  interrupted (143: terminated); what was done until then is printed',
].join('\n');

/** Input or options that cannot be used; the message is all that people need. */
export class Refusal extends Error {}

/** A refusal whose message already names the file and place. */
export class ScenarioRefusal extends Refusal {}

/** Of a run that came to its end. */
export function outcomeOf({ objectives, run }: RunResult): ExitCode {
  if (objectives.some(({ verdict }) => verdict === 'missed')) return EXIT.missed;
  const undecided = objectives.some(({ verdict }) => verdict === 'undecided');
  return undecided || run.precisionReached === false ? EXIT.undecided : EXIT.met;
}
