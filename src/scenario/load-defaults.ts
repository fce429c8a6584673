/**
 * What loads the API servers where a scenario says nothing more than that something does, each
 * value with its source. V: read in the source; A: an assumption of ours, to be measured in a
 * cluster in question.
 */
import { DAY } from '../engine/clock.ts';
import type { LoadSettings, SharedFateSettings } from '../model/load/load-settings.ts';
import {
  COUPLINGS,
  type LoadSection,
  loadSchema,
  sharedFateSchema,
} from './catalogue/load-schema.ts';
import type { ScenarioFile } from './catalogue/scenario-schema.ts';
import { type Complete, over, type SourcedDefault, sectionsOf } from './defaults.ts';

/** What one value is. */
function row(
  key: string,
  value: unknown,
  source: string,
  evidence: SourcedDefault['evidence'] = 'A',
): SourcedDefault {
  return { path: ['load', ...key.split('.')], value, source, evidence };
}

export const LOAD_DEFAULTS: readonly SourcedDefault[] = [
  row('nodes', 1000, 'a choice of Quorate'),
  row('requestsPerNode', '0.4 / s', 'its lease each 10 s, and so much else of it and its pods'),
  row('requestTime', '20 ms', 'an ordinary request'),
  row('watchesPerNode', 12, 'of a kubelet, kube-proxy, a network plugin and an agent or two'),
  row('listTime', '500 ms', 'a list of some thousand objects'),
  row(
    'seats',
    600,
    'apiserver pkg/server/config.go: MaxRequestsInFlight 400, MaxMutatingRequestsInFlight 200',
    'V',
  ),
  row(
    'seatsPerList',
    10,
    'apiserver pkg/util/flowcontrol/request/config.go: a list of 1000 objects or more',
    'V',
  ),
  row(
    'longestWait',
    '15 s',
    'apiserver pkg/server/config.go, DefaultBuildHandlerChain: RequestTimeout / 4',
    'V',
  ),
  row('machineMemory', '16 GiB', 'a usual machine for 1000 nodes'),
  row('systemMemory', '2 GiB', 'the system, kubelet, controllers and what else is there'),
  row('baseMemory', '1 GiB', 'caches of some ten thousand objects'),
  row('memoryPerWatch', '75 KiB', 'kubernetes#117777 estimates 50 to 100 KiB'),
  row('memoryPerList', '40 MiB', 'some thousand objects, and their text in one piece'),
  row('memoryGrowth', 'none', 'no leak is taken for granted'),
  row('spread', '5 %', 'connections are not counted out evenly, and collectors run when they run'),
];

/** Where the member beside is coupled. */
export const FATE_DEFAULTS: readonly SourcedDefault[] = [
  row(
    'sharedFate.memory.etcd',
    '1 GiB',
    "etcd's memory benchmark: 0.6 GB for a million keys; answers in the making; Go's garbage",
  ),
  row('sharedFate.memory.regrowth', '1 min', 'clients watch and list again'),
  row(
    'sharedFate.disk.utilization',
    '90 %',
    'audit log, logs and pages read again; with writeTime, waits of 0.2 s in the mean',
  ),
  row('sharedFate.disk.writeTime', '20 ms', 'some 2.5 MB at the 125 MB/s of a common volume'),
  row('sharedFate.cpu.cores', 4, 'a machine of 16 GiB'),
  row(
    'sharedFate.cpu.slice',
    '10 ms',
    'Go runtime/proc.go, forcePreemptNS; Linux gives 3 ms and weighs groups',
  ),
];

/** Those of the section, where the file has it or something asks for it. */
export function loadDefaults({ load }: ScenarioFile): readonly SourcedDefault[] {
  if (load === undefined) return [];
  const isOn = (coupling: unknown) => {
    const { sharedFate = {} } = load;
    return sharedFate !== 'none' && sharedFate[coupling as keyof typeof sharedFate] !== 'none';
  };
  return [...LOAD_DEFAULTS, ...FATE_DEFAULTS.filter(({ path }) => isOn(path[2]))];
}

/** What the file says, over the defaults; undefined where it does not speak of load. */
export function loadSettings({ load }: ScenarioFile): LoadSettings | undefined {
  if (load === undefined) return undefined;
  const usual = loadSchema.parse(sectionsOf(LOAD_DEFAULTS).load);
  const all = over(usual, load) as Complete<LoadSection>;
  return {
    nodes: all.nodes,
    requestsPerNode: all.requestsPerNode,
    requestTime: all.requestTime,
    watchesPerNode: all.watchesPerNode,
    listTime: all.listTime,
    seats: all.seats,
    seatsPerList: all.seatsPerList,
    longestWait: all.longestWait,
    memory: {
      machine: all.machineMemory,
      system: all.systemMemory,
      base: all.baseMemory,
      perWatch: all.memoryPerWatch,
      perList: all.memoryPerList,
      growth: all.memoryGrowth / DAY,
    },
    spread: all.spread,
    sharedFate: sharedFate(load.sharedFate),
  };
}

function sharedFate(given: LoadSection['sharedFate']): SharedFateSettings {
  if (given === 'none') return {};
  const usual = sharedFateSchema.parse(sectionsOf(FATE_DEFAULTS).load!.sharedFate);
  return Object.fromEntries(
    COUPLINGS.flatMap((coupling) => {
      const own = given?.[coupling];
      return own === 'none' ? [] : [[coupling, over(usual[coupling] as object, own)]];
    }),
  );
}
