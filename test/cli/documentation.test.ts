/** What people are told of the command line and its output is what there is. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCommand } from '../../src/cli/check.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { explainCommand } from '../../src/cli/explain.ts';
import { initCommand } from '../../src/cli/init.ts';
import { runCommand } from '../../src/cli/run.ts';
import { schemaCommand } from '../../src/cli/schema.ts';
import { RUN_COLUMNS } from '../../src/report/csv.ts';
import { count } from '../../src/report/numbers.ts';
import { resultJsonSchema } from '../../src/report/result-schema.ts';
import { MOST_REPLICATIONS } from '../../src/scenario/catalogue/scenario-schema.ts';

const COMMANDS = [runCommand, checkCommand, explainCommand, schemaCommand, initCommand];
const cli = readFileSync('docs/cli.md', 'utf8');
const output = readFileSync('docs/output.md', 'utf8');

describe('docs/cli.md', () => {
  it('names every command, option and exit code, and no other option', () => {
    const options = COMMANDS.flatMap((command) => Object.keys(command.options));
    const known = new Set([...options, 'help']);
    expect(options.filter((name) => !cli.includes(`\`--${name}`))).toEqual([]);
    expect(COMMANDS.filter(({ name }) => !cli.includes(`| \`${name} `))).toEqual([]);
    expect(Object.values(EXIT).filter((code) => !cli.includes(`| ${code} |`))).toEqual([]);
    const told = [...cli.matchAll(/--([a-z][a-z-]*)/g)].map(([, name]) => name!);
    expect(told.filter((name) => !known.has(name))).toEqual([]);
  });
});

describe('ARCHITECTURE.md and the documentation', () => {
  it('name only source files that there are', () => {
    const files = ['src', 'test', 'bench'].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
        (file) => `/${folder}/${file}`,
      ),
    );
    const pages = readdirSync('docs').map((name) => `docs/${name}`);
    const named = ['ARCHITECTURE.md', 'CONTRIBUTING.md', ...pages].flatMap((page) =>
      [...readFileSync(page, 'utf8').matchAll(/`([a-z/-]+\.ts)`/g)].map(([, file]) => [
        page,
        file!,
      ]),
    );
    expect(named.length).toBeGreaterThan(20);
    const lost = named.filter(([, file]) => !files.some((one) => one.endsWith(`/${file}`)));
    expect(lost).toEqual([]);
  });
});

describe('how many replications there may be', () => {
  it('is told by the help and the documentation', () => {
    const most = count(MOST_REPLICATIONS);
    expect(runCommand.options.replications!.describe).toContain(most);
    expect(cli).toContain(`\`--replications N\` | a whole number from 1 to ${most} `);
  });
});

describe('docs/output.md', () => {
  it('names every key of a level and of a run, and every column', () => {
    const schema = resultJsonSchema() as unknown as ResultSchema;
    const { levels, run } = schema.properties;
    const keys = [
      ...Object.keys(levels.additionalProperties.properties),
      ...Object.keys(run.properties),
      ...RUN_COLUMNS,
    ];
    expect(keys.filter((key) => !output.includes(`\`${key}\``))).toEqual([]);
  });
});

interface ResultSchema {
  readonly properties: {
    readonly levels: { readonly additionalProperties: { readonly properties: object } };
    readonly run: { readonly properties: object };
  };
}
