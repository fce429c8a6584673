/** One machine keeps running but exchanges no messages with any other. */
import { faultKind } from './fault-kind.ts';
import { cutOff } from './targets.ts';

export const machineIsolation = faultKind({
  key: 'machine.isolation',
  description: 'The network cuts one machine off from all others, both ways.',
  class: 'network',
  layer: 'structure',
  by: { value: 'itself', source: 'whoever runs the network ends it', evidence: 'A' },
  targets: (layout) =>
    layout.machines.flatMap(({ name }) => cutOff(name, (machine) => machine.name === name, layout)),
});
