/**
 * Where the connections of all clients stand, by the routes that clients take. client-go
 * multiplexes all of a process's requests over one connection of HTTP/2 and keeps it. Left out:
 * --goaway-chance, which is 0 unless it is set, and clients that start anew.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import {
  type BalancerWatcher,
  type LoadBalancer,
  type Route,
  routesOf,
} from '../load-balancer/load-balancer.ts';
import { type Moves, RouteConnections } from './route-connections.ts';

declare module '../../engine/effects.ts' {
  /** `server` counts from 1. */
  interface ChangeData extends Record<ConnectionsKind, { server: number }> {}
}

type ConnectionsKind = `connections${'Stall' | 'Break' | 'Come'}`;

/** Shares of routes that differ by less are the same. */
const ROUNDING = 1e-9;

export class Connections implements Component, BalancerWatcher {
  /** Called with the share by which a server has gained; below 0 where it has lost. */
  onMoved: (server: number, share: number, effects: Effects) => void = () => {};
  /** Called when any may have moved, or be carried or not. */
  onChanged: () => void = () => {};
  private readonly balancer: LoadBalancer;
  private readonly servers: number;
  private readonly answerTime: (server: number) => Duration;
  private readonly looks: SimulationEvent = { kind: 'connectionsLook', target: this };
  /** By the keys of their routes. */
  private readonly byRoute = new Map<number, RouteConnections>();
  private isLookDue = false;

  /** @param answerTime how long a server takes to answer what the balancer's outcomes tell of */
  constructor(
    balancer: LoadBalancer,
    servers: number,
    answerTime: (server: number) => Duration = () => 0,
  ) {
    this.balancer = balancer;
    this.servers = servers;
    this.answerTime = answerTime;
    balancer.watch(this);
  }

  /** All have found their servers long ago; the balancer must have been restarted. */
  restart(now: Time): void {
    this.byRoute.clear();
    this.isLookDue = false;
    for (const { key, share, proxy } of routesOf(this.balancer)) {
      this.clientsOf(key).startWarm(share, proxy, now);
    }
  }

  /** The share of all clients whose connection to a server stands. */
  standing(server: number): number {
    return this.sum((clients) => clients.standing(server));
  }

  /** Of these, the share that gets an answer. */
  carried(server: number): number {
    return this.sum((clients) => clients.carried(server));
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    if (this.isLookDue) return;
    this.isLookDue = true;
    effects.atEndOfInstant(this.looks);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    this.isLookDue = false;
    const moves: Moves = { lost: new Map(), come: new Map(), stalled: new Set() };
    const routes = new Map(routesOf(this.balancer).map((route) => [route.key, route]));
    if (routes.size > 0) this.goOver(routes, moves);
    let next: Time = NEVER;
    for (const [key, clients] of this.byRoute) {
      next = Math.min(next, clients.look(routes.get(key)?.proxy, moves, effects));
    }
    this.tell(moves, effects);
    if (next !== NEVER) effects.at(next, this.looks);
    this.onChanged();
  }

  /** Clients follow the address to whoever has it now. */
  private goOver(routes: ReadonlyMap<number, Route>, moves: Moves): void {
    const shareOf = (key: number) => routes.get(key)?.share ?? 0;
    let leaving = 0;
    for (const [key, clients] of this.byRoute) {
      const before = clients.share;
      const surplus = before - shareOf(key);
      if (surplus > ROUNDING) leaving += clients.leave(surplus / before, moves);
      if (shareOf(key) === 0) this.byRoute.delete(key);
    }
    // Before the first of them came nobody was anywhere.
    if (this.byRoute.size === 0 && leaving === 0) leaving = 1;
    if (leaving === 0) return;
    const gains = [...routes.values()].map(({ key, share }) => {
      const clients = this.clientsOf(key);
      return { clients, gained: Math.max(0, share - clients.share) };
    });
    const all = gains.reduce((sum, { gained }) => sum + gained, 0);
    for (const { clients, gained } of gains) clients.join((leaving * gained) / all);
  }

  private clientsOf(key: number): RouteConnections {
    const known = this.byRoute.get(key);
    if (known !== undefined) return known;
    const clients = new RouteConnections(this.servers, this.answerTime);
    this.byRoute.set(key, clients);
    return clients;
  }

  private sum(of: (clients: RouteConnections) => number): number {
    let sum = 0;
    for (const clients of this.byRoute.values()) sum += of(clients);
    return sum;
  }

  private tell({ stalled, lost, come }: Moves, effects: Effects): void {
    const record = (server: number, kind: ConnectionsKind) => {
      effects.record({ kind, subject: `connections/${server + 1}`, server: server + 1 });
    };
    for (const server of stalled) record(server, 'connectionsStall');
    for (const [server, share] of lost) {
      record(server, 'connectionsBreak');
      this.onMoved(server, -share, effects);
    }
    for (const [server, share] of come) {
      record(server, 'connectionsCome');
      this.onMoved(server, share, effects);
    }
  }
}
