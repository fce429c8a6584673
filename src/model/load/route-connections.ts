/**
 * The connections of clients of one route, as shares of all clients: each depends on its server
 * until it breaks, and then its client tries again as new ones do, until it gets through. Clients
 * that are turned away try again at once; those that meet silence or a server that hangs wait for
 * their time-outs, in halves of a second. Left out: clients' back-off between tries.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { ConnectionProxy, Outcome } from '../load-balancer/load-balancer.ts';

/**
 * A client that hears nothing for 30 s asks with a ping and waits 15 s (apimachinery
 * util/net/http.go, HTTP2_READ_IDLE_TIMEOUT_SECONDS and HTTP2_PING_TIMEOUT_SECONDS).
 */
const CLIENT_PATIENCE: Duration = 30 * SECOND + 15 * SECOND;
/** client-go's dialler gives a silent address 30 s (transport/cache.go). */
const DIAL_TIMEOUT: Duration = 30 * SECOND;
/** Accepted and then without a word: its TLS handshake has 10 s (transport/cache.go). */
const HANDSHAKE_TIMEOUT: Duration = 10 * SECOND;

/** Waits count in these: a way that loses packets would else bring ever other ones. */
const STEP: Duration = SECOND / 2;

/** Smaller shares are nobody. */
const NEGLIGIBLE = 1e-9;

/** Where new connections go now; undefined where nobody has the address. */
type CurrentProxy = ConnectionProxy | undefined;

/** A try under way. */
interface Try {
  /** Undefined where a balancer tries in vain. */
  readonly server: number | undefined;
  /** `stuck` with a server until it answers, or on its way to one that would. */
  readonly kind: 'stuck' | 'coming';
  readonly until: Time;
  share: number;
}

/** What has become of connections, by server, to be told. */
export interface Moves {
  readonly lost: Map<number, number>;
  readonly come: Map<number, number>;
  readonly stalled: Set<number>;
}

export class RouteConnections {
  /** By server. */
  private readonly on: number[];
  /** When clients give up the connections to a server that stalls; NEVER while none stall. */
  private readonly givenUpAt: Time[];
  private tries: Try[] = [];
  /** Of clients that try again as soon as anything changes. */
  private waiting = 0;
  /** How long a server takes to answer what a balancer's outcomes tell of. */
  private readonly answerTime: (server: number) => Duration;

  constructor(servers: number, answerTime: (server: number) => Duration) {
    this.on = new Array<number>(servers).fill(0);
    this.givenUpAt = new Array<Time>(servers).fill(NEVER);
    this.answerTime = answerTime;
  }

  /** Of all clients those that take this route, connected or not. */
  get share(): number {
    const tried = this.tries.reduce((sum, { share }) => sum + share, 0);
    return this.on.reduce((sum, share) => sum + share, this.waiting + tried);
  }

  standing(server: number): number {
    return this.on[server]!;
  }

  /** Those that stand and get an answer. */
  carried(server: number): number {
    return this.givenUpAt[server] === NEVER ? this.on[server]! : 0;
  }

  /** So many clients found their servers long ago. */
  startWarm(share: number, proxy: ConnectionProxy, now: Time): void {
    const outcomes = proxy.outcomes(now).filter(isLetIn);
    const sum = sumOf(outcomes);
    for (const one of outcomes) this.on[one.server!]! += (share * one.share) / sum;
    if (sum === 0) this.waiting = share;
  }

  /** Clients come from elsewhere; they try when they are looked at. */
  join(share: number): void {
    this.waiting += share;
  }

  /** A part of the clients goes elsewhere, where nothing is known of their connections. */
  leave(part: number, moves: Moves): number {
    const before = this.share;
    this.on.forEach((share, server) => {
      if (share > 0) this.move(server, -share * part, moves);
    });
    for (const one of this.tries) one.share *= 1 - part;
    this.waiting *= 1 - part;
    return before * part;
  }

