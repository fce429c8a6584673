/**
 * Elections, partitions and healing as readable text. A file holds commands and below `----` what
 * came of them. Members are named by role where a cluster begins: A leads, the others follow. Every
 * member that believes it leads is written to all the time. `npm test -- -u` writes the files anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Duration, MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import { NOBODY } from '../../../src/model/etcd/raft/message.ts';
import { EtcdBench } from '../../support/etcd/etcd-bench.ts';
import { LogWitness } from '../../support/etcd/log-witness.ts';

const FOLDER = 'test/datadriven/raft';
const WRITE_EVERY = 20 * MILLISECOND;
/** A follower may be so far behind and still keep up. */
const GRACE = 300 * MILLISECOND;

/** `5s` or `200ms`. */
function durationOf(text: string): Duration {
  const [, amount, unit] = /^([\d.]+)(ms|s)$/.exec(text) ?? [];
  if (amount === undefined) throw new Error(`no duration: ${text}`);
  return Number(amount) * (unit === 's' ? SECOND : MILLISECOND);
}

/** A cluster with names, and what happened to it since the last command. */
class NamedCluster {
  private readonly bench: EtcdBench;
  private readonly witness: LogWitness;
  private readonly ids = new Map<string, MemberId>();
  private readonly firstTerm: number;
  private readonly commits: { readonly time: Time; readonly index: number }[] = [];
  private readonly cuts = new Set<string>();
  private since: Time = 0;
  private leadersBefore = 0;

  constructor(members: number, preVote: boolean, replication: number) {
    this.bench = new EtcdBench({ members, preVote }, replication);
    this.witness = new LogWitness(this.bench);
    this.bench.runUntil(() => this.bench.leader !== undefined, 60 * SECOND);
    const { core } = this.bench.leader!;
    this.firstTerm = core.term;
    const followers = this.bench.cluster.members.filter((member) => member.core !== core);
    [core.id, ...followers.map((member) => member.core.id)].forEach((id, place) => {
      this.ids.set(String.fromCharCode(65 + place), id);
    });
    this.write();
    this.run(2 * SECOND);
    this.state();
  }

  do(verb: string, words: readonly string[]): void {
    const [name = '', length = ''] = words;
    if (verb === 'run') this.run(durationOf(name));
    else if (verb === 'kill') this.bench.kill(this.id(name));
    else if (verb === 'restart') this.bench.restart(this.id(name));
    else if (verb === 'pause') this.bench.pause(this.id(name));
    else if (verb === 'resume') this.bench.resume(this.id(name));
    else if (verb === 'stall') this.bench.stall(this.id(name), durationOf(length));
    else if (verb === 'cut' || verb === 'heal') this.partition(verb, words.join(' '));
    else throw new Error(`unknown command ${verb}`);
  }

  /** Everybody's state, and what happened since it was last asked for. */
  state(): string {
    const { bench, since, witness } = this;
    witness.check();
    const lines = [...this.ids].map(([name, id]) => `${name} ${this.memberState(id)}`);
    const campaigns = bench.campaigns.filter((time) => time > since).length;
    const elected = witness.leaders - this.leadersBefore;
    const gap = (this.longestGap() / SECOND).toFixed(1);
    lines.push(
      `campaigns ${campaigns}, leaders elected ${elected}, nothing committed for ${gap} s`,
    );
    this.since = bench.now;
    this.leadersBefore = witness.leaders;
    return lines.join('\n');
  }

  private memberState(id: MemberId): string {
    const { core, applied, isRunning, isPaused } = this.bench.cluster.members[id]!;
    if (!isRunning) return 'down';
    const leader = [...this.ids].find(([, other]) => other === core.leader)?.[0] ?? 'nobody';
    const leads = core.role === 'leader' || core.leader === NOBODY;
    const role = leads ? core.role : `${core.role} of ${leader}`;
    const known = this.commits.findLast(({ time }) => time <= this.bench.now - GRACE)?.index ?? 0;
    const log = applied >= known ? 'has all' : 'lacks some';
    return `${role}, term +${core.term - this.firstTerm}, ${log}${isPaused ? ', frozen' : ''}`;
  }

  private run(duration: Duration): void {
    this.bench.run(duration);
  }

  private write(): void {
    const { bench } = this;
    const { members } = bench.cluster;
    const index = Math.max(...members.map(({ core }) => core.log.committed));
    if (index > (this.commits.at(-1)?.index ?? 0)) this.commits.push({ time: bench.now, index });
    for (const { core, isRunning } of members) {
      if (isRunning && core.role === 'leader') bench.put(core.id, SECOND, () => {});
    }
    bench.after(WRITE_EVERY, () => this.write());
  }

  private longestGap(): Duration {
    const times = this.commits.map(({ time }) => time).filter((time) => time > this.since);
    const marks = [this.since, ...times, this.bench.now];
    return Math.max(...marks.slice(1).map((time, place) => time - marks[place]!));
  }

  /** `A B -> C`: one way; `A | B C`: both ways. */
  private partition(verb: 'cut' | 'heal', text: string): void {
    const [left = '', sign = '', right = ''] = text.split(/ (->|\|) /);
    for (const from of left.split(' ')) {
      for (const to of right.split(' ')) {
        this.way(verb, from, to);
        if (sign === '|') this.way(verb, to, from);
      }
    }
  }

  private way(verb: 'cut' | 'heal', from: string, to: string): void {
    const way = `${this.id(from)} ${this.id(to)}`;
    if (from === to || this.cuts.has(way) === (verb === 'cut')) throw new Error(`${verb} ${way}`);
    if (verb === 'cut') this.cuts.add(way);
    else this.cuts.delete(way);
    this.bench[verb](this.id(from), this.id(to));
  }

  private id(name: string): MemberId {
    const id = name === 'leader' ? this.bench.leader?.core.id : this.ids.get(name);
    if (id === undefined) throw new Error(`nobody is ${name}`);
    return id;
  }
}

/** The commands of one block, one a line; the state after the last. */
function play(lines: readonly string[], cluster: NamedCluster | undefined): NamedCluster {
  let played = cluster;
  for (const line of lines) {
    const [verb = '', ...words] = line.split(' ');
    if (verb === 'cluster') {
      const [size, , preVote, , replication = '0'] = words;
      played = new NamedCluster(Number(size), preVote === 'on', Number(replication));
    } else if (played === undefined) throw new Error('a file begins with a cluster');
    else played.do(verb, words);
  }
  return played!;
}

describe('members of etcd, by text', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  it('finds files', () => {
    expect(files.length).toBeGreaterThan(2);
  });

  it.each(files)('%s', async (file) => {
    const [head = '', ...blocks] = readFileSync(`${FOLDER}/${file}`, 'utf8').split(/\n\n+(?=\S)/);
    let cluster: NamedCluster | undefined;
    const answered = blocks.map((block) => {
      if (block.startsWith('#')) return block.trimEnd();
      const commands = (block.split('\n----')[0] ?? '').trimEnd();
      cluster = play(commands.split('\n'), cluster);
      return `${commands}\n----\n${cluster.state()}`;
    });
    const text = `${[head, ...answered].join('\n\n')}\n`;
    await expect(text).toMatchFileSnapshot(`${process.cwd()}/${FOLDER}/${file}`);
  });
});
