/** What is said of each phase, in the order in which the text tells them. */
import type { LevelPhase } from '../model/control-plane/service-levels.ts';
import type { PhaseShares } from '../study/result.ts';

const TEXTS: ReadonlyMap<LevelPhase, string> = new Map([
  ['structural', 'parts down and known to be'],
  ['detection', 'nobody knew yet'],
  ['planned', 'planned work'],
  ['election', 'election'],
  ['firstCommit', "the new leader's first commit"],
  ['recovery', 'members on their way back'],
  ['restore', 'data of a majority lost'],
  ['spaceAlarm', 'database over its quota'],
  ['balancer', 'no balancer there'],
  ['overload', 'API servers with more to do than they can'],
  ['probeKill', 'a failed probe about to kill it'],
  ['backOff', 'waiting to be started'],
  ['start', 'starting'],
  ['caches', 'watch caches being filled'],
  ['failover', 'failover to another'],
  ['leaseExpiry', 'a lease about to expire'],
  ['takeOver', 'a standby about to take over'],
  ['apiServer', 'no API server within reach'],
  ['etcd', 'etcd not serving'],
  ['network', 'the network to etcd'],
]);

/** Levels may supply phases that have no text of their own: those are told by their names. */
export function phaseTexts(phases: PhaseShares): (readonly [text: string, share: number])[] {
  const others = Object.keys(phases).filter((phase) => !TEXTS.has(phase));
  return [...TEXTS.keys(), ...others]
    .filter((phase) => phases[phase] !== undefined)
    .map((phase) => [TEXTS.get(phase) ?? phase, phases[phase]!]);
}
