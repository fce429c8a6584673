/** The section `load` as the settings of the model. */
import { DAY } from '../../engine/clock.ts';
import type { LoadSettings, SharedFateSettings } from '../../model/load/load-settings.ts';
import { COUPLINGS, type LoadSection } from '../catalogue/load-schema.ts';

export function loadSettings(load: LoadSection): LoadSettings {
  return {
    nodes: load.nodes,
    requestsPerNode: load.requestsPerNode,
    requestTime: load.requestTime,
    watchesPerNode: load.watchesPerNode,
    listTime: load.listTime,
    seats: load.seats,
    seatsPerList: load.seatsPerList,
    longestWait: load.longestWait,
    memory: {
      machine: load.machineMemory,
      system: load.systemMemory,
      base: load.baseMemory,
      perWatch: load.memoryPerWatch,
      perList: load.memoryPerList,
      growth: load.memoryGrowth / DAY,
    },
    spread: load.spread,
    sharedFate: sharedFate(load.sharedFate),
  };
}

/** Of each coupling that is not switched off. */
function sharedFate(given: LoadSection['sharedFate']): SharedFateSettings {
  if (given === 'none') return {};
  return Object.fromEntries(
    COUPLINGS.flatMap((coupling) =>
      given[coupling] === 'none' ? [] : [[coupling, given[coupling]]],
    ),
  );
}
