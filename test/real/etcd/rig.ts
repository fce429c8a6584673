/**
 * Runs trials on one real cluster: waits until all is well and a random while longer, lets the row
 * act, collects what probes and logs say, and mends everything. Left out: what the rows do, and
 * the statistics over trials.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Cluster } from './cluster.ts';
import { FOLLOWS, type LogEvent } from './logs.ts';
import {
  type Answer,
  firstSuccess,
  gaps,
  OpenProbe,
  type Request,
  Writer,
  windowAt,
} from './probes.ts';
import { now, sleep, until } from './shell.ts';

/** A time-out that outlives an outage, so that a waiting put ends with it. */
const FINE_PATIENCE = 4_000;
const FINE_INTERVAL = 20;

export type Values = Record<string, number | null>;

/** What is kept of a trial; times in milliseconds, from the first mark on. */
export interface Trial {
  readonly values: Values;
  readonly leader: number;
  readonly marks: Record<string, number>;
  readonly gaps: readonly [number, number][];
  readonly events: readonly [number, number, string][];
  /** The longest that the harness itself was kept from running. */
  readonly lag: number;
}

export class Scene {
  readonly cluster: Cluster;
  readonly writer: Writer;
  /** Who leads when the trial begins. */
  readonly leader: number;
  readonly followers: readonly number[];
  readonly marks = new Map<string, number>();
  readonly events: LogEvent[] = [];
  readonly probes = new Map<Request, OpenProbe>();

  constructor(cluster: Cluster, writer: Writer, leader: number) {
    this.cluster = cluster;
    this.writer = writer;
    this.leader = leader;
    const others = cluster.places.filter((place) => place !== leader);
    this.followers = Math.random() < 0.5 ? others : others.reverse();
  }

  mark(name: string): number {
    const time = now();
    this.marks.set(name, time);
    return time;
  }

  at(name: string): number {
    const time = this.marks.get(name);
    if (time === undefined) throw new Error(`nothing was marked ${name}`);
    return time;
  }

  /** Starts a probe, unless it is running already. */
  probe(request: Request, interval = FINE_INTERVAL, patience = FINE_PATIENCE): void {
    if (this.probes.has(request)) return;
    this.probes.set(request, new OpenProbe(this.cluster, request, interval, patience));
  }

  answers(request: Request): readonly Answer[] {
    return this.probes.get(request)?.answers ?? [];
  }

  /** The first event after a mark, as time since it. */
  since(mark: string, pattern: RegExp, member?: number): number | null {
    const found = this.all(mark, pattern, member)[0];
    return found === undefined ? null : found.time - this.at(mark);
  }

  all(mark: string, pattern: RegExp, member?: number): LogEvent[] {
    // The log cuts its instants to whole milliseconds.
    const from = this.at(mark) - 1;
    return this.events.filter(
      (event) =>
        event.time >= from &&
        pattern.test(event.text) &&
        (member === undefined || event.member === member),
    );
  }

  read(): void {
    this.events.push(...this.cluster.events());
  }

  /** Waits for a put of the fine probe to succeed after a mark; false when none did. */
  async recovered(mark: string, patience: number): Promise<boolean> {
    const from = this.at(mark);
    const fine = () => firstSuccess(this.answers('put'), from) !== undefined;
    return until('a put succeeds', fine, patience).then(
      () => true,
      () => false,
    );
  }

  /** Waits for a member to say that it follows; false when it does not. */
  async follows(member: number, mark: string, patience: number): Promise<boolean> {
    const said = () => {
      this.read();
      return this.all(mark, FOLLOWS, member).length > 0;
    };
    return until('it follows', said, patience).then(
      () => true,
      () => false,
    );
  }

  /** The writer's outage that began at a mark, from the last success before it. */
  window(mark: string): number {
    return windowAt(this.writer.answers, this.at(mark));
  }

  /** The writer's longest outage begun between two marks, 0 below its patience. */
  outage(from: string, to?: string): { readonly length: number; readonly begin: number | null } {
    const begin = this.at(from) - 20;
    const end = to === undefined ? now() : this.at(to) - 20;
    const found = gaps(this.writer.answers, 140).filter(([at]) => at >= begin && at < end);
    const [at, length] = found.sort((one, other) => other[1] - one[1])[0] ?? [undefined, 0];
    return { length, begin: at === undefined ? null : at - this.at(from) };
  }
}

export interface Act {
  /** Makes its marks, does its harm, and waits until the aftermath is over. */
  readonly act: (scene: Scene) => Promise<void>;
  readonly values: (scene: Scene) => Values;
  /** How long all must have been well before; default 1.2 s. */
  readonly calm?: number;
}

export class Rig {
  readonly cluster: Cluster;
  private readonly writer: Writer;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.writer = new Writer(cluster);
  }

  async trial({ act, values, calm }: Act): Promise<Trial> {
    const { cluster, writer } = this;
    const leader = await cluster.settled(calm);
    writer.member = Math.floor(Math.random() * cluster.places.length);
    await sleep(300 + Math.random() * cluster.settings.election);
    cluster.events();
    writer.answers.length = 0;
    const scene = new Scene(cluster, writer, leader);
    await sleep(100);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    try {
      await act(scene);
    } finally {
      delay.disable();
      for (const probe of scene.probes.values()) probe.stop();
    }
    scene.read();
    const trial = this.record(scene, values(scene), delay.max / 1e6);
    await this.mend();
    return trial;
  }

  private record(scene: Scene, values: Values, lag: number): Trial {
    const zero = Math.min(...scene.marks.values());
    const round = (value: number) => Math.round(value * 100) / 100;
    const rounded = Object.entries(values).map(([name, value]): [string, number | null] => [
      name,
      value === null ? null : round(value),
    ]);
    return {
      values: Object.fromEntries(rounded),
      leader: scene.leader,
      marks: Object.fromEntries([...scene.marks].map(([name, at]) => [name, round(at - zero)])),
      gaps: gaps(scene.writer.answers, 60).map(([at, length]) => [round(at - zero), round(length)]),
      events: scene.events
        .filter(({ time }) => time >= zero - 1)
        .slice(0, 300)
        .map(({ time, member, text }) => [round(time - zero), member, text]),
      lag: round(lag),
    };
  }

  private async mend(): Promise<void> {
    const { cluster } = this;
    await cluster.network.heal();
    for (const place of cluster.places) {
      if (!cluster.alive().includes(place)) await cluster.start(place);
      else {
        cluster.signal(place, 'SIGCONT');
        if (cluster.settings.slowSync) cluster.slow(place, 'off\n');
      }
    }
  }

  async stop(): Promise<void> {
    await this.writer.stop();
  }
}
