/**
 * Something that listens on an address, as those see it who ask it: clients, health checks, probes,
 * load balancers. It tells what a request sent now would meet, so that nobody fires requests.
 */
import type { Duration } from '../engine/clock.ts';
import type { Effects } from '../engine/effects.ts';

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
  /** Nothing comes back: the machine or the way to it is gone. */
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
}

export interface Endpoint {
  readonly name: string;
  /** What a request sent now meets, for as long as no watcher is told otherwise. */
  readonly answer: Answer;
  /** Watchers are told in the order in which they came. */
  watch(watcher: EndpointWatcher): void;
}

export interface EndpointWatcher {
  answerChanged(endpoint: Endpoint, effects: Effects): void;
}
