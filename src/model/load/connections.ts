/**
 * Where the connections of all clients stand, as shares: each clings to its server until it breaks
 * and then finds another as new ones do. client-go multiplexes all of a process's requests over one
 * connection of HTTP/2 and keeps it. Left out: --goaway-chance, which is 0 unless it is set, and
 * clients that start anew.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { BalancerWatcher, LoadBalancer } from '../load-balancer/load-balancer.ts';

/**
 * A client that hears nothing for 30 s asks with a ping and waits 15 s (apimachinery
 * util/net/http.go, HTTP2_READ_IDLE_TIMEOUT_SECONDS and HTTP2_PING_TIMEOUT_SECONDS).
 */
const CLIENT_PATIENCE: Duration = 30 * SECOND + 15 * SECOND;

/** Smaller shares are nobody. */
const NEGLIGIBLE = 1e-9;

export class Connections implements Component, BalancerWatcher {
  /** Called with the share by which a server has gained; below 0 where it has lost. */
  onMoved: (server: number, share: number, effects: Effects) => void = () => {};
  /** Called when any may have moved, or be carried or not. */
  onChanged: () => void = () => {};
  private readonly balancer: LoadBalancer;
  private readonly looks: SimulationEvent = { kind: 'connectionsLook', target: this };
  private readonly on: number[];
  /** When clients give up the connections to a server that stalls; NEVER while none stall. */
  private readonly givenUpAt: Time[];
  /** The share of clients that hang on nobody. */
  private lost = 0;
  private route: number | undefined;
  private looksAt: Time = -1;

  constructor(balancer: LoadBalancer, servers: number) {
    this.balancer = balancer;
    this.on = new Array<number>(servers).fill(0);
    this.givenUpAt = new Array<Time>(servers).fill(NEVER);
    balancer.watch(this);
  }

  /** All have found their servers long ago; the balancer must have been restarted. */
  restart(now: Time): void {
    this.on.fill(0);
    this.givenUpAt.fill(NEVER);
    this.looksAt = -1;
    this.route = this.balancer.route?.();
    const found = this.found(now);
    this.lost = found.size === 0 ? 1 : 0;
    for (const [server, share] of found) this.on[server] = share;
  }

  /** The share of all clients whose connection to a server stands. */
  standing(server: number): number {
    return this.on[server]!;
  }

  /** Whether those that stand there get an answer. */
  isCarried(server: number): boolean {
    return this.givenUpAt[server] === NEVER;
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    if (this.looksAt === effects.now) return;
    this.looksAt = effects.now;
    effects.at(effects.now, this.looks);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    this.looksAt = -1;
    const { route } = this;
    const routeNow = this.balancer.route?.();
    // Whoever has taken the address over knows nothing of connections.
    const isMoved = routeNow !== undefined && route !== undefined && routeNow !== route;
    if (routeNow !== undefined) this.route = routeNow;
    this.on.forEach((share, server) => {
      if (share > 0 && (isMoved || this.breaks(server, effects))) this.lose(server, effects);
    });
    this.reconnect(effects);
    this.onChanged();
  }

  /** Whether connections to a server break now; those that stall do when clients give up. */
  private breaks(server: number, effects: Effects): boolean {
    const { kind, for: lasts } = this.balancer.established(server, effects.now);
    if (kind === 'reset') return true;
    if (kind === 'lasts') {
      this.givenUpAt[server] = NEVER;
      return false;
    }
    if (this.givenUpAt[server] === NEVER) {
      const end = effects.now + Math.min(lasts, CLIENT_PATIENCE);
      this.givenUpAt[server] = end;
      effects.at(end, this.looks);
      effects.record({ subject: `connections/${server + 1}`, state: 'stall' });
    }
    return this.givenUpAt[server]! <= effects.now;
  }

  private lose(server: number, effects: Effects): void {
    const share = this.on[server]!;
    this.on[server] = 0;
    this.givenUpAt[server] = NEVER;
    this.lost += share;
    effects.record({ subject: `connections/${server + 1}`, state: 'break' });
    this.onMoved(server, -share, effects);
  }

  /** Clients that are turned away try again at once, until they get through. */
  private reconnect(effects: Effects): void {
    if (this.lost <= NEGLIGIBLE) return;
    const found = this.found(effects.now);
    if (found.size === 0) return;
    const { lost } = this;
    this.lost = 0;
    for (const [server, share] of found) {
      this.on[server]! += lost * share;
      effects.record({ subject: `connections/${server + 1}`, state: 'come' });
      this.onMoved(server, lost * share, effects);
    }
  }

  /** By server, the share of those who get through to any. */
  private found(now: Time): ReadonlyMap<number, number> {
    const shares = new Map<number, number>();
    let sum = 0;
    for (const { kind, server, share } of this.balancer.outcomes(now)) {
      const isLetIn = kind === 'ok' || kind === 'error';
      if (server === undefined || !isLetIn || share === 0) continue;
      shares.set(server, (shares.get(server) ?? 0) + share);
      sum += share;
    }
    for (const [server, share] of shares) shares.set(server, share / sum);
    return shares;
  }
}
