/**
 * What every way to the API servers tells those who use it: what becomes of a new connection sent
 * now, as shares of all that could be sent. It is computed from state; nobody fires requests. The
 * shares hold as if everything stayed as it is until the connection has ended.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Effects, StateChange } from '../../engine/effects.ts';
import type { Answer, AnswerKind, Endpoint } from '../network/endpoint.ts';
import type { Part } from '../parts/part.ts';
import type { VrrpState } from './keepalived/vrrp-node.ts';

/** A server, as a balancer has it. */
interface BalancedServer {
  balancer: string;
  server: string;
}

declare module '../../engine/effects.ts' {
  interface ChangeData {
    processFrozen: object;
    processThawed: object;
    markedUp: BalancedServer;
    markedDown: BalancedServer;
    /** A step of HAProxy's slow start. */
    weightRisen: BalancedServer;
    targetHealthy: BalancedServer;
    targetUnhealthy: BalancedServer;
    targetRegistered: BalancedServer;
    targetDeregistered: BalancedServer;
    vrrpState: { balancer: string; machine: string; state: VrrpState };
    recordsChanged: object;
    clientsGoOver: object;
  }
}

/** As an endpoint's answers; `closed` by a balancer that found no server, without an answer. */
type OutcomeKind = AnswerKind | 'closed';

export interface Outcome {
  readonly kind: OutcomeKind;
  /** The server that is reached at last; undefined where none is. */
  readonly server: number | undefined;
  /** Of all connections that could be sent now; the shares of one moment add up to 1. */
  readonly share: number;
  /** When it ends by itself: by the answer, or when somebody closes; NEVER if nobody does. */
  readonly after: Duration;
}

export interface LoadBalancer {
  readonly name: string;
  outcomes(now: Time): readonly Outcome[];
  /** The routes that clients take now; absent where all go through this, a `ConnectionProxy`. */
  routes?(): readonly Route[];
  /** Watchers are notified in the order in which they registered. */
  watch(watcher: BalancerWatcher): void;
}

/** Whoever passes connections on, and so knows those that stand. */
export interface ConnectionProxy extends LoadBalancer {
  /** What becomes of connections that stand to a server. */
  established(server: number, now: Time): Established;
}

/**
 * Clients that take the same route: through a proxy of their own, or to one of those machines that
 * have the address. The shares of one moment add up to 1, or there are none and nobody has the
 * address.
 */
export interface Route {
  /** Which route: connections that stand by it are unknown by any other. */
  readonly key: number;
  /** Of all clients. */
  readonly share: number;
  readonly proxy: ConnectionProxy;
  /** Where these clients are, which they do not leave; 0 where all are in one place. */
  readonly place?: number;
}

export function routesOf(balancer: LoadBalancer | ConnectionProxy): readonly Route[] {
  if (balancer.routes !== undefined) return balancer.routes();
  if ('established' in balancer) return [{ key: 0, share: 1, proxy: balancer }];
  throw new TypeError(`${balancer.name} knows no routes of connections`);
}

/** What new connections meet over all routes. */
export function outcomesOver(routes: readonly Route[], now: Time): readonly Outcome[] {
  if (routes.length === 0) return [{ kind: 'silence', server: undefined, share: 1, after: NEVER }];
  if (routes.length === 1) return routes[0]!.proxy.outcomes(now);
  return merged(routes.flatMap(({ share, proxy }) => scaled(proxy.outcomes(now), share)));
}

/** Notified when outcomes may have changed. */
export interface BalancerWatcher {
  balancerChanged(balancer: LoadBalancer, effects: Effects): void;
}

/** What becomes of a connection that stands already. */
export interface Established {
  /** `reset` at once; `stalls` without a word until somebody gives up. */
  readonly kind: 'lasts' | 'reset' | 'stalls';
  /** How long a stall lasts at most; 0 for the others. */
  readonly for: Duration;
}

export const LASTS: Established = { kind: 'lasts', for: 0 };
export const RESET: Established = { kind: 'reset', for: 0 };
/** Nobody but the client itself ever ends it. */
export const STALLS: Established = { kind: 'stalls', for: NEVER };

/** By what the server would answer now; `idle` is how long whoever is between bears silence. */
export function establishedTo({ kind }: Answer, idle: Duration): Established {
  if (kind === 'refusal') return RESET;
  return kind === 'silence' || kind === 'hang' ? { kind: 'stalls', for: idle } : LASTS;
}

/** Where a balancer runs. The machine answers in its place when the process is not there. */
export interface BalancerHost {
  readonly machine: Part;
  readonly process: Part;
}

/** What somebody meets who asks a balancer that is not there; undefined where it is. */
export function absence({ machine, process }: BalancerHost): Outcome | undefined {
  if (!machine.works) return { kind: 'silence', server: undefined, share: 1, after: NEVER };
  if (!process.works) return { kind: 'refusal', server: undefined, share: 1, after: 0 };
  return undefined;
}

/** The watchers of one balancer. */
export class BalancerWatchers {
  private readonly watchers: BalancerWatcher[] = [];

  add(watcher: BalancerWatcher): void {
    this.watchers.push(watcher);
  }

  tell(balancer: LoadBalancer, effects: Effects): void {
    for (const watcher of this.watchers) watcher.balancerChanged(balancer, effects);
  }
}

/** The share that is answered as wished by clients who wait for `patience`. */
export function servedShare(outcomes: readonly Outcome[], patience: Duration): number {
  return outcomes
    .filter(({ kind, after }) => kind === 'ok' && after <= patience)
    .reduce((sum, { share }) => sum + share, 0);
}

/** Outcomes that differ in their share alone, put together; those of no share left out. */
export function merged(outcomes: readonly Outcome[]): Outcome[] {
  const known = new Map<string, Outcome>();
  for (const outcome of outcomes) {
    if (outcome.share <= 0) continue;
    const key = `${outcome.kind} ${outcome.server} ${outcome.after}`;
    const before = known.get(key)?.share ?? 0;
    known.set(key, { ...outcome, share: before + outcome.share });
  }
  return [...known.values()];
}

/** The same outcomes for `share` of those who would meet them. */
export function scaled(outcomes: readonly Outcome[], share: number): Outcome[] {
  return outcomes.map((outcome) => ({ ...outcome, share: outcome.share * share }));
}

type ServerChange = Extract<StateChange, BalancedServer>;

export function serverChange(
  kind: ServerChange['kind'],
  balancer: string,
  { name }: Endpoint,
): ServerChange {
  return { kind, subject: `${balancer}/${name}`, balancer, server: name };
}

/** A machine that has an address which several may have at once. */
interface AddressHolder {
  readonly announcedAt: Time;
}

/** To whom connections go that stand; undefined where nobody has the address. */
export function newestOf<Holder extends AddressHolder>(
  holders: readonly Holder[],
): Holder | undefined {
  return holders.reduce<Holder | undefined>((newest, holder) => {
    return newest === undefined || holder.announcedAt >= newest.announcedAt ? holder : newest;
  }, undefined);
}

/** What a connection straight to a server comes to. */
export function straight(server: number, { kind, after }: Answer, share: number): Outcome {
  if (kind === 'refusal') return { kind, server, share, after: 0 };
  const isAnswered = kind === 'ok' || kind === 'error';
  return { kind, server, share, after: isAnswered ? after : NEVER };
}
