/** Loads of API servers whose figures tests can do by hand. */
import { MILLISECOND, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import type {
  LoadSettings,
  MemorySettings,
  SharedFateSettings,
} from '../../../src/model/load/load-settings.ts';

export const MEBIBYTE = 2 ** 20;
export const GIBIBYTE = 2 ** 30;

/** The couplings as a scenario has them that says nothing of them, but for etcd's 2 GiB. */
export const COUPLED = {
  memory: { etcd: 2 * GIBIBYTE, regrowth: MINUTE },
  disk: { utilization: 0.9, writeTime: 20 * MILLISECOND },
  cpu: { cores: 4, slice: 10 * MILLISECOND },
} as const satisfies SharedFateSettings;

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
    spread: 0,
    sharedFate: COUPLED,
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
