/** `quorate explain FILE`: every parameter in force, and where it came from. */
import type { Command } from './command.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { loadScenario } from './load.ts';
import { paintFor, widthOf } from './messages.ts';
import { type Format, filePositional, flag, formatOption } from './options.ts';
import { checkOutputs, type OutputFile, outOption, print } from './output.ts';
import { OVERRIDE_OPTIONS, type OverrideArguments, overridesOf } from './overrides.ts';
import { writeWhole } from './whole-file.ts';

interface ExplainArguments extends OverrideArguments {
  readonly file: string;
  readonly format?: Format;
  readonly out?: OutputFile[];
  readonly quiet?: boolean;
  readonly 'no-color'?: boolean;
}

export const explainCommand: Command = {
  name: 'explain',
  usage: 'explain <file>',
  describe: 'Prints every parameter in force and where it came from',
  positionals: {
    file: filePositional('the scenario, or - for standard input'),
  },
  options: {
    ...OVERRIDE_OPTIONS,
    format: formatOption(),
    out: outOption(),
    quiet: flag('leave warnings out'),
    'no-color': flag('no colours on a terminal; NO_COLOR does the same'),
  },
  examples: [
    ['explain cluster.yaml', 'values with file and line, preset or built-in source'],
    ['explain cluster.yaml --format csv', 'the same as a table for a spreadsheet'],
  ],
  act: (argv) => act(argv as unknown as ExplainArguments),
};

async function act(options: ExplainArguments): Promise<ExitCode> {
  const outputs = options.out ?? [];
  checkOutputs(outputs, [options.file]);
  const loaded = await loadScenario(options.file, {
    quiet: options.quiet ?? false,
    overrides: overridesOf(options),
  });
  const { renderExplanation } = await import('../report/explain.ts');
  for (const { path, format } of outputs) {
    await writeWhole(path, renderExplanation(loaded, format));
  }
  const terminal = { paint: paintFor(options['no-color'] ?? false), width: widthOf() };
  await print(renderExplanation(loaded, options.format ?? 'table', terminal));
  return EXIT.met;
}
