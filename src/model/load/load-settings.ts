/** What loads the API servers, and what a machine has to bear it, as plain data. */
import type { Duration } from '../../engine/clock.ts';
import type { Spell } from '../disk.ts';

/** Where a value comes from, stands with the defaults (scenario/load-defaults.ts). */
export interface LoadSettings {
  readonly nodes: number;
  /** Requests of one node in a steady flow, per microsecond. */
  readonly requestsPerNode: number;
  /** How long one of these holds a seat. */
  readonly requestTime: Duration;
  /** Watches of one node, each of which lists first where it cannot go on where it was. */
  readonly watchesPerNode: number;
  /** How long such a list holds its seats. */
  readonly listTime: Duration;
  /** Requests in execution, weighed: --max-requests-inflight and its mutating sibling. */
  readonly seats: number;
  readonly seatsPerList: number;
  /** A request that has waited so long for a seat is refused. */
  readonly longestWait: Duration;
  readonly memory: MemorySettings;
  /** How load reaches the etcd member on the same machine; undefined: not at all. */
  readonly sharedFate: SharedFateSettings | undefined;
}

/** Bytes. */
export interface MemorySettings {
  readonly machine: number;
  /** Of all that runs on the machine beside the API server and etcd. */
  readonly system: number;
  /** Of an API server that nobody uses. */
  readonly base: number;
  readonly perWatch: number;
  /** While a list is answered: the objects, and their text in one piece. */
  readonly perList: number;
  /** By which an API server grows, per microsecond; 0: it does not. */
  readonly growth: number;
}

export interface SharedFateSettings {
  /** Of an etcd member, in bytes. */
  readonly etcdMemory: number;
  /** What becomes of the member's fsyncs while the API server beside it is busy. */
  readonly slowDisk: Spell;
}

/** More load for a while: each node lists and asks so much more, per microsecond. */
export interface Surge {
  readonly listsPerNode: number;
  readonly requestsPerNode: number;
}
