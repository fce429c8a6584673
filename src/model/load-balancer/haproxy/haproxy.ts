/**
 * HAProxy before several API servers, in mode tcp and `balance roundrobin`: which servers it would
 * choose now, what becomes of new connections and of those that stand. What it believes comes from
 * its checks. Left out: limits on connections and their queues; HAProxy's own load.
 */
import { type Duration, SECOND, type Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../../engine/effects.ts';
import type { RandomStream } from '../../../engine/random-streams.ts';
import type { Endpoint, EndpointWatcher } from '../../network/endpoint.ts';
import type { Part, PartWatcher } from '../../parts/part.ts';
import {
  absence,
  type BalancerHost,
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  establishedTo,
  type Outcome,
  RESET,
  STALLS,
  serverChange,
} from '../load-balancer.ts';
import { type AttemptRules, type Candidate, outcomesOf } from './attempts.ts';
import { areNoticedLate, checkBounds } from './check-attempt.ts';
import { HaproxyCheck } from './haproxy-check.ts';
import type { HaproxySettings, HaproxyTimeouts } from './haproxy-settings.ts';
import { ProcessTimers, RESOLVERS_PERIOD } from './process-timers.ts';
import { SlowStart } from './slow-start.ts';

/** Between a refusal and another try at the same server: 1 s at most (back_handle_st_cer). */
const TURNAROUND: Duration = SECOND;
/** Outcomes of so many states are kept; more are seen only where answers take ever other times. */
const MOST_REMEMBERED = 1000;

interface Server {
  readonly endpoint: Endpoint;
  readonly check: HaproxyCheck;
  readonly slowStart: SlowStart;
}

/**
 * How long a connection is kept whose server says nothing, as measured: the end of `timeout client`
 * tells the server alone, which does not hear it, and then the server's side must end by its own.
 */
function idleOf({ client, server, tunnel, serverFin }: HaproxyTimeouts): Duration {
  if (tunnel !== undefined) return tunnel;
  return serverFin !== undefined && client < server ? client + serverFin : server;
}

export class Haproxy implements Component, ConnectionProxy, EndpointWatcher, PartWatcher {
  readonly name: string;
  private readonly settings: HaproxySettings;
  private readonly host: BalancerHost;
  private readonly servers: readonly Server[];
  private readonly phases: RandomStream;
  private readonly rules: AttemptRules;
  private readonly timers = new ProcessTimers();
  private readonly watchers = new BalancerWatchers();
  private readonly memo = new Map<string, readonly Outcome[]>();
  private isThere = true;

  /** Ticks of its checks take the ranks from `firstRank` on, one a server. */
  constructor(
    name: string,
    endpoints: readonly Endpoint[],
    settings: HaproxySettings,
    host: BalancerHost,
    phases: RandomStream,
    firstRank: number,
  ) {
    this.name = name;
    this.settings = settings;
    this.host = host;
    this.phases = phases;
    const { retries, redispatch, timeouts } = settings;
    const { connect } = timeouts;
    const turnaround = Math.min(TURNAROUND, connect);
    const idle = idleOf(timeouts);
    const slowest = timeouts.tunnel ?? Math.min(timeouts.client, timeouts.server);
    this.rules = { retries, redispatch, connect, turnaround, idle, slowest };
    const { weight } = settings.server;
    this.servers = endpoints.map((endpoint, index) => {
      const own = typeof weight === 'number' ? weight : weight[index]!;
      return this.serve(endpoint, own, firstRank + index);
    });
    for (const endpoint of endpoints) endpoint.watch(this);
    host.machine.watch(this);
    host.process.watch(this);
  }

  private serve(endpoint: Endpoint, weight: number, rank: number): Server {
    const { slowstart } = this.settings.server;
    const { name, settings, timers } = this;
    const risen = serverChange('weightRisen', name, endpoint);
    const slowStart = new SlowStart(weight, slowstart, risen, (effects) => this.tell(effects));
    const marked = (effects: Effects) => {
      if (check.isUp) slowStart.begin(effects);
      else slowStart.restart();
      this.tell(effects);
    };
    const check = new HaproxyCheck(name, endpoint, settings, timers, rank, marked);
    return { endpoint, check, slowStart };
  }

  /** As one that has run for long. */
  restart(effects: Effects): void {
    this.isThere = absence(this.host) === undefined;
    const sinceResolving = Math.floor(this.phases.double() * RESOLVERS_PERIOD);
    const isLate = areNoticedLate(checkBounds(this.settings));
    this.timers.restart(isLate ? effects.now - sinceResolving : 0);
    for (const { check, slowStart } of this.servers) {
      slowStart.restart();
      check.restart(this.phases, effects);
      if (!this.isThere) check.halt(effects);
    }
  }

  /** Nothing of its own: its checks and slow starts ask for their own events. */
  step(_event: SimulationEvent, _effects: Effects): void {}

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  checksElided(now: Time): number {
    return this.servers.reduce((sum, { check }) => sum + check.elided(now), 0);
  }

  /** Whether HAProxy has a server as UP, or had it so when it ended. */
  isUp(server: number): boolean {
    return this.servers[server]!.check.isUp;
  }

  /** Weights by server as they are now; 0 for servers that are down. */
  weights(now: Time): number[] {
    return this.servers.map(({ check, slowStart }) => (check.isUp ? slowStart.weight(now) : 0));
  }

  outcomes(now: Time): readonly Outcome[] {
    const away = absence(this.host);
    if (away !== undefined) return [away];
    const candidates: Candidate[] = this.weights(now).map((weight, server) => {
      return { server, weight, answer: this.servers[server]!.endpoint.answer };
    });
    return this.remembered(candidates.filter(({ weight }) => weight > 0));
  }

  /** Levels ask at every instant in which anything changes, and mostly nothing has changed here. */
  private remembered(candidates: readonly Candidate[]): readonly Outcome[] {
    const key = candidates
      .map(({ server, weight, answer: { kind, after, path } }) => {
        return `${server} ${weight} ${kind} ${after} ${path?.description ?? ''}`;
      })
      .join();
    const known = this.memo.get(key) ?? outcomesOf(candidates, this.rules);
    if (this.memo.size >= MOST_REMEMBERED) this.memo.clear();
    this.memo.set(key, known);
    return known;
  }

  /**
   * What becomes of connections that stand to a server. A stall is counted from the last byte of
   * either side, so that a client that goes on sending, if only pings, is not cut off.
   */
  established(server: number): Established {
    const { machine, process } = this.host;
    if (!machine.works) return STALLS;
    if (!process.works) return RESET;
    const { endpoint, check } = this.servers[server]!;
    if (!check.isUp && this.settings.server.shutdownSessions) return RESET;
    return establishedTo(endpoint.answer, this.rules.idle);
  }

  answerChanged(_endpoint: Endpoint, effects: Effects): void {
    this.tell(effects);
  }

  partStopped(_part: Part, effects: Effects): void {
    if (this.isThere) for (const { check } of this.servers) check.halt(effects);
    this.isThere = false;
    this.tell(effects);
  }

  /** First checks are spread over an interval, in the order of the servers (start_checks). */
  partStarted(_part: Part, effects: Effects): void {
    if (!this.isThere && absence(this.host) === undefined) {
      this.isThere = true;
      this.timers.restart(effects.now);
      this.servers.forEach(({ check, slowStart }, index) => {
        slowStart.restart();
        check.begin(index / this.servers.length, effects);
      });
    }
    this.tell(effects);
  }

  private tell(effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
