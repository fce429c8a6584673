/**
 * Something that listens on an address, as those see it who ask it: clients, health checks, probes,
 * load balancers. It tells what a request sent now would meet, so that nobody fires requests.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { NetworkPath } from './network-path.ts';

/** What a new connection and a request on it meet. */
export type AnswerKind =
  /** Answered as wished. */
  | 'ok'
  /** Answered with an error, such as 500. */
  | 'error'
  /** The connection is accepted, and no answer comes. */
  | 'hang'
  /** The connection is refused: the machine is there, nobody listens. */
  | 'refusal'
  /** Nothing comes back: the machine or the network path to it is gone. */
  | 'silence';

export interface Answer {
  readonly kind: AnswerKind;
  /** How long an answer of kind `ok` or `error` takes. */
  readonly after: Duration;
  /**
   * Of an error that comes of waiting in vain: for so long after it was asked it waits, and is
   * answered by what the server has to say then if that for which it waits comes meanwhile. Absent
   * where the answer is settled as it is asked.
   */
  readonly waits?: Duration;
  /** Where answers differ from request to request: kind and length above are then usual ones. */
  readonly law?: AnswerLaw;
  /**
   * What the network path to the server adds, where it is impaired: not counted in the length
   * above.
   */
  readonly path?: NetworkPath;
}

/** Answers that are a matter of chance. */
export interface AnswerLaw {
  /** Two laws of one server that say the same are the same. */
  readonly description: string;
  /** What a request sent at that moment meets, the same whenever it is asked. */
  at(now: Time): Answer;
}

/** What a request sent at `now` meets. */
export function answerAt(answer: Answer, now: Time): Answer {
  if (answer.law === undefined) return answer;
  const met = answer.law.at(now);
  return answer.path === undefined ? met : { ...met, path: answer.path };
}

/** Whether all requests meet the same, whenever they are sent. */
export function isSettled({ law, path }: Answer): boolean {
  return law === undefined && (path === undefined || path.isSteady);
}

/** Whether two answers are the same to whoever asks. */
export function isSameAnswer(one: Answer, other: Answer): boolean {
  return (
    one.kind === other.kind &&
    one.after === other.after &&
    one.law?.description === other.law?.description &&
    one.path?.description === other.path?.description
  );
}

export interface Endpoint {
  readonly name: string;
  /** What a request sent now meets, for as long as no watcher is notified. */
  readonly answer: Answer;
  /** Watchers are notified in the order in which they registered. */
  watch(watcher: EndpointWatcher): void;
}

export interface EndpointWatcher {
  answerChanged(endpoint: Endpoint, effects: Effects): void;
}
