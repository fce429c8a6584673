/** The words of a trace for each kind of state change, and its data. */
import type { StateChange } from '../engine/effects.ts';

declare module '../engine/effects.ts' {
  interface ChangeData {
    /** A warm-up is over. */
    measuringBegins: object;
    /** The last of a trace that was interrupted. */
    traceIncomplete: object;
  }
}

type Words = {
  readonly [K in StateChange['kind']]:
    | string
    | ((change: Extract<StateChange, { kind: K }>) => string);
};

const WORDS: Words = {
  partUp: 'up',
  partDown: 'down',
  believedUp: 'believed up',
  believedDown: 'believed down',
  pathCut: 'cut',
  pathHealed: 'healed',
  faultBegins: 'begins',
  faultEnds: 'ends',
  faultNoticed: 'noticed',
  machineShutsDown: 'shuts down',
  containerStarted: 'is started',
  containerAskedToStop: 'is asked to stop',
  containerKilled: 'is killed',
  containerExited: 'has exited',
  containerWaits: ({ seconds }) => `waits ${seconds} s (back-off)`,
  containerReady: 'ready',
  containerNotReady: 'not ready',
  probeFailed: ({ probe }) => `fails its ${probe} probe`,
  probePassed: ({ probe }) => `passes its ${probe} probe`,
  memberLeads: ({ term }) => `leads, term ${term}`,
  memberLeadsNoMore: 'leads no more',
  memberLearnsOfLeader: 'no longer takes itself for the leader',
  memberExited: 'etcd has exited',
  memberHeldByDisk: 'etcd is killed, and waits for its disk',
  memberServesClients: 'serves clients',
  memberWaits: ({ meanMs }) => `waits ${Math.round(meanMs)} ms in the mean`,
  systemdGaveUp: 'is not started again by systemd',
  snapshotSent: ({ to }) => `sends ${to} a snapshot`,
  snapshotReceived: 'has received a snapshot',
  replacement: ({ step }) => REPLACEMENT[step],
  majorityLostData: 'has lost the data of a majority',
  restoredFromBackup: 'is restored from a backup',
  writes: ({ phase }) => phase,
  reads: ({ phase, areGranted }) => `${phase}, reads ${areGranted ? 'too' : 'not'}`,
  apiServerPhase: ({ phase }) => phase,
  apiServerGrants: ({ write, read, cachedRead }) =>
    `grants ${[write, read, cachedRead].map((share) => share.toFixed(2)).join(' ')}`,
  serverNotBusy: 'is not busy',
  serverOverloaded: ({ answered }) =>
    `answers ${(100 * answered).toFixed(2)} % of requests in time`,
  listsWait: 'keeps lists waiting',
  connectionsStall: 'stall',
  connectionsBreak: 'break',
  connectionsCome: 'come',
  leasePhase: ({ phase }) => LEASE_PHASES[phase],
  candidateStandsBy: 'stands by',
  candidateLeads: 'leads',
  candidateLostLease: 'exits: lost its lease',
  candidateStopped: 'stopped',
  processFrozen: 'frozen',
  processThawed: 'thawed',
  markedUp: 'marked up',
  markedDown: 'marked down',
  weightRisen: 'weight risen',
  targetHealthy: 'healthy',
  targetUnhealthy: 'unhealthy',
  targetRegistered: 'registered',
  targetDeregistered: 'deregistered',
  vrrpState: ({ state }) => state,
  recordsChanged: 'records changed',
  clientsGoOver: 'clients go over',
  measuringBegins: 'begins',
  traceIncomplete: 'INCOMPLETE',
};

const REPLACEMENT = {
  memberLeaves: 'member asked to leave',
  memberJoins: 'member asked to join',
  learnerJoins: 'learner asked to join',
  learnerPromoted: 'learner promoted',
  deadMemberLeaves: 'dead member asked to leave',
  memberReplaced: 'member replaced',
} as const;

const LEASE_PHASES = {
  served: 'has a leader at work',
  leaseExpiry: 'waits for the lease to expire',
  takeOver: 'waits for a standby to take over',
  backOff: 'waits for a process to start',
  apiServer: 'waits for an API server',
  structural: 'waits for a machine',
  frozen: 'waits for a frozen process',
} as const;

/** What its subject came to. */
export function stateWords(change: StateChange): string {
  const words = WORDS[change.kind] as string | ((change: StateChange) => string);
  return typeof words === 'string' ? words : words(change);
}
