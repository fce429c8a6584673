/**
 * Behaviour as readable text: each file holds commands with their input, and below `----` what came
 * of them. `npm test -- -u` writes the files anew, to be reviewed as a diff.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatTime } from '../../src/engine/clock.ts';
import { ControlPlane } from '../../src/model/control-plane/control-plane.ts';
import { stateWords } from '../../src/report/state-words.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { trace } from '../../src/study/run.ts';
import { part } from '../support/plans.ts';
import { RecordedEffects } from '../support/recorded-effects.ts';
import { faultsOf } from '../support/study/balancer-faults.ts';
import { networkFault } from '../support/study/network-faults.ts';

const FOLDERS = ['test/datadriven', 'test/datadriven/etcd'];

interface Block {
  readonly remark: string;
  readonly command: string;
  readonly input: string;
}

function blocksOf(text: string): { readonly head: string; readonly blocks: Block[] } {
  const [head = '', ...rest] = text.split(/\n\n+(?=\S)/);
  const blocks = rest.map((block) => {
    const [asked = ''] = block.split('\n----');
    const lines = asked.trimEnd().split('\n');
    const start = lines.findIndex((line) => !line.startsWith('#'));
    const [command = '', ...input] = lines.slice(start);
    return { remark: lines.slice(0, start).join('\n'), command, input: input.join('\n') };
  });
  return { head, blocks };
}

/** The quorum by hand: parts fail and mend, messages are cut and healed. */
class Bench {
  private readonly effects = new RecordedEffects();
  private controlPlane = new ControlPlane({ parts: [], members: [], levels: [] });

  answer({ command, input }: Block): string {
    const [verb = '', ...words] = command.split(' ');
    switch (verb) {
      case 'cluster':
        this.controlPlane = cluster(Number(words[0]), words.slice(1));
        return this.state();
      case 'fail':
        for (const name of words) this.controlPlane.part(name).fail(this.effects);
        return this.state();
      case 'mend':
        for (const name of words) this.controlPlane.part(name).mend(this.effects);
        return this.state();
      case 'cut':
      case 'heal':
        this.partition(verb, words.join(' '));
        return this.state();
      case 'balancer':
        return faultsOf(input);
      case 'network':
        return networkFault(input);
      case 'trace':
        return traced(input, Number(words[0] ?? 0));
      case 'members':
        return ofMembers(traced(input, Number(words[0] ?? 0)));
      default:
        throw new Error(`unknown command ${command}`);
    }
  }

  /** `a b -> c`: one way; `a b | c`: both ways. */
  private partition(verb: 'cut' | 'heal', text: string): void {
    const [left = '', sign = '', right = ''] = text.split(/ (->|\|) /);
    const from = left.split(' ');
    const to = right.split(' ');
    this.controlPlane[verb]({ from, to }, this.effects);
    if (sign === '|') this.controlPlane[verb]({ from: to, to: from }, this.effects);
  }

  private state(): string {
    const lines = this.effects.changes
      .splice(0)
      .map((change) => `${change.subject} ${stateWords(change)}`);
    const stands = this.controlPlane.quorum.stands();
    return [...lines, `quorum ${stands ? 'stands' : 'lost'}`].join('\n');
  }
}

function cluster(size: number, options: readonly string[]): ControlPlane {
  const machines = Array.from({ length: size }, (_, index) => `cp${index + 1}`);
  const disks = options.includes('disks');
  const nics = options.includes('nics');
  const attachment = (machine: string) => ({
    ...part(`${machine}.net`, 'attachment', [`${machine}.nic1`, `${machine}.nic2`]),
    hostsNeeded: 1,
  });
  return new ControlPlane({
    parts: machines.flatMap((machine) => [
      part(machine, 'machine'),
      ...(disks ? [part(`${machine}.disk`, 'disk', [machine])] : []),
      ...(nics
        ? [
            part(`${machine}.nic1`, 'nic', [machine]),
            part(`${machine}.nic2`, 'nic', [machine]),
            attachment(machine),
          ]
        : []),
    ]),
    members: machines.map((machine) => ({
      name: `etcd@${machine}`,
      machine,
      standsOn: disks ? [machine, `${machine}.disk`] : [machine],
      attachment: nics ? `${machine}.net` : undefined,
    })),
    levels: [],
  });
}

/** One replication of a scenario, the first if none is named. */
function traced(text: string, replication: number): string {
  const parsed = parseScenario(`quorate: 1\n${text}`, { file: 'scenario' });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  const lines: string[] = [];
  const say = (now: number, words: string) => lines.push(`${formatTime(now)}  ${words}`);
  trace(parsed.scenario, replication, {
    changed: (change, now) => say(now, `${change.subject} ${stateWords(change)}`),
    lost: (level, now, cause) => say(now, `${level} lost by ${cause.label}`),
    regained: (level, now, length) => say(now, `${level} regained after ${length / 1e6} s`),
  });
  return lines.join('\n');
}

/** Of a trace, what is told of etcd and of faults, without what stands on etcd. */
function ofMembers(text: string): string {
  const above = / (kube-|lb1|api\.|controllers|cp\d\.(apiServer|controllerManager|scheduler))/;
  const lines = text.split('\n').filter((line) => !above.test(line));
  return lines.join('\n');
}

describe('data-driven behaviour', () => {
  const files = FOLDERS.flatMap((folder) => {
    const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
    return names.map((name) => `${folder}/${name}`);
  });

  it.each(files)('%s', async (file) => {
    const { head, blocks } = blocksOf(readFileSync(file, 'utf8'));
    const bench = new Bench();
    const answered = blocks.map((block) => {
      const remark = block.remark === '' ? '' : `${block.remark}\n`;
      const input = block.input === '' ? '' : `\n${block.input}`;
      return `${remark}${block.command}${input}\n----\n${bench.answer(block)}`;
    });
    await expect(`${[head, ...answered].join('\n\n')}\n`).toMatchFileSnapshot(
      `${process.cwd()}/${file}`,
    );
  });
});
