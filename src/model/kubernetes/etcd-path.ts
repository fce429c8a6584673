/**
 * How one API server reaches etcd: through one connection to each member that it is told of, its
 * own machine's only (stacked) or all (external), and requests that take turns over those that
 * stand (etcd client v3, round robin). A connection whose far end refuses is given up at once and
 * costs nothing; one whose packets vanish swallows its share of requests until it is noticed. The
 * client of one process stands for the hundred or so that it has, one a resource, whose back-offs
 * differ a little. Left out: latency, and requests that succeed late after a retry.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';

export type EtcdRequest = 'write' | 'linearizableRead' | 'serializableRead';

/** How a member's address behaves, whatever is asked of it. */
export type EtcdReach =
  /** The process lets clients in, with or without a quorum. */
  | 'answers'
  /** The machine is there, and nobody listens. */
  | 'refuses'
  /** The machine takes packets in, and the process does nothing: it is frozen. */
  | 'frozen'
  /** Nothing comes back. */
  | 'silent';

/** What an API server may know of etcd, as seen from its machine. Members are 0, 1, 2 and so on. */
export interface EtcdView {
  readonly members: number;
  reach(member: number): EtcdReach;
  /** Whether a member that answers grants such a request, before the client gives up. */
  grants(member: number, request: EtcdRequest): boolean;
  /** Whether it knows a leader; without one for long it cuts the watches of its clients. */
  knowsLeader(member: number): boolean;
  watch(watcher: EtcdWatcher): void;
}

export interface EtcdWatcher {
  etcdChanged(effects: Effects): void;
}

/**
 * Data that nobody acknowledges for so long end a connection: gRPC sets TCP_USER_TIMEOUT to the
 * keepalive time-out (grpc-go internal/transport/http2_client.go), which is 10 s (apiserver
 * storagebackend/factory/etcd3.go, keepaliveTimeout). Something is under way at all times, since
 * the health check asks each second or so.
 */
export const UNACKNOWLEDGED: Duration = 10 * SECOND;
/** As there, keepaliveTime and then keepaliveTimeout: for a peer that acknowledges only. */
export const KEEPALIVE: Duration = 30 * SECOND + 10 * SECOND;
/** gRPC's least patience with an attempt (clientconn.go, minConnectTimeout). */
export const CONNECT_TIMEOUT: Duration = 20 * SECOND;
/** gRPC's wait between attempts (grpc-go backoff.DefaultConfig): 1 s, times 1.6, 120 s at most. */
const FIRST_WAIT: Duration = SECOND;
const WAIT_FACTOR = 1.6;
const LONGEST_WAIT: Duration = 120 * SECOND;
/** As there: waits but the first vary by so much either way. */
const WAIT_JITTER = 0.2;

/** One connection; `changed` is called when it comes to stand or is given up. */
export class EtcdConnection implements Component {
  readonly member: number;
  stands = false;
  private isOpen = false;
  private readonly view: EtcdView;
  private readonly draws: RandomStream;
  private readonly changed: (effects: Effects) => void;
  private readonly gives: SimulationEvent = { kind: 'givesUpConnection', target: this };
  private readonly dials: SimulationEvent = { kind: 'dials', target: this };
  private reached: EtcdReach = 'refuses';
  private givenUpAt: Time = NEVER;
  private dialsAt: Time = NEVER;
  private attempts = 0;
  /** Whether an attempt is under way that nobody has answered yet. */
  private isDialling = false;

  constructor(
    member: number,
    view: EtcdView,
    draws: RandomStream,
    changed: (effects: Effects) => void,
  ) {
    this.member = member;
    this.view = view;
    this.draws = draws;
    this.changed = changed;
  }

  /** The process is gone, and its connections with it. */
  close(): void {
    this.isOpen = false;
    this.stands = false;
    this.isDialling = false;
    this.givenUpAt = NEVER;
    this.dialsAt = NEVER;
  }

  /** A new process connects. */
  open(effects: Effects): void {
    this.isOpen = true;
    this.attempts = 0;
    this.dial(effects);
  }

