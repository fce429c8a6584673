/**
 * One API server: a process that connects to etcd, starts, fills its watch caches, serves, and on
 * SIGTERM deregisters, drains and exits; what its health endpoints answer at each of these; and
 * what shares of requests it grants. It exits by itself where etcd is not there at its start. Left
 * out: stale results of the etcd check, which is asked each second at most but also asked that
 * often, admission webhooks, and what load does (load/).
 */

import { type Duration, NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Answer } from '../network/endpoint.ts';
import { ApiServerEndpoint, HANG, REFUSAL } from '../network/settable-endpoint.ts';
import type { FreezableProcess } from '../process/managed-process.ts';
import { type Asker, healthAnswer, requestAnswer } from './api-server-answers.ts';
import { type CacheSource, WatchCaches } from './api-server-cache.ts';
import {
  type ApiServerSettings,
  DEREGISTRATION_TIMEOUT,
  DIAL_TIMEOUT,
  HOOKS_TIMEOUT,
  READYZ_CHECKS,
  REQUEST_TIMEOUT,
} from './api-server-settings.ts';
import type { EtcdRequest, EtcdView } from './etcd-connection.ts';
import { EtcdPath } from './etcd-path.ts';

/** What it is at, from its start to its end. */
type ApiServerPhase =
  | 'down'
  /** No etcd member has let it in yet. */
  | 'connecting'
  /** It does not listen yet. */
  | 'loading'
  /** It listens, and its hooks are not done. */
  | 'initialising'
  | 'serving'
  /** Told to stop, it is not ready and goes on serving. */
  | 'stopping'
  /** It does not listen any more, and ends what is under way. */
  | 'draining';

/** Phases in which connections to it are taken. */
const LISTENING: ReadonlySet<ApiServerPhase> = new Set(['initialising', 'serving', 'stopping']);

/** Whether its hooks are done and it listens. */
function isAlive(phase: ApiServerPhase): boolean {
  return phase === 'serving' || phase === 'stopping';
}

/** Shares of requests granted within their time, in [0, 1]. */
export interface Granted {
  readonly write: number;
  readonly read: number;
  /** Reads that ask for no fresh state, answered from the watch caches. */
  readonly cachedRead: number;
}

declare module '../../engine/effects.ts' {
  interface ChangeData {
    apiServerPhase: { phase: ApiServerPhase };
    apiServerGrants: Granted;
  }
}

export class ApiServer implements Component, FreezableProcess, CacheSource {
  readonly name: string;
  onExit: (effects: Effects) => void = () => {};
  onEnd: (effects: Effects) => void = () => {};
  phase: ApiServerPhase = 'down';
  readonly livez: ApiServerEndpoint;
  readonly readyz: ApiServerEndpoint;
  /** Like /livez as far as it is modelled here. */
  readonly healthz: ApiServerEndpoint;
  /** What a client of the machine's own meets. */
  readonly requests: RequestEndpoint;
  /** Called whenever what it grants may have changed. */
  onShown: () => void = () => {};
  /** Called when it has begun or ceased to answer lists; see `answersLists`. */
  onLists: (effects: Effects) => void = () => {};
  isFrozen = false;
  private readonly settings: ApiServerSettings;
  private readonly draws: RandomStream;
  private readonly addresses: ApiServerAddresses;
  private readonly path: EtcdPath;
  private readonly caches: WatchCaches;
  private readonly phaseEnds: SimulationEvent = { kind: 'phaseEnds', target: this };
  private phaseEndsAt: Time = NEVER;
  /** Asked to stop, it serves until then at least (--shutdown-delay-duration). */
  private servesUntil: Time = 0;
  private answeredLists = false;
  /** What came while it was frozen. */
  private overdue: 'nothing' | 'phase' | 'stop' = 'nothing';
  private shown = '';

  /**
   * `members` are the etcd members of --etcd-servers, whose turns are told from those of other
   * servers by `turnKey`, as `RandomStreams.key` has it.
   */
  constructor(
    name: string,
    settings: ApiServerSettings,
    view: EtcdView,
    members: readonly number[],
    draws: RandomStream,
    turnKey: () => number,
  ) {
    this.name = name;
    this.settings = settings;
    this.draws = draws;
    const { warmUp, electionTimeout, handling } = settings;
    const changed = (effects: Effects) => this.changed(effects);
    this.caches = new WatchCaches(this, lawOf(warmUp), electionTimeout, draws, changed);
    this.path = new EtcdPath(view, members, draws, changed);
    this.addresses = new ApiServerAddresses(name, { path: this.path, handling, turnKey });
    const { livez, readyz, healthz, requests } = this.addresses;
    this.livez = livez;
    this.readyz = readyz;
    this.healthz = healthz;
    this.requests = requests;
  }

