/** What is asked of load beyond the structure of its section. */

import type { Layout } from '../../model/control-plane/layout.ts';
import type { ScenarioFile } from '../catalogue/scenario-schema.ts';
import type { Findings } from '../text/findings.ts';
import type { Path } from '../text/yaml-document.ts';
import { loadSettings } from './load-settings.ts';

const GIBIBYTE = 2 ** 30;

/** Returns whether load by itself, without any surge, is more than API servers bear. */
export function checkLoad(file: ScenarioFile, layout: Layout, findings: Findings): boolean {
  if (file.load !== undefined)
    return checkMemory(file, layout, findings) || isTooMuch(file, layout);
  for (const path of surges(file)) unloaded(path, findings);
  return false;
}

/** Memory that runs over some day, or more in a steady flow than there are seats for. */
function isTooMuch(file: ScenarioFile, { machines }: Layout): boolean {
  const { memory, nodes, requestsPerNode, requestTime, seats } = loadSettings(file.load!);
  const servers = machines.filter(({ role }) => role === 'controlPlane').length;
  return memory.growth > 0 || (nodes / servers) * requestsPerNode * requestTime > seats;
}

function surges(file: ScenarioFile): Path[] {
  const mode = file.failures['clients.surge'];
  const ofEvents = (file.events ?? []).flatMap(({ surge }, index) =>
    surge === undefined ? [] : [['events', index, 'surge']],
  );
  return [
    ...(mode === undefined || mode === 'none' ? [] : [['failures', 'clients.surge']]),
    ...ofEvents,
  ];
}

function unloaded(path: Path, findings: Findings): void {
  const message = 'nothing says what loads the API servers that this adds to';
  findings.problem(path, { message, allowed: 'a section load, such as load: { nodes: 1000 }' });
}

const gibibytes = (bytes: number) => `${Number((bytes / GIBIBYTE).toPrecision(3))} GiB`;

/** One that never fits its machine would be killed again and again: returns whether it is so. */
function checkMemory(file: ScenarioFile, { machines, kind }: Layout, findings: Findings): boolean {
  const { memory, nodes, watchesPerNode, sharedFate } = loadSettings(file.load!);
  if (memory.system >= memory.machine) {
    const isGiven = findings.isGiven(['load', 'machineMemory']);
    const key = isGiven ? 'machineMemory' : 'systemMemory';
    findings.problem(['load', key], {
      message:
        `systemMemory takes ${gibibytes(memory.system)} of a machine of ` +
        `${gibibytes(memory.machine)}, so that no API server fits beside it`,
      allowed: 'a machineMemory above systemMemory',
    });
    return true;
  }
  const servers = machines.filter(({ role }) => role === 'controlPlane').length;
  const ofEtcd = kind === 'stacked' ? (sharedFate.memory?.etcd ?? 0) : 0;
  const ofWatches = (nodes / servers) * watchesPerNode * memory.perWatch;
  const needed = memory.system + memory.base + ofWatches + ofEtcd;
  if (needed <= memory.machine) return false;
  findings.warning(['load', 'machineMemory'], {
    message:
      `an API server with its share of the nodes needs ${gibibytes(needed)} of a machine of ` +
      `${gibibytes(memory.machine)}: the kernel will kill it again and again`,
    allowed: 'more memory, or fewer nodes',
  });
  return true;
}
