/**
 * The level `controllers`: 1 while both the controller manager and the scheduler have a holder of
 * their lease that runs and reaches its API server, else 0. Left out: the time in which a new
 * leader fills its caches, and work that is done slowly or twice.
 */
import type { LeaseElection, LeasePhase } from './lease-election.ts';

/** The one that takes longest to pass comes first. */
const PHASES: readonly LeasePhase[] = [
  'structural',
  'apiServer',
  'backOff',
  'leaseExpiry',
  'takeOver',
];

export class ControllersLevel {
  private readonly elections: readonly LeaseElection[];

  constructor(controllerManager: LeaseElection, scheduler: LeaseElection) {
    this.elections = [controllerManager, scheduler];
  }

  value(): number {
    return this.elections.every(({ isServed }) => isServed) ? 1 : 0;
  }

  /** What an outage waits for: of two leases, that which is further from having a holder. */
  phase(): LeasePhase | undefined {
    const phases = this.elections.map(({ phase }) => phase);
    return PHASES.find((phase) => phases.includes(phase));
  }
}
