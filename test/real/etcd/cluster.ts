/**
 * A cluster of real etcd members as processes of this machine: started, killed, stopped, frozen,
 * slowed, and asked who leads. Data lies on a real disk below the scratch folder. Left out: TLS,
 * changes of membership, the clients (see probes).
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GrpcClient, type Status } from './grpc.ts';
import { type LogEvent, LogReader } from './logs.ts';
import { Network } from './network.ts';
import { helper, now, SCRATCH, sleep, until } from './shell.ts';

export interface ClusterSettings {
  /** Clusters that run at the same time differ in it. */
  readonly slot: number;
  readonly members: number;
  readonly preVote: boolean;
  /** Milliseconds. */
  readonly heartbeat: number;
  readonly election: number;
  /** Milliseconds one way between members. */
  readonly delay: number;
  /** Whether the members' syncs can be slowed. */
  readonly slowSync: boolean;
  readonly flags: readonly string[];
}

export const DEFAULTS: ClusterSettings = {
  slot: 0,
  members: 3,
  preVote: false,
  heartbeat: 100,
  election: 1000,
  delay: 0,
  slowSync: false,
  flags: [],
};

interface Member {
  readonly client: GrpcClient;
  process: ChildProcess | undefined;
  exited: Promise<number>;
  log: LogReader;
}

export class Cluster {
  readonly settings: ClusterSettings;
  readonly network: Network;
  private readonly folder: string;
  private readonly names = new Map<string, string>();
  private readonly members: Member[] = [];

  constructor(settings: Partial<ClusterSettings>) {
    this.settings = { ...DEFAULTS, ...settings };
    const { slot, members, delay } = this.settings;
    this.network = new Network(slot, members, delay);
    this.folder = join(SCRATCH, `cluster-${slot}`);
  }

  get places(): number[] {
    return Array.from({ length: this.settings.members }, (_, member) => member);
  }

  async create(): Promise<void> {
    await this.network.create();
    rmSync(this.folder, { recursive: true, force: true });
    mkdirSync(this.folder, { recursive: true });
    for (const place of this.places) {
      const path = join(this.folder, `log-${place}`);
      writeFileSync(path, '');
      const log = new LogReader(path, place, this.names);
      const client = new GrpcClient(this.network.clientAddress(place));
      this.members.push({ client, process: undefined, exited: Promise.resolve(0), log });
    }
    await Promise.all(this.places.map((place) => this.start(place)));
  }

  async destroy(): Promise<void> {
    await Promise.all(this.alive().map((place) => this.signal(place, 'SIGKILL')));
    for (const { client } of this.members) client.close();
    await this.network.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }

  alive(): number[] {
    return this.places.filter((place) => this.members[place]!.process !== undefined);
  }

  client(place: number): GrpcClient {
    return this.members[place]!.client;
  }

  /** Starts a member; resolves once the program has been called. */
  async start(place: number): Promise<void> {
    const { slowSync } = this.settings;
    const member = this.members[place]!;
    const slow = slowSync ? [await helper('slow-sync'), this.fifo(place)] : [];
    const command = ['netns', 'exec', this.network.namespace(place), ...slow, 'etcd'];
    const log = openSync(join(this.folder, `log-${place}`), 'a');
    const child = spawn('ip', [...command, ...this.flags(place)], {
      stdio: ['ignore', log, log],
    });
    member.process = child;
    member.exited = new Promise((resolve) => {
      child.once('exit', () => {
        member.process = undefined;
        resolve(now());
      });
    });
  }

  private flags(place: number): string[] {
    const { network, settings } = this;
    const peer = (member: number) => `http://${network.peerAddress(member)}:2380`;
    const client = `http://${network.clientAddress(place)}:2379`;
    const all = this.places.map((member) => `m${member}=${peer(member)}`).join(',');
    return [
      ...['--name', `m${place}`, '--data-dir', join(this.folder, `data-${place}`)],
      ...['--listen-peer-urls', peer(place), '--initial-advertise-peer-urls', peer(place)],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--initial-cluster', all, '--logger', 'zap', '--log-outputs', 'stderr'],
      ...['--heartbeat-interval', String(settings.heartbeat)],
      ...['--election-timeout', String(settings.election)],
      `--pre-vote=${settings.preVote}`,
      ...settings.flags,
    ];
  }

  /** Signals a member; resolves once a fatal signal has ended it, to the time of its end. */
  signal(place: number, signal: NodeJS.Signals): Promise<number> {
    const member = this.members[place]!;
    member.process?.kill(signal);
    const fatal = signal === 'SIGKILL' || signal === 'SIGTERM';
    return fatal ? member.exited : Promise.resolve(now());
  }

  private fifo(place: number): string {
    return join(this.folder, `sync-${place}`);
  }

  /** See helpers/slow-sync.c for the commands. */
  slow(place: number, command: string): void {
    writeFileSync(this.fifo(place), command, { flag: 'r+' });
  }

  async statuses(): Promise<(Status | undefined)[]> {
    const ask = (place: number) => this.client(place).status(1_000);
    return Promise.all(this.places.map((place) => ask(place).catch(() => undefined)));
  }

  /** The leader that every member knows, all being up and level, or undefined. */
  async agreed(): Promise<number | undefined> {
    const statuses = await this.statuses();
    if (statuses.some((status) => status === undefined)) return undefined;
    const known = statuses as Status[];
    const [{ leader, term }] = known as [Status];
    const indexes = known.map(({ index }) => index);
    const level = Math.max(...indexes) - Math.min(...indexes) < 200;
    const united = known.every((status) => status.leader === leader && status.term === term);
    const place = known.findIndex(({ member }) => member === leader);
    return united && level && place >= 0 ? place : undefined;
  }

  /** Waits until all have agreed on one leader for `calm` ms, and tells it. */
  async settled(calm = 1_200): Promise<number> {
    let leader: number | undefined;
    let since = now();
    const check = async () => {
      const found = await this.agreed();
      if (found === undefined || found !== leader) since = now();
      leader = found;
      if (leader === undefined || now() - since < calm) await sleep(40);
      return leader !== undefined && now() - since >= calm;
    };
    await until('all members agree on a leader', check);
    return leader!;
  }

  /** What the logs have told since the last reading, in the order of time. */
  events(): LogEvent[] {
    const read = this.members.map(({ log }) => ({ log, events: log.read() }));
    const named = read.flatMap(({ log, events }) => events.map((event) => log.named(event)));
    return named.sort((one, other) => one.time - other.time);
  }
}
