/**
 * One keepalived as a VRRP router, as 2.2.7 is (vrrp.c, vrrp_scheduler.c): a master tells of itself
 * every `advert_int`; a backup that is not told for three of them and a skew takes over. Messages
 * take no time. Masters sleep while what they tell changes nobody; a backup that a sleeping master
 * keeps quiet has no deadline until the sleeper is woken.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../../engine/effects.ts';
import { PeriodicTimer } from '../../../engine/periodic-timer.ts';
import { OWNER_PRIORITY, type VrrpSettings } from './keepalived-settings.ts';

export type VrrpState = 'absent' | 'fault' | 'backup' | 'master';

/** What a node asks of the network and its peers. */
export interface VrrpSegment {
  /** Tells all who hear `speaker`; priority 0 says that it goes. */
  speak(speaker: VrrpNode, priority: number, effects: Effects): void;
  /** Something changes: whoever sleeps is to wake first. */
  disturb(effects: Effects): void;
  stateChanged(node: VrrpNode, effects: Effects): void;
  /** Whether what a master tells changes nobody until something else changes. */
  isQuietAround(master: VrrpNode): boolean;
}

/** Adverts that must be missed (VRRP_DOWN_TIMER_ADVERTS). */
const MISSED_ADVERTS = 3;
/** Stands in messages for a master that goes (VRRP_PRIO_STOP). */
const GOES = 0;

export class VrrpNode implements Component {
  /** Also its place among the addresses: of equal priorities the higher wins. */
  readonly index: number;
  state: VrrpState = 'absent';
  private readonly settings: VrrpSettings;
  private readonly segment: VrrpSegment;
  private readonly rank: number;
  private readonly adverts: PeriodicTimer;
  private isAsleep = false;
  /** Of a master: when its next advert is due, as it knew before it slept. */
  private nextAdvert: Time = NEVER;
  private readonly masterDown: SimulationEvent = { kind: 'masterDown', target: this };
  private adjustment = 0;
  private isFaulty = false;
  private lastHeard: Time = 0;
  /** The last it heard was that the master goes. */
  private heardEnd = false;
  /** NEVER too while a sleeping master keeps it quiet. */
  private masterDownAt: Time = NEVER;
  /** When it no longer lets a worse master be; NEVER while none is known. */
  private preemptsAt: Time = NEVER;
  private elidedBefore = 0;

  /** Its ticks take the ranks `rank` and `rank + 1`. */
  constructor(index: number, settings: VrrpSettings, segment: VrrpSegment, rank: number) {
    this.index = index;
    this.settings = settings;
    this.segment = segment;
    this.rank = rank;
    this.adverts = new PeriodicTimer(this, 'advert', settings.advertInt, rank);
  }

  get priority(): number {
    const base = this.settings.priorities[this.index]!;
    if (base === OWNER_PRIORITY) return base;
    return Math.min(Math.max(base + this.adjustment, 1), OWNER_PRIORITY - 1);
  }

  isBetterThan(priority: number, index: number): boolean {
    return this.priority > priority || (this.priority === priority && this.index > index);
  }

  /** Nothing is left of what was: of a weight, of a master that slept. */
  restart(): void {
    this.state = 'absent';
    this.adjustment = 0;
    this.isFaulty = false;
    this.heardEnd = false;
    this.preemptsAt = NEVER;
    this.masterDownAt = NEVER;
    this.elidedBefore = 0;
    this.nextAdvert = NEVER;
    this.lastHeard = 0;
    this.isAsleep = false;
    this.adverts.reset();
  }

  /** As one that has run for long, with its next or last advert at `phase`. */
  startWarm(state: 'master' | 'backup', phase: Time, effects: Effects): void {
    this.state = state;
    if (state === 'master') this.beginAdverts(phase, effects);
    else this.listenFrom(phase - this.settings.advertInt, effects);
  }

  /** The process starts: it listens before it claims anything. */
  start(effects: Effects): void {
    this.adjustment = 0;
    this.isFaulty = false;
    this.enter('backup', effects);
  }

  /** The process is gone, without a word. */
  vanish(effects: Effects): void {
    this.enter('absent', effects);
  }

  /** The process is stopped with SIGTERM: a master says that it goes. */
  stop(effects: Effects): void {
    const wasMaster = this.state === 'master';
    this.enter('absent', effects);
    if (wasMaster) this.segment.speak(this, GOES, effects);
  }

  /** The weight of its script, while that weighs. */
  adjust(adjustment: number, effects: Effects): void {
    if (adjustment === this.adjustment) return;
    this.segment.disturb(effects);
    this.adjustment = adjustment;
    if (this.state === 'backup') this.awaitMaster(effects);
  }