  /** Looks what has become of all. @returns when to look again, though nothing changes */
  look(proxy: CurrentProxy, moves: Moves, { now }: Effects): Time {
    this.on.forEach((share, server) => {
      if (share > 0 && this.breaks(proxy, server, moves, now)) this.lose(server, moves);
    });
    const tries = this.tries;
    this.tries = [];
    for (const one of tries) this.follow(one, proxy, moves, now);
    if (this.waiting > NEGLIGIBLE && proxy !== undefined) this.tryAll(proxy, moves, now);
    const ends = [...this.givenUpAt, ...this.tries.map(({ until }) => until)];
    return Math.min(...ends.filter((end) => end > now), NEVER);
  }

  /** Whether connections to a server break now; those that stall do when clients give up. */
  private breaks(proxy: CurrentProxy, server: number, moves: Moves, now: Time): boolean {
    const { kind, for: lasts } = proxy?.established(server, now) ?? { kind: 'stalls', for: NEVER };
    if (kind === 'reset') return true;
    if (kind === 'lasts') {
      this.givenUpAt[server] = NEVER;
      return false;
    }
    if (this.givenUpAt[server] === NEVER) {
      this.givenUpAt[server] = now + Math.min(lasts, CLIENT_PATIENCE);
      moves.stalled.add(server);
    }
    return this.givenUpAt[server]! <= now;
  }

  private lose(server: number, moves: Moves): void {
    const share = this.on[server]!;
    this.givenUpAt[server] = NEVER;
    this.move(server, -share, moves);
    this.on[server] = 0;
    this.waiting += share;
  }

  /** A server that a try is stuck with may answer by now, or be gone. */
  private follow(one: Try, proxy: CurrentProxy, moves: Moves, now: Time): void {
    const { server, kind, share, until } = one;
    const state = server === undefined ? undefined : proxy?.established(server, now).kind;
    if (state === 'lasts' && (kind === 'stuck' || now >= until)) this.move(server!, share, moves);
    else if (state === 'reset' || now >= until) this.waiting += share;
    else this.keep(one);
  }

  /** All that wait try. Where all are turned away they wait for something to change. */
  private tryAll(proxy: ConnectionProxy, moves: Moves, now: Time): void {
    const outcomes = proxy.outcomes(now).filter((outcome) => !isTurnedAway(outcome));
    const sum = sumOf(outcomes);
    if (sum === 0) return;
    const { waiting } = this;
    this.waiting = 0;
    for (const outcome of outcomes) {
      this.meet(outcome, (waiting * outcome.share) / sum, moves, now);
    }
  }

  private meet(outcome: Outcome, share: number, moves: Moves, now: Time): void {
    const { kind, server, after } = outcome;
    if (isLetIn(outcome)) {
      const waited = inSteps(after - this.answerTime(server!));
      if (waited <= 0) this.move(server!, share, moves);
      else this.keep({ server, kind: 'coming', until: now + waited, share });
    } else {
      const patience = kind === 'hang' ? HANDSHAKE_TIMEOUT : DIAL_TIMEOUT;
      const waits = Math.max(STEP, inSteps(Math.min(after, patience)));
      this.keep({ server, kind: 'stuck', until: now + waits, share });
    }
  }

  private keep(one: Try): void {
    if (one.share <= NEGLIGIBLE) {
      this.waiting += one.share;
      return;
    }
    const { server, kind, until } = one;
    const same = this.tries.find((other) => {
      return other.server === server && other.kind === kind && other.until === until;
    });
    if (same === undefined) this.tries.push({ ...one });
    else same.share += one.share;
  }

  private move(server: number, share: number, { lost, come }: Moves): void {
    this.on[server]! += share;
    const moved = share < 0 ? lost : come;
    moved.set(server, (moved.get(server) ?? 0) + Math.abs(share));
  }
}

function inSteps(wait: Duration): Duration {
  return Math.round(wait / STEP) * STEP;
}

function isLetIn({ kind, server, share }: Outcome): boolean {
  return (kind === 'ok' || kind === 'error') && server !== undefined && share > 0;
}

/** Whoever meets this goes on trying, until something has changed at the latest. */
function isTurnedAway({ kind, server, share, after }: Outcome): boolean {
  if (kind === 'closed') return inSteps(after) === 0;
  return kind === 'refusal' || server === undefined || share === 0;
}

function sumOf(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { share }) => sum + share, 0);
}
