/**
 * One API server under its load, as a component: it looks at the load while that moves, tells what
 * share of requests is answered, and has the process killed when memory runs over.
 */
import { NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Endpoint, EndpointWatcher } from '../network/endpoint.ts';
import { ApiServerLoad, LOOK } from './api-server-load.ts';
import type { LoadSettings, Surge } from './load-settings.ts';

/** Steps of the share of requests that is answered. */
const STEPS = 10_000;

type LoadKind = 'serverNotBusy' | 'serverOverloaded' | 'listsWait';

/** Untold, as everybody is by default. */
const NOT_BUSY: { readonly kind: LoadKind; readonly answered: number } = {
  kind: 'serverNotBusy',
  answered: 1,
};

declare module '../../engine/effects.ts' {
  /** `answered`: the share of requests answered in time. */
  interface ChangeData extends Record<LoadKind, { answered: number }> {
    /** Of an etcd member, what it waits for in the mean. */
    memberWaits: { on: 'disk' | 'processors'; meanMs: number };
  }
}

/** What stands around an API server. */
export interface LoadedServer {
  /** Such as `cp1.apiServer`. */
  readonly name: string;
  /** Refuses while the server does not listen. */
  readonly endpoint: Endpoint;
  /** Whether it answers lists. */
  answersLists(): boolean;
  /** Has `notice` called whenever that has changed. */
  watchLists(notice: (effects: Effects) => void): void;
  /** Bytes that its machine has for it now. */
  room(): number;
  /** Its machine's memory runs over: somebody is killed. */
  overflow(effects: Effects): void;
  /** A new process listens. */
  born(effects: Effects): void;
  /** The share of requests that is answered, or whether it is busy, may have changed. */
  changed(effects: Effects): void;
}

export class ServerLoad implements Component, EndpointWatcher {
  readonly load: ApiServerLoad;
  /** The share of requests that is answered, as it was last looked at. */
  share = 1;
  private readonly server: LoadedServer;
  private readonly settings: LoadSettings;
  private readonly draws: RandomStream;
  private readonly looks: SimulationEvent = { kind: 'looksAtLoad', target: this };
  private looksAt: Time = NEVER;
  private listens = true;
  private shown = NOT_BUSY;

  constructor(server: LoadedServer, settings: LoadSettings, draws: RandomStream) {
    this.server = server;
    this.settings = settings;
    this.draws = draws;
    this.load = new ApiServerLoad(settings);
    server.endpoint.watch(this);
    server.watchLists((effects) => this.listsChanged(effects));
  }

  /** As one that has served so many nodes for long; at which age, chance says. */
  restart(nodes: number, effects: Effects): void {
    this.looksAt = NEVER;
    this.listens = true;
    this.shown = NOT_BUSY;
    this.share = 1;
    this.load.restart(nodes, effects.now);
    const lives = this.load.fullAt(this.server.room(), effects.now) - effects.now;
    // It is killed again and again, at times that are nothing to do with the scenario's begin.
    const age = lives >= NEVER ? 0 : Math.floor(this.draws.double() * lives);
    this.load.restart(nodes, effects.now - age);
    this.look(effects);
  }

  answerChanged({ answer }: Endpoint, effects: Effects): void {
    const listens = answer.kind !== 'refusal';
    if (listens === this.listens) return;
    this.listens = listens;
    if (listens) {
      this.load.born(effects.now);
      this.load.answersLists(this.server.answersLists(), effects.now);
      this.server.born(effects);
    } else this.load.gone();
    this.look(effects);
  }

  moved(nodes: number, effects: Effects): void {
    if (nodes > 0) this.load.join(nodes, effects.now);
    else this.load.leave(-nodes, effects.now);
    this.lookSoon(effects);
  }

  surges(surge: Surge, effects: Effects): void {
    this.load.surges(surge, effects.now);
    this.lookSoon(effects);
  }

  /** What memory there is for it may have changed. */
  roomChanged(effects: Effects): void {
    this.lookAt(effects.now, effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.looksAt) return;
    this.look(effects);
  }

  private listsChanged(effects: Effects): void {
    if (!this.load.isBorn) return;
    this.load.answersLists(this.server.answersLists(), effects.now);
    this.lookSoon(effects);
  }

  /** The first answers of what has come are whole after the time of a list. */
  private lookSoon(effects: Effects): void {
    this.show(effects);
    this.lookAt(effects.now + this.settings.listTime, effects);
  }

  private look(effects: Effects): void {
    const { load, server } = this;
    const { now } = effects;
    this.looksAt = NEVER;
    // Whoever is gone takes nothing, which fits wherever others take more than there is.
    while (load.memoryAt(now) > Math.max(0, server.room())) server.overflow(effects);
    this.show(effects);
    if (load.isMovingAt(now)) this.lookAt(now + LOOK, effects);
    // One microsecond later its memory is above the room, not at it.
    this.lookAt(load.fullAt(server.room(), now) + 1, effects);
  }

  /** Then, or when it would have looked before. */
  private lookAt(time: Time, effects: Effects): void {
    if (time >= NEVER || (this.looksAt > effects.now && this.looksAt <= time)) return;
    this.looksAt = time;
    effects.at(time, this.looks);
  }

  private show(effects: Effects): void {
    const { load } = this;
    const { now } = effects;
    // In steps that the trace tells, so that whoever looks in between finds nothing new.
    this.share = Math.round(load.shareAt(now) * STEPS) / STEPS;
    const kind = this.kindAt(now);
    const answered = kind === 'serverOverloaded' ? this.share : 1;
    if (kind !== this.shown.kind || answered !== this.shown.answered) {
      this.shown = { kind, answered };
      effects.record({ ...this.shown, subject: `${this.server.name}/load` });
    }
    this.server.changed(effects);
  }

  private kindAt(now: Time): LoadKind {
    const { load } = this;
    if (load.isBusyAt(now)) return 'serverOverloaded';
    return load.keepsWaitingAt(now) ? 'listsWait' : 'serverNotBusy';
  }
}