  /** A script without weight: no part is taken while it fails. */
  setFaulty(isFaulty: boolean, effects: Effects): void {
    if (isFaulty === this.isFaulty || this.state === 'absent') return;
    this.isFaulty = isFaulty;
    const wasMaster = this.state === 'master';
    this.enter(isFaulty ? 'fault' : 'backup', effects);
    if (wasMaster) this.segment.speak(this, GOES, effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.masterDown) {
      if (this.state !== 'backup' || effects.now !== this.masterDownAt) return;
      this.enter('master', effects);
      this.segment.speak(this, this.priority, effects);
      return;
    }
    if (this.state !== 'master' || !this.adverts.isDue(effects.now)) return;
    this.segment.speak(this, this.priority, effects);
    if (this.state !== 'master') return;
    this.nextAdvert = effects.now + this.settings.advertInt;
    this.isAsleep = !effects.neverSleep && this.segment.isQuietAround(this);
    if (this.isAsleep) this.adverts.sleep(effects);
    else this.adverts.tickAgain(effects);
  }

  /** An advert arrives. */
  hear(priority: number, from: VrrpNode, effects: Effects): void {
    if (this.state === 'backup') this.hearAsBackup(priority, effects);
    else if (this.state === 'master') this.hearAsMaster(priority, from, effects);
  }

  /** Whether adverts of a priority can change it now or later, as long as nothing else happens. */
  isUnmovedBy(priority: number): boolean {
    if (this.state === 'master') return false;
    return this.state !== 'backup' || this.obeys(priority) || this.settings.preemptDelay === 0;
  }

  /** Whether adverts of a priority keep it quiet for as long as they come. */
  obeys(priority: number): boolean {
    return this.state === 'backup' && (!this.settings.preempt || priority >= this.priority);
  }

  /** A master that tells it something goes to sleep. */
  isHeld(): void {
    this.masterDownAt = NEVER;
  }

  /** A master that slept told it something last at `heard`. */
  isReleased(heard: Time, effects: Effects): void {
    this.lastHeard = Math.max(this.lastHeard, heard);
    this.awaitMaster(effects);
  }

  /** Wakes a sleeping master; the time of its last advert, or undefined if it was awake. */
  wake(effects: Effects): Time | undefined {
    if (!this.isAsleep) return undefined;
    this.isAsleep = false;
    const { advertInt } = this.settings;
    this.nextAdvert += this.adverts.ticksBefore(effects.now) * advertInt;
    if (this.nextAdvert === effects.now && effects.tickHasPassed(this.rank)) {
      this.nextAdvert += advertInt;
    }
    this.adverts.wake(effects);
    return this.nextAdvert - advertInt;
  }

  elided(now: Time): number {
    return this.elidedBefore + (this.state === 'master' ? this.adverts.elided(now) : 0);
  }

  private hearAsBackup(priority: number, effects: Effects): void {
    const { now } = effects;
    if (priority === GOES) {
      this.heardEnd = true;
      this.lastHeard = now;
      this.awaitMaster(effects);
      return;
    }
    const obeys = this.obeys(priority);
    const { preemptDelay } = this.settings;
    const waits = preemptDelay > 0 && (this.preemptsAt === NEVER || now < this.preemptsAt);
    if (!obeys && !waits) return;
    if (priority >= this.priority) this.preemptsAt = NEVER;
    else if (preemptDelay > 0 && this.preemptsAt === NEVER) this.preemptsAt = now + preemptDelay;
    this.listenFrom(now, effects);
  }

  private hearAsMaster(priority: number, from: VrrpNode, effects: Effects): void {
    if (priority !== GOES && !this.isBetterThan(priority, from.index)) {
      this.enter('backup', effects);
      return;
    }
    this.segment.speak(this, this.priority, effects);
    // Each advert that a master hears makes it count anew to its own next one.
    if (this.state === 'master') {
      this.elidedBefore += this.adverts.elided(effects.now);
      this.beginAdverts(effects.now + this.settings.advertInt, effects);
    }
  }

  private enter(state: VrrpState, effects: Effects): void {
    this.segment.disturb(effects);
    if (this.state === 'master') {
      this.elidedBefore += this.adverts.elided(effects.now);
      this.adverts.suspend();
    }
    this.state = state;
    this.masterDownAt = NEVER;
    this.preemptsAt = NEVER;
    if (state === 'backup') this.listenFrom(effects.now, effects);
    if (state === 'master') this.beginAdverts(effects.now + this.settings.advertInt, effects);
    this.segment.stateChanged(this, effects);
  }

  private beginAdverts(first: Time, effects: Effects): void {
    this.isAsleep = false;
    this.nextAdvert = first;
    this.adverts.start(first, effects);
  }

  private listenFrom(heard: Time, effects: Effects): void {
    this.heardEnd = false;
    this.lastHeard = heard;
    this.awaitMaster(effects);
  }

  private awaitMaster(effects: Effects): void {
    const { advertInt } = this.settings;
    const missed = this.heardEnd ? 0 : MISSED_ADVERTS * advertInt;
    const deadline = Math.max(effects.now, this.lastHeard + missed + this.skew());
    if (deadline === this.masterDownAt) return;
    this.masterDownAt = deadline;
    effects.tickAt(deadline, this.rank + 1, this.masterDown);
  }

  /** VRRP_TIMER_SKEW: of a second in version 2, of an interval between adverts in version 3. */
  private skew(): Duration {
    const { version, advertInt } = this.settings;
    return Math.floor(((256 - this.priority) * (version === 3 ? advertInt : SECOND)) / 256);
  }
}
