/** The words for each phase of downtime, in the order in which they are listed. */
import type { LevelPhase } from '../model/control-plane/service-levels.ts';
import type { PhaseShares } from '../study/result.ts';

const TEXTS: ReadonlyMap<LevelPhase, string> = new Map([
  ['structural', 'detected, awaiting repair'],
  ['detection', 'undetected'],
  ['planned', 'planned work'],
  ['election', 'election'],
  ['firstCommit', 'first commit of a new leader'],
  ['recovery', 'members restarting or catching up'],
  ['restore', 'data of a majority lost, restore'],
  ['spaceAlarm', 'database over its quota'],
  ['balancer', 'no load balancer'],
  ['overload', 'API server overload'],
  ['probeKill', 'waiting for a failed probe to restart it'],
  ['backOff', 'restart back-off'],
  ['start', 'starting'],
  ['caches', 'filling watch caches'],
  ['failover', 'failover'],
  ['leaseExpiry', 'lease expiry'],
  ['takeOver', 'takeover by a standby'],
  ['apiServer', 'no API server reachable'],
  ['etcd', 'etcd unavailable'],
  ['network', 'network to etcd'],
]);

/** Levels may supply phases that have no text of their own: those are listed by name. */
export function phaseTexts(phases: PhaseShares): (readonly [text: string, share: number])[] {
  const others = Object.keys(phases).filter((phase) => !TEXTS.has(phase));
  return [...TEXTS.keys(), ...others]
    .filter((phase) => phases[phase] !== undefined)
    .map((phase) => [TEXTS.get(phase) ?? phase, phases[phase]!]);
}
