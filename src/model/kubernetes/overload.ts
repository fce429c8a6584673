/**
 * Load on API servers as a fluid: nodes hold watches and send requests in a steady flow; when the
 * server they hang on dies they come to another and list anew, a herd that grows with their number
 * and fills its seats and its memory. A server whose memory runs over is killed, and its nodes go
 * on to the next. Left out: priority levels, of which a herd of nodes gets a part of the seats
 * only, what clients do about refusals, and clients that are no nodes.
 */
import { type Duration, MILLISECOND, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';

export interface LoadSettings {
  /** Requests in execution, weighed: 400 and 200 (apiserver pkg/server/config.go). */
  readonly seats: number;
  /** Seats of a long list (apiserver pkg/util/flowcontrol/request/config.go), 10 at most. */
  readonly seatsPerList: number;
  /** A request waits so long for a seat: a quarter of its 60 s (config.go). */
  readonly longestWait: Duration;
  /** Requests a second of one node: its lease each 10 s, and so much else of it and its pods. */
  readonly requestsPerNode: number;
  readonly requestTime: Duration;
  /** Watches of one node, each of which lists first when it cannot go on where it was. */
  readonly watchesPerNode: number;
  readonly listTime: Duration;
  /** Bytes. */
  readonly memoryLimit: number;
  readonly baseMemory: number;
  readonly memoryPerWatch: number;
  /** While it is answered: the objects, and their text in one piece. */
  readonly memoryPerList: number;
}

const MEBIBYTE = 2 ** 20;

/** Assumed where no source stands above or here; to be measured for a cluster in question. */
export const LOAD_DEFAULTS: LoadSettings = {
  seats: 400 + 200,
  seatsPerList: 10,
  longestWait: 15 * SECOND,
  requestsPerNode: 0.4,
  requestTime: 20 * MILLISECOND,
  watchesPerNode: 12,
  listTime: 500 * MILLISECOND,
  memoryLimit: 8_192 * MEBIBYTE,
  baseMemory: 1_024 * MEBIBYTE,
  // kubernetes#117777 estimates 50 to 100 KiB.
  memoryPerWatch: 75 * 1_024,
  memoryPerList: 40 * MEBIBYTE,
};

/** The load of one API server. */
export class ApiServerLoad implements Component {
  /** Nodes that hang on it. */
  nodes = 0;
  private readonly settings: LoadSettings;
  private readonly overflow: (effects: Effects) => void;
  private readonly fills: SimulationEvent = { kind: 'fillsMemory', target: this };
  private fillsAt: Time = NEVER;
  /** Lists that waited or were answered at `since`. */
  private backlog = 0;
  private since: Time = 0;

  /** `overflow` is called when its memory runs over. */
  constructor(settings: LoadSettings, overflow: (effects: Effects) => void) {
    this.settings = settings;
    this.overflow = overflow;
  }

  /** A replication starts with so many nodes that have their watches. */
  restart(nodes: number): void {
    this.nodes = nodes;
    this.backlog = 0;
    this.since = 0;
    this.fillsAt = NEVER;
  }

  /** Its process has ended. */
  clear(): void {
    this.nodes = 0;
    this.backlog = 0;
    this.fillsAt = NEVER;
  }

  /** Nodes come, and list anew all that they watch. */
  join(nodes: number, effects: Effects): void {
    this.backlog = this.backlogAt(effects.now) + nodes * this.settings.watchesPerNode;
    this.since = effects.now;
    this.nodes += nodes;
    // The first answers are whole after the time of a list.
    if (this.memoryAt(effects.now) <= this.settings.memoryLimit || this.fillsAt !== NEVER) return;
    this.fillsAt = effects.now + this.settings.listTime;
    effects.at(this.fillsAt, this.fills);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event !== this.fills || effects.now !== this.fillsAt) return;
    this.fillsAt = NEVER;
    // Most of the herd may have been answered meanwhile, of which nothing is held any more.
    if (this.memoryAt(effects.now) > this.settings.memoryLimit) this.overflow(effects);
  }

  /** The share of requests that find a seat before their patience is over. */
  shareAt(now: Time): number {
    const { seats, longestWait } = this.settings;
    if (this.steadySeats > seats) return seats / this.steadySeats;
    const wait = this.drainedAt(now) - now;
    return wait <= longestWait ? 1 : longestWait / wait;
  }

  /** When the herd has been answered; `now` if it has. */
  drainedAt(now: Time): Time {
    const backlog = this.backlogAt(now);
    return backlog === 0 ? now : now + (backlog / this.listsPerSecond) * SECOND;
  }

  /** Bytes. */
  memoryAt(now: Time): number {
    const { baseMemory, memoryPerWatch, memoryPerList, watchesPerNode } = this.settings;
    const answered = Math.min(this.backlogAt(now), this.listsAtOnce);
    return baseMemory + this.nodes * watchesPerNode * memoryPerWatch + answered * memoryPerList;
  }

  /** Seats that requests in a steady flow take, by Little's law. */
  private get steadySeats(): number {
    const { requestsPerNode, requestTime } = this.settings;
    return (this.nodes * requestsPerNode * requestTime) / SECOND;
  }

  private get listsAtOnce(): number {
    const { seats, seatsPerList } = this.settings;
    return Math.max(0, seats - this.steadySeats) / seatsPerList;
  }

  private get listsPerSecond(): number {
    return (this.listsAtOnce * SECOND) / this.settings.listTime;
  }

  private backlogAt(now: Time): number {
    return Math.max(0, this.backlog - ((now - this.since) / SECOND) * this.listsPerSecond);
  }
}

/** Who hangs on which API server. Nodes stay where they are until it dies. */
export class NodeHerd {
  private readonly loads: readonly ApiServerLoad[];
  private readonly nodes: number;
  private readonly serving: Set<number> = new Set();
  /** Nodes that hang on nobody. */
  private lost = 0;

  constructor(loads: readonly ApiServerLoad[], nodes: number) {
    this.loads = loads;
    this.nodes = nodes;
  }

  /** Spread evenly. */
  restart(): void {
    this.lost = 0;
    this.loads.forEach((load, index) => {
      this.serving.add(index);
      load.restart(this.nodes / this.loads.length);
    });
  }

  /** A server has died; its nodes go to those that serve. */
  died(server: number, effects: Effects): void {
    if (!this.serving.delete(server)) return;
    this.lost += this.loads[server]!.nodes;
    this.loads[server]!.clear();
    this.settle(effects);
  }

  /** A server serves; it gets those that hang on nobody. */
  serves(server: number, effects: Effects): void {
    this.serving.add(server);
    this.settle(effects);
  }

  private settle(effects: Effects): void {
    if (this.serving.size === 0 || this.lost === 0) return;
    const each = this.lost / this.serving.size;
    this.lost = 0;
    for (const server of [...this.serving]) this.loads[server]!.join(each, effects);
  }
}