  /** A replication starts and it does not run. */
  restart(): void {
    this.reset('down');
    this.path.close();
    this.caches.close();
    this.addresses.reset(this);
    this.answeredLists = this.answersLists;
  }

  /** A replication starts and it has served for long. */
  startWarm(): void {
    this.reset('serving');
    this.path.startWarm();
    this.caches.startWarm();
    this.addresses.reset(this);
    this.answeredLists = this.answersLists;
    this.shown = this.describe();
  }

  start(effects: Effects): void {
    this.enter('connecting', DIAL_TIMEOUT, effects);
    this.path.open(effects);
  }

  /** SIGTERM. */
  terminate(effects: Effects): void {
    if (this.isFrozen) {
      this.overdue = 'stop';
      return;
    }
    if (this.phase === 'connecting' || this.phase === 'loading') this.kill(effects);
    else if (this.phase === 'initialising' || this.phase === 'serving') {
      const { shutdownDelay } = this.settings;
      this.servesUntil = effects.now + shutdownDelay;
      this.enter('stopping', Math.max(shutdownDelay, DEREGISTRATION_TIMEOUT), effects);
      this.changed(effects);
    }
  }

  /** SIGKILL, a crash, or the end of its machine. */
  kill(effects: Effects): void {
    if (this.phase === 'down') return;
    this.path.close();
    this.caches.close();
    this.isFrozen = false;
    this.overdue = 'nothing';
    this.enter('down', NEVER, effects);
    this.onExit(effects);
    this.onEnd(effects);
  }

  /** It is stopped (SIGSTOP, a paused machine) and does nothing. */
  freeze(effects: Effects): void {
    if (this.phase === 'down') return;
    this.isFrozen = true;
    this.show(effects);
  }

  thaw(effects: Effects): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    const { overdue } = this;
    this.overdue = 'nothing';
    this.show(effects);
    if (overdue === 'phase') this.endPhase(effects);
    else if (overdue === 'stop') this.terminate(effects);
    this.changed(effects);
  }

  get granted(): Granted {
    return this.grantedWithin(REQUEST_TIMEOUT);
  }

  get exists(): boolean {
    return this.phase !== 'down';
  }

  /** What is granted so that etcd keeps nobody waiting for longer. */
  grantedWithin(patience: Duration): Granted {
    if (!this.accepts) return { write: 0, read: 0, cachedRead: 0 };
    const cachedRead = this.answersLists ? 1 : 0;
    const read = this.path.share('linearizableRead', patience);
    return { write: this.path.share('write', patience), read, cachedRead };
  }

  /** Whether it serves, and a fault is at the network to all of its etcd members, or to some. */
  isFarFromEtcd(members: 'all' | 'some'): boolean {
    return this.accepts && this.path.isHindered(members);
  }

  /** Whether the watches of its clients stand. */
  get keepsWatches(): boolean {
    return this.caches.stand;
  }

  /** Whether lists are answered, which come from the watch caches. */
  get answersLists(): boolean {
    return this.accepts && this.caches.stand;
  }

  get isReadable(): boolean {
    return this.path.share('linearizableRead') > 0;
  }

  get keepsStreams(): boolean {
    return this.path.keepsStreams;
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event !== this.phaseEnds || effects.now !== this.phaseEndsAt) return;
    this.phaseEndsAt = NEVER;
    if (!this.isFrozen) this.endPhase(effects);
    else if (this.overdue === 'nothing') this.overdue = 'phase';
  }

  private reset(phase: ApiServerPhase): void {
    this.phase = phase;
    this.phaseEndsAt = NEVER;
    this.servesUntil = 0;
    this.isFrozen = false;
    this.overdue = 'nothing';
    this.shown = '';
  }

  private get accepts(): boolean {
    return isAlive(this.phase) && !this.isFrozen;
  }

  private endPhase(effects: Effects): void {
    const { phase } = this;
    if (phase === 'loading') {
      this.enter('initialising', HOOKS_TIMEOUT, effects);
      this.caches.open(effects);
    } else if (phase === 'stopping') this.drain(effects);
    else this.kill(effects);
  }

  /** What it gets of etcd, or its caches, may have changed. */
  private changed(effects: Effects): void {
    this.caches.look(effects);
    if (!this.isFrozen) this.proceed(effects);
    this.show(effects);
  }

  private proceed(effects: Effects): void {
    const { phase, path, caches, settings } = this;
    if (phase === 'connecting' && path.isConnected) {
      this.enter('loading', wholeMicroseconds(lawOf(settings.startUp).draw(this.draws)), effects);
    } else if (phase === 'initialising' && caches.stand) this.enter('serving', NEVER, effects);
    else if (phase === 'stopping' && path.answersWrites) {
      // It has left the service, or given that up, while the delay went by beside it.
      this.endPhaseWithin(Math.max(0, this.servesUntil - effects.now), effects);
    } else if (phase === 'draining' && this.isReadable) {
      this.endPhaseWithin(settings.drain, effects);
    }
  }

  /** It does not accept any more; requests that wait for etcd keep it until they time out. */
  private drain(effects: Effects): void {
    this.enter('draining', REQUEST_TIMEOUT, effects);
    this.proceed(effects);
  }

  private enter(phase: ApiServerPhase, lasts: Duration, effects: Effects): void {
    this.phase = phase;
    this.phaseEndsAt = effects.now + lasts;
    if (lasts !== NEVER) effects.at(this.phaseEndsAt, this.phaseEnds);
    // Its kubelet records its end, whatever it comes of.
    if (phase !== 'down') effects.record({ kind: 'apiServerPhase', subject: this.name, phase });
    this.show(effects);
  }

  private endPhaseWithin(lasts: Duration, effects: Effects): void {
    const end = effects.now + lasts;
    if (end >= this.phaseEndsAt) return;
    this.phaseEndsAt = end;
    effects.at(end, this.phaseEnds);
  }

  private show(effects: Effects): void {
    this.onShown();
    this.addresses.show(this, effects);
    if (this.answersLists !== this.answeredLists) {
      this.answeredLists = this.answersLists;
      this.onLists(effects);
    }
    const description = this.describe();
    if (description === this.shown) return;
    this.shown = description;
    effects.record({ kind: 'apiServerGrants', subject: this.name, ...this.granted });
  }

  private describe(): string {
    const { write, read, cachedRead } = this.granted;
    const parts = [write, read, cachedRead].map((share) => share.toFixed(2));
    return parts.join(' ');
  }
}

