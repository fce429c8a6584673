/**
 * One connection of an API server's etcd client to one member, as gRPC keeps it: dialled, used,
 * given up when nobody acknowledges or answers, and dialled anew after waits that grow.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { NetworkPath } from '../network/network-path.ts';

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
  /**
   * Whether a member answers writes at once with an error, since the database is over its quota:
   * one that the client does not try again (etcd client/v3 retry_interceptor.go).
   */
  refusesWrites(member: number): boolean;
  /** Whether it knows a leader; without one for long it cuts the watches of its clients. */
  knowsLeader(member: number): boolean;
  /** What impairs the network path to it; undefined where nothing does. */
  path(member: number): NetworkPath | undefined;
  /** Whether a fault impairs the network path to it, or lets it come and go. */
  isHindered(member: number): boolean;
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
const KEEPALIVE: Duration = 30 * SECOND + 10 * SECOND;
/** gRPC's least patience with an attempt (clientconn.go, minConnectTimeout). */
const CONNECT_TIMEOUT: Duration = 20 * SECOND;
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
  private readonly connects: SimulationEvent = { kind: 'connects', target: this };
  private reached: EtcdReach = 'refuses';
  private givenUpAt: Time = NEVER;
  private dialsAt: Time = NEVER;
  /** When an attempt that is answered has shaken hands. */
  private connectsAt: Time = NEVER;
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
    this.connectsAt = NEVER;
  }

  /** A new process connects. */
  open(effects: Effects): void {
    this.isOpen = true;
    this.attempts = 0;
    this.dial(effects);
  }

  /** As one that has stood for long. */
  startWarm(): void {
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
    } else if (event === this.connects && effects.now === this.connectsAt) this.connect(effects);
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
    // A watcher may have ended the process.
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
    this.connectsAt = NEVER;
    if (this.reached === 'refuses') this.wait(effects);
    else if (this.reached === 'answers') {
      const path = this.view.path(this.member);
      if (path === undefined) this.connect(effects);
      else {
        this.connectsAt = effects.now + handshake(path, effects.now);
        if (this.connectsAt < this.givenUpAt) effects.at(this.connectsAt, this.connects);
      }
    }
  }

  private connect(effects: Effects): void {
    this.isDialling = false;
    this.connectsAt = NEVER;
    this.givenUpAt = NEVER;
    this.stands = true;
    this.attempts = 0;
    this.changed(effects);
  }

  private wait(effects: Effects): void {
    this.isDialling = false;
    this.connectsAt = NEVER;
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

/** TCP's, then a round trip each for TLS 1.3 and for the settings of HTTP/2. */
function handshake(path: NetworkPath, now: Time): Duration {
  return path.connectingAt(now) + path.exchangeAt(now, 0) + path.exchangeAt(now, 1);
}
