/** `quorate schema`: the JSON Schema of scenario files, or of results. */
import type { Command } from './command.ts';
import { EXIT, type ExitCode, Refusal } from './exit-codes.ts';
import { hint, once } from './options.ts';
import { print } from './output.ts';
import { writeWhole } from './whole-file.ts';

const SUBJECTS = ['scenario', 'result'] as const;
type Subject = (typeof SUBJECTS)[number];

interface SchemaArguments {
  readonly of?: string;
  readonly out?: string;
}

export const schemaCommand: Command = {
  name: 'schema',
  usage: 'schema [of]',
  describe: 'Prints the JSON Schema of scenario files or of JSON results',
  positionals: {
    of: { type: 'string', describe: 'scenario or result [scenario]' },
  },
  options: {
    out: {
      requiresArg: true,
      describe: 'write it to this file instead',
      coerce: (value: unknown) => once('out', value),
    },
  },
  examples: [
    ['schema --out scenario.schema.json', 'for an editor, by "$schema" in a scenario'],
    ['schema result', 'what quorate run --format json prints'],
  ],
  act: (argv) => act(argv as unknown as SchemaArguments),
};

async function act({ of = 'scenario', out }: SchemaArguments): Promise<ExitCode> {
  const subject = SUBJECTS.find((one) => one === of);
  if (subject === undefined) {
    throw new Refusal(
      `there is a schema of scenario and of result, not "${of}"${hint(of, SUBJECTS)}`,
    );
  }
  const text = `${JSON.stringify(await schemaOf(subject), null, 2)}\n`;
  if (out === undefined) await print(text);
  else await writeWhole(out, text);
  return EXIT.met;
}

async function schemaOf(subject: Subject): Promise<unknown> {
  if (subject === 'scenario') {
    const { scenarioJsonSchema } = await import('../scenario/catalogue/json-schema.ts');
    return scenarioJsonSchema();
  }
  const { resultJsonSchema } = await import('../report/result-schema.ts');
  return resultJsonSchema();
}
