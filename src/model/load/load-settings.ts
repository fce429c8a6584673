/** What loads the API servers, and what a machine has to bear it, as plain data. */
import type { Duration } from '../../engine/clock.ts';

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
  /** How load reaches the etcd member on the same machine. */
  readonly sharedFate: SharedFateSettings;
  /** Servers differ by up to this share, up and down, in what lists and all memory cost them. */
  readonly spread: number;
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

/** Each coupling; undefined: that one is off. */
export interface SharedFateSettings {
  readonly memory?: SharedMemory | undefined;
  readonly disk?: SharedDisk | undefined;
  readonly cpu?: SharedProcessors | undefined;
}

interface SharedMemory {
  /** Bytes of an etcd member that the kernel cannot take back: not those of its database's map. */
  readonly etcd: number;
  /** From the start of a member until it has all of these again. */
  readonly regrowth: Duration;
}

interface SharedDisk {
  /** Of the disk's time, what others write while all seats of the API server are taken. */
  readonly utilization: number;
  /** How long one of their writes takes. */
  readonly writeTime: Duration;
}

interface SharedProcessors {
  readonly cores: number;
  /** For which whoever has a processor keeps it from the others. */
  readonly slice: Duration;
}

/** More load for a while: each node lists and asks so much more, per microsecond. */
export interface Surge {
  readonly listsPerNode: number;
  readonly requestsPerNode: number;
}