/** What an API server is at, as far as those meet it who ask it. */
interface ServerState {
  readonly phase: ApiServerPhase;
  readonly isFrozen: boolean;
}

/** What requests meet that write; those that read may meet something else. */
class RequestEndpoint extends ApiServerEndpoint {
  /** For reads of fresh state. */
  readonly reads = new ApiServerEndpoint(`${this.name}/reads`);
}

/** Its addresses, and what each answers as its process, its network and etcd are. */
class ApiServerAddresses {
  readonly livez: ApiServerEndpoint;
  readonly readyz: ApiServerEndpoint;
  readonly healthz: ApiServerEndpoint;
  readonly requests: RequestEndpoint;
  private readonly asker: Asker;

  constructor(name: string, asker: Asker) {
    this.asker = asker;
    this.livez = new ApiServerEndpoint(`${name}/livez`);
    this.readyz = new ApiServerEndpoint(`${name}/readyz`);
    this.healthz = new ApiServerEndpoint(`${name}/healthz`);
    this.requests = new RequestEndpoint(`${name}/requests`);
  }

  /** As at the start of a replication, when nobody is notified. */
  reset(server: ServerState): void {
    this.each(server, (endpoint, answer) => endpoint.reset(answer));
  }

  show(server: ServerState, effects: Effects): void {
    this.each(server, (endpoint, answer) => endpoint.become(answer, effects));
  }

  /** Each as the server is at its turn: a watcher may end the process. */
  private each(server: ServerState, tell: (to: ApiServerEndpoint, answer: Answer) => void): void {
    tell(this.livez, this.health(server, isAlive(server.phase), 1));
    tell(this.healthz, this.health(server, isAlive(server.phase), 1));
    tell(this.readyz, this.health(server, server.phase === 'serving', READYZ_CHECKS));
    tell(this.requests.reads, this.request(server, 'linearizableRead'));
    tell(this.requests, this.request(server, 'write'));
  }

  private health(server: ServerState, isWell: boolean, checks: number): Answer {
    return unheard(server) ?? healthAnswer(this.asker, isWell, checks);
  }

  /** Nobody is let in before its hooks are done. */
  private request(server: ServerState, request: EtcdRequest): Answer {
    if (!isAlive(server.phase)) return this.health(server, false, 0);
    return unheard(server) ?? requestAnswer(this.asker, request);
  }
}

/** What all meet where nobody there answers anything. */
function unheard({ phase, isFrozen }: ServerState): Answer | undefined {
  if (!LISTENING.has(phase)) return REFUSAL;
  return isFrozen ? HANG : undefined;
}
