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
  /** Where the clients of a route are, by its key. */
  private readonly placeOf = new Map<number, number>();
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
    this.placeOf.clear();
    this.isLookDue = false;
    for (const route of routesOf(this.balancer)) {
      this.clientsOf(route).startWarm(route.share, route.proxy, now);
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
    for (const place of new Set([...routes.values()].map(placeOfRoute))) {
      this.goOver(
        place,
        [...routes.values()].filter((route) => placeOfRoute(route) === place),
        moves,
      );
    }
    let next: Time = NEVER;
    for (const [key, clients] of this.byRoute) {
      next = Math.min(next, clients.look(routes.get(key)?.proxy, moves, effects));
    }
    this.tell(moves, effects);
    if (next !== NEVER) effects.at(next, this.looks);
    this.onChanged();
  }

  /** Clients of a place follow the address to whoever has it now, as they meet it. */
  private goOver(place: number, routes: readonly Route[], moves: Moves): void {
    const shares = new Map(routes.map(({ key, share }) => [key, share]));
    const isNew = ![...this.placeOf.values()].includes(place);
    let leaving = 0;
    for (const [key, clients] of this.byRoute) {
      if (this.placeOf.get(key) !== place) continue;
      const before = clients.share;
      const surplus = before - (shares.get(key) ?? 0);
      if (surplus > ROUNDING) leaving += clients.leave(surplus / before, moves);
      if (!shares.has(key)) this.forget(key);
    }
    // Before the first of them came nobody was anywhere.
    if (isNew) leaving = routes.reduce((sum, { share }) => sum + share, 0);
    if (leaving === 0) return;
    const gains = routes.map((route) => {
      const clients = this.clientsOf(route);
      return { clients, gained: Math.max(0, route.share - clients.share) };
    });
    const all = gains.reduce((sum, { gained }) => sum + gained, 0);
    for (const { clients, gained } of gains) clients.join((leaving * gained) / all);
  }

  private forget(key: number): void {
    this.byRoute.delete(key);
    this.placeOf.delete(key);
  }

  private clientsOf(route: Route): RouteConnections {
    const known = this.byRoute.get(route.key);
    if (known !== undefined) return known;
    const clients = new RouteConnections(this.servers, this.answerTime);
    this.byRoute.set(route.key, clients);
    this.placeOf.set(route.key, placeOfRoute(route));
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

function placeOfRoute({ place = 0 }: Route): number {
  return place;
}
