/** What an API server is at, from its start to its end. */

export type ApiServerPhase =
  | 'down'
  /** No etcd member has let it in yet. */
  | 'connecting'
  /** It does not listen yet. */
  | 'loading'
  /** It listens, and its hooks are not done. */
  | 'initialising'
  | 'serving'
  /** Told to stop, it is not ready and goes on serving. */
  | 'stopping'
  /** It does not listen any more, and ends what is under way. */
  | 'draining';

/** Phases in which connections to it are taken. */
export const LISTENING: ReadonlySet<ApiServerPhase> = new Set([
  'initialising',
  'serving',
  'stopping',
]);

/** Whether its hooks are done and it listens. */
export function isAlive(phase: ApiServerPhase): boolean {
  return phase === 'serving' || phase === 'stopping';
}
