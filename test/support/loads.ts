/** Loads of API servers whose figures tests can do by hand. */
import { MILLISECOND, SECOND } from '../../src/engine/clock.ts';
import type { LoadSettings, MemorySettings } from '../../src/model/load/load-settings.ts';

export const MEBIBYTE = 2 ** 20;
export const GIBIBYTE = 2 ** 30;

export interface LoadChanges extends Partial<Omit<LoadSettings, 'memory'>> {
  readonly memory?: Partial<MemorySettings>;
}

/** 600 seats; lists of half a second in 10 seats each, so that 120 are answered a second. */
export function loadOf({ memory, ...changes }: LoadChanges = {}): LoadSettings {
  return {
    nodes: 3000,
    requestsPerNode: 0.4 / SECOND,
    requestTime: 20 * MILLISECOND,
    watchesPerNode: 12,
    listTime: 500 * MILLISECOND,
    seats: 600,
    seatsPerList: 10,
    longestWait: 15 * SECOND,
    sharedFate: { etcdMemory: 2 * GIBIBYTE, slowDisk: { factor: 5, added: 5 * MILLISECOND } },
    ...changes,
    memory: {
      machine: 16 * GIBIBYTE,
      system: 2 * GIBIBYTE,
      base: GIBIBYTE,
      perWatch: 75 * 1024,
      perList: 40 * MEBIBYTE,
      growth: 0,
      ...memory,
    },
  };
}
