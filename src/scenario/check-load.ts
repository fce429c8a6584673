/** What is asked of load beyond the structure of its section. */
import type { Findings } from './findings.ts';
import { loadSettings } from './load-defaults.ts';
import type { Layout } from './placement.ts';
import type { ScenarioFile } from './schema/scenario-schema.ts';
import type { Path } from './yaml-document.ts';

const GIBIBYTE = 2 ** 30;

export function checkLoad(file: ScenarioFile, layout: Layout, findings: Findings): void {
  if (file.load === undefined) for (const path of surges(file)) unloaded(path, findings);
  else checkMemory(file, layout, findings);
}

function surges(file: ScenarioFile): Path[] {
  const mode = file.failures?.['clients.surge'];
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

/** One that never fits its machine would be killed again and again. */
function checkMemory(file: ScenarioFile, { machines, kind }: Layout, findings: Findings): void {
  const { memory, nodes, watchesPerNode, sharedFate } = loadSettings(file)!;
  if (memory.system >= memory.machine) {
    const key = file.load!.machineMemory === undefined ? 'systemMemory' : 'machineMemory';
    findings.problem(['load', key], {
      message:
        `systemMemory takes ${gibibytes(memory.system)} of a machine of ` +
        `${gibibytes(memory.machine)}, so that no API server fits beside it`,
      allowed: 'a machineMemory above systemMemory',
    });
    return;
  }
  const servers = machines.filter(({ role }) => role === 'controlPlane').length;
  const ofEtcd = kind === 'stacked' ? (sharedFate?.etcdMemory ?? 0) : 0;
  const ofWatches = (nodes / servers) * watchesPerNode * memory.perWatch;
  const needed = memory.system + memory.base + ofWatches + ofEtcd;
  if (needed <= memory.machine) return;
  findings.warning(['load', 'machineMemory'], {
    message:
      `an API server with its share of the nodes needs ${gibibytes(needed)} of a machine of ` +
      `${gibibytes(memory.machine)}: the kernel will kill it again and again`,
    allowed: 'more memory, or fewer nodes',
  });
}
