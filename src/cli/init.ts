/** `quorate init`: a commented scenario to start from. */
import { existsSync } from 'node:fs';
import type { Command } from './command.ts';
import { EXIT, type ExitCode, Refusal } from './exit-codes.ts';
import { flag, hint, once } from './options.ts';
import { print } from './output.ts';
import { writeWhole } from './whole-file.ts';

const LAYOUTS = ['stacked', 'external'] as const;

interface InitArguments {
  readonly layout?: string;
  readonly out?: string;
  readonly force?: boolean;
}

export const initCommand: Command = {
  name: 'init',
  usage: 'init [layout]',
  describe: 'Prints a commented scenario to start from',
  positionals: {
    layout: { type: 'string', describe: 'stacked or external [stacked]' },
  },
  options: {
    out: {
      requiresArg: true,
      describe: 'write it to this file instead',
      coerce: (value: unknown) => once('out', value),
    },
    force: flag('overwrite the file'),
  },
  examples: [
    ['init --out cluster.yaml', 'etcd on the control-plane machines'],
    ['init external --out cluster.yaml', 'etcd on machines of its own'],
  ],
  act: (argv) => act(argv as unknown as InitArguments),
};

async function act({ layout = 'stacked', out, force }: InitArguments): Promise<ExitCode> {
  const known = LAYOUTS.find((one) => one === layout);
  if (known === undefined) {
    throw new Refusal(`a layout is stacked or external, not "${layout}"${hint(layout, LAYOUTS)}`);
  }
  const { starter } = await import('../scenario/starter.ts');
  if (out === undefined) {
    await print(starter(known));
    return EXIT.met;
  }
  if (existsSync(out) && !force) throw new Refusal(`${out} exists; --force overwrites it`);
  await writeWhole(out, starter(known));
  return EXIT.met;
}