  /** As one that has stood for long. */
  found(): void {
    this.close();
    this.isOpen = true;
    this.attempts = 0;
    this.reached = this.view.reach(this.member);
    this.stands = true;
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.gives && effects.now === this.givenUpAt) {
      this.givenUpAt = NEVER;
      if (this.isDialling) this.wait(effects);
      else this.lose(effects);
    } else if (event === this.dials && effects.now === this.dialsAt) {
      this.dialsAt = NEVER;
      this.dial(effects);
    }
  }

  look(effects: Effects): void {
    const reach = this.view.reach(this.member);
    if (reach === this.reached) return;
    this.reached = reach;
    if (this.isDialling) this.meet(effects);
    else if (this.stands) this.suffer(effects);
  }

  /** What happens to a connection that stands. */
  private suffer(effects: Effects): void {
    this.givenUpAt = NEVER;
    switch (this.reached) {
      case 'answers':
        return;
      case 'refuses':
        this.lose(effects);
        return;
      case 'frozen':
        this.giveUpIn(KEEPALIVE, effects);
        return;
      case 'silent':
        this.giveUpIn(UNACKNOWLEDGED, effects);
    }
  }

  private lose(effects: Effects): void {
    this.stands = false;
    this.attempts = 0;
    this.changed(effects);
    // Whoever was told may have ended the process.
    if (this.isOpen) this.dial(effects);
  }

  private dial(effects: Effects): void {
    this.reached = this.view.reach(this.member);
    this.isDialling = true;
    this.giveUpIn(CONNECT_TIMEOUT, effects);
    this.meet(effects);
  }

  /** What happens to an attempt; one that meets silence goes on until its time is over. */
  private meet(effects: Effects): void {
    if (this.reached === 'refuses') this.wait(effects);
    else if (this.reached === 'answers') {
      this.isDialling = false;
      this.givenUpAt = NEVER;
      this.stands = true;
      this.attempts = 0;
      this.changed(effects);
    }
  }

  private wait(effects: Effects): void {
    this.isDialling = false;
    this.givenUpAt = NEVER;
    const wait = Math.min(FIRST_WAIT * WAIT_FACTOR ** this.attempts, LONGEST_WAIT);
    const varied = 1 + WAIT_JITTER * (2 * this.draws.double() - 1);
    this.dialsAt = effects.now + Math.round(this.attempts === 0 ? wait : wait * varied);
    this.attempts++;
    effects.at(this.dialsAt, this.dials);
  }

  private giveUpIn(patience: Duration, effects: Effects): void {
    this.givenUpAt = effects.now + patience;
    effects.at(this.givenUpAt, this.gives);
  }
}

export class EtcdPath implements EtcdWatcher {
  private readonly view: EtcdView;
  private readonly connections: readonly EtcdConnection[];
  private readonly changed: (effects: Effects) => void;
  private isOpen = false;

  /** `members`: those that it is told of; `changed`: what it gets may have changed. */
  constructor(
    view: EtcdView,
    members: readonly number[],
    draws: RandomStream,
    changed: (effects: Effects) => void,
  ) {
    this.view = view;
    this.changed = changed;
    const tell = (effects: Effects) => this.tell(effects);
    this.connections = members.map((member) => new EtcdConnection(member, view, draws, tell));
    view.watch(this);
  }

  /** A process starts. */
  open(effects: Effects): void {
    this.isOpen = true;
    for (const connection of this.connections) connection.open(effects);
  }

  close(): void {
    this.isOpen = false;
    for (const connection of this.connections) connection.close();
  }

  /** All connections stand. */
  found(): void {
    this.isOpen = true;
    for (const connection of this.connections) connection.found();
  }

  etcdChanged(effects: Effects): void {
    if (!this.isOpen) return;
    for (const connection of this.connections) connection.look(effects);
    this.tell(effects);
  }

  get isConnected(): boolean {
    return this.connections.some(({ stands }) => stands);
  }

  /** The share of such requests that is granted. */
  share(request: EtcdRequest): number {
    const standing = this.connections.filter(({ stands }) => stands);
    if (standing.length === 0) return 0;
    return standing.filter(({ member }) => this.grants(member, request)).length / standing.length;
  }

  /** Whether a member that lets watches stand is connected, or none that could say no. */
  get keepsStreams(): boolean {
    const standing = this.connections.filter(({ stands }) => stands);
    const answering = standing.filter(({ member }) => this.view.reach(member) === 'answers');
    // Streams of a member that is gone are resumed quietly, however long it takes.
    return answering.length === 0 || answering.some(({ member }) => this.view.knowsLeader(member));
  }

  private grants(member: number, request: EtcdRequest): boolean {
    return this.view.reach(member) === 'answers' && this.view.grants(member, request);
  }

  private tell(effects: Effects): void {
    if (this.isOpen) this.changed(effects);
  }
}
