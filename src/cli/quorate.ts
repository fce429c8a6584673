/** Reads the command line and hands over to the command; turns every error into an exit code. */
import yargs from 'yargs';
import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { EXIT, EXIT_CODES_HELP, type ExitCode, Refusal, ScenarioRefusal } from './exit-codes.ts';
import { explainCommand } from './explain.ts';
import { initCommand } from './init.ts';
import { tell } from './messages.ts';
import { hint, listed, withDashes } from './options.ts';
import { print, tolerateClosedPipes } from './output.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { VERSION } from './version.ts';

const COMMANDS: readonly Command[] = [
  runCommand,
  checkCommand,
  explainCommand,
  schemaCommand,
  initCommand,
];

type CommandLine = ReturnType<typeof yargs>;

const COMPLETION = 'completion';

const NAMES = COMMANDS.map(({ name }) => name);

export async function quorate(words: readonly string[]): Promise<ExitCode> {
  tolerateClosedPipes();
  process.on('uncaughtException', (error) => process.exit(report(error, words)));
  let exitCode: ExitCode = EXIT.met;
  try {
    await parser(words, (code) => {
      exitCode = code;
    }).parseAsync();
  } catch (error) {
    return report(error, words);
  }
  return exitCode;
}

function parser(words: readonly string[], ended: (code: ExitCode) => void): CommandLine {
  const command = COMMANDS.find(({ name }) => name === words[0]);
  return command === undefined
    ? parserOfCommands(words)
    : parserOf(command, words, (argv) => command.act(argv).then(ended));
}

/** For help, completion and what is no command. */
function parserOfCommands(words: readonly string[]): CommandLine {
  const commandLine: CommandLine = commandLineOf(words)
    .usage('$0 simulates the availability of Kubernetes control planes.')
    .command('$0', false, {}, (argv) => helpOrRefuse(commandLine, argv._.map(String)))
    .example('$0 init --out cluster.yaml', 'write a scenario to start from')
    .example('$0 check cluster.yaml', 'every mistake, with line and column')
    .example('$0 run cluster.yaml', 'how available is it, and why not more?')
    .example('$0 completion >> ~/.bashrc', 'completion of commands and options')
    .epilogue(EXIT_CODES_HELP);
  for (const command of COMMANDS) {
    commandLine.command(command.usage, command.describe, (own: CommandLine) =>
      withArguments(own, command),
    );
  }
  return commandLine.completion(COMPLETION, 'Prints a script that completes words in bash or zsh');
}

/** One command as the only one there is: yargs lays out no help but what is asked for. */
function parserOf(
  command: Command,
  words: readonly string[],
  act: (argv: Readonly<Record<string, unknown>>) => Promise<void>,
): CommandLine {
  const commandLine = commandLineOf(words.slice(1), command)
    .usage(`$0 ${command.usage}\n\n${command.describe}`)
    .epilogue(EXIT_CODES_HELP);
  for (const [example, says] of command.examples) commandLine.example(`$0 ${example}`, says);
  return commandLine.command({
    command: command.usage.replace(command.name, '$0'),
    describe: false,
    builder: (own) => withArguments(own, command).check((argv) => refuseUnknown(argv, command)),
    handler: act,
  });
}

function commandLineOf(words: readonly string[], command?: Command): CommandLine {
  return yargs(withDashes(withTraceNumber(words)))
    .scriptName('quorate')
    .locale('en')
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .exitProcess(false)
    .wrap(80)
    .version('version', 'print the version', VERSION)
    .help('help', 'print this')
    .alias('h', 'help')
    .fail((message, error) => {
      if (error instanceof Error && error.name !== 'YError') throw error;
      if (command !== undefined) refuseMisspelt(words, command);
      throw new Refusal(reworded(message));
    });
}

function withArguments(commandLine: CommandLine, command: Command): CommandLine {
  for (const [name, settings] of Object.entries(command.positionals)) {
    commandLine.positional(name, settings);
  }
  return commandLine.options(command.options);
}

/** Help where no command is given. */
async function helpOrRefuse(commandLine: CommandLine, words: readonly string[]): Promise<void> {
  const [word] = words;
  // Without an exit of the process yargs goes on after it has printed the script.
  if (word === COMPLETION) return;
  if (word === undefined) {
    await print(`${await commandLine.getHelp()}\n`);
    return;
  }
  throw new Refusal(
    `unknown command "${word}"; there are ${listed(NAMES, 'and')}${hint(word, NAMES)}`,
  );
}

function refuseUnknown(argv: Record<string, unknown>, command: Command): true {
  const positionals = Object.keys(command.positionals);
  for (const name of Object.keys(argv)) {
    if (!['_', '$0', ...positionals].includes(name)) refuseUnknownOption(name, command);
  }
  const [spare] = argv._ as unknown[];
  if (spare !== undefined) throw new Refusal(`"${spare}" is one argument too many`);
  return true;
}

function refuseUnknownOption(name: string, command: Command): void {
  const known = [...Object.keys(command.options), 'help', 'version'];
  if (name === 'h' || known.includes(name)) return;
  const dashes = name.length === 1 ? '-' : '--';
  throw new Refusal(`unknown option ${dashes}${name}${hint(name, known)}`);
}

/** An unknown option takes the next word for its value, so what seems missing is not the cause. */
function refuseMisspelt(words: readonly string[], command: Command): void {
  for (const word of words) {
    const name = /^--([^=]+)/.exec(word)?.[1];
    if (name !== undefined) refuseUnknownOption(name, command);
  }
}

/** What yargs has to say, in the words of this command line. */
function reworded(message: string): string {
  if (message.startsWith('Not enough non-option arguments')) return 'no file is given';
  return message.replace(/^Not enough arguments following: (.*)/, '--$1 needs a value');
}

/** `--trace` alone stands for the first replication, even before a file's name. */
function withTraceNumber(words: readonly string[]): string[] {
  return words.map((word, index) =>
    word === '--trace' && !/^[-+]?\d/.test(words[index + 1] ?? '') ? '--trace=1' : word,
  );
}

function report(error: unknown, words: readonly string[]): ExitCode {
  if (error instanceof ScenarioRefusal) {
    tell(error.message);
    return EXIT.badInput;
  }
  if (error instanceof Refusal) {
    const command = NAMES.find((name) => name === words[0]);
    const self = command === undefined ? 'quorate' : `quorate ${command}`;
    tell(`${self}: ${error.message}\n    ${self} --help says more`);
    return EXIT.badInput;
  }
  tell(`quorate: internal fault: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.QUORATE_DEBUG === '1' && error instanceof Error) tell(error.stack ?? '');
  else tell('    QUORATE_DEBUG=1 shows where');
  tell(`    This is a bug of quorate ${VERSION}: please report it with the scenario and command.`);
  return EXIT.fault;
}
