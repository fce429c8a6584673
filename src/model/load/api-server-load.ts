/**
 * The load of one API server as a fluid. Nodes that hang on it hold watches and send requests in a
 * steady flow, which comes first; what seats are left, serve lists: a herd's, which waits until it
 * is answered, and a surge's, of which none waits for longer than it may. Lists come from the watch
 * caches: while these do not stand all wait, as those do that are told to come again (429;
 * kubernetes KEP-4568, since 1.31). From both follow the share of requests that are answered and
 * the memory. Left out: that earlier releases list in etcd meanwhile, priority levels, of which a
 * herd of nodes gets a part of the seats only, and clients that wait longer from try to try.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { LoadSettings, Surge } from './load-settings.ts';

/** Less than one list is none. */
const NONE = 0.5;

export class ApiServerLoad {
  /** Nodes that hang on it. */
  nodes = 0;
  /** Since when it listens; NEVER while it does not. */
  private bornAt: Time = NEVER;
  private readonly settings: LoadSettings;
  private surge: Surge = { listsPerNode: 0, requestsPerNode: 0 };
  /** Whether it answers lists. */
  private answers = true;
  /** Lists that waited or were answered at `since`. */
  private backlog = 0;
  private since: Time = 0;

  constructor(settings: LoadSettings) {
    this.settings = settings;
  }

  /** A replication starts with so many nodes that have their watches; `bornAt` may lie before. */
  restart(nodes: number, bornAt: Time): void {
    this.nodes = nodes;
    this.bornAt = bornAt;
    this.answers = true;
    this.surge = { listsPerNode: 0, requestsPerNode: 0 };
    this.backlog = 0;
    this.since = 0;
  }

  get isBorn(): boolean {
    return this.bornAt !== NEVER;
  }

  /** A new process listens. */
  born(now: Time): void {
    this.bornAt = now;
    this.backlog = 0;
    this.since = now;
  }

  /** Its process listens no longer, and nobody waits for it. */
  gone(): void {
    this.bornAt = NEVER;
    this.backlog = 0;
  }

  /** It begins or ceases to answer lists; those that wait go on waiting. */
  answersLists(answers: boolean, now: Time): void {
    this.settle(now);
    this.answers = answers;
  }

  /** Nodes come, and list anew all that they watch. */
  join(nodes: number, now: Time): void {
    this.settle(now);
    this.nodes += nodes;
    this.backlog += nodes * this.settings.watchesPerNode;
  }

  /** Nodes go, and with them those of the lists that are theirs. */
  leave(nodes: number, now: Time): void {
    this.settle(now);
    const left = Math.max(0, this.nodes - nodes);
    if (this.nodes > 0) this.backlog *= left / this.nodes;
    this.nodes = left;
  }

  surges(surge: Surge, now: Time): void {
    this.settle(now);
    this.surge = surge;
  }

  /**
   * The share of requests that find a seat before their patience is over; while no lists are
   * answered, as if those that wait had their turn from now on.
   */
  shareAt(now: Time): number {
    const { seats, longestWait } = this.settings;
    if (this.pace === 0) return Math.min(1, seats / this.steadySeats);
    const wait = this.backlogAt(now) / this.pace;
    return wait <= longestWait ? 1 : longestWait / wait;
  }

  /** Bytes; 0 while it does not listen. */
  memoryAt(now: Time): number {
    if (!this.isBorn) return 0;
    return this.fixedMemory + this.listMemoryAt(now) + this.grownMemoryAt(now);
  }

  /** Of its seats, the share that is taken. */
  usedAt(now: Time): number {
    const { seats, seatsPerList } = this.settings;
    if (!this.isBorn) return 0;
    return Math.min(1, (this.steadySeats + this.listsAt(now) * seatsPerList) / seats);
  }

  /** Lists that are answered at the moment: as many as seats let if any wait, else Little's law. */
  listsAt(now: Time): number {
    if (!this.isBorn || !this.answers) return 0;
    return Math.min(this.backlogAt(now) + this.arriving * this.settings.listTime, this.listsAtOnce);
  }

  /** Whether it has more to do than it can do at once: lists that it cannot answer are no work. */
  isBusyAt(now: Time): boolean {
    return this.steadySeats > this.settings.seats || (this.answers && this.backlogAt(now) > 0);
  }

  /** Whether lists wait for it to answer any. */
  keepsWaitingAt(now: Time): boolean {
    return !this.answers && this.backlogAt(now) > 0;
  }

  /** Whether its backlog grows or shrinks. */
  isMovingAt(now: Time): boolean {
    const backlog = this.backlogAt(now);
    if (this.excess > 0) return backlog < this.mostWaiting;
    return backlog > 0 && this.served > 0;
  }

  /** When growth with age alone fills `room` bytes, as load is at `now`; NEVER if it does not. */
  fullAt(room: number, now: Time): Time {
    const { growth } = this.settings.memory;
    if (growth === 0 || !this.isBorn) return NEVER;
    const left = room - this.fixedMemory - this.listMemoryAt(now);
    return Math.max(now, Math.ceil(this.bornAt + left / growth));
  }

  private get fixedMemory(): number {
    const { memory, watchesPerNode } = this.settings;
    return memory.base + this.nodes * watchesPerNode * memory.perWatch;
  }

  private listMemoryAt(now: Time): number {
    return this.listsAt(now) * this.settings.memory.perList;
  }

  private grownMemoryAt(now: Time): number {
    return (now - this.bornAt) * this.settings.memory.growth;
  }

  /** Seats that requests in a steady flow take, by Little's law. */
  private get steadySeats(): number {
    const { requestsPerNode, requestTime } = this.settings;
    return this.nodes * (requestsPerNode + this.surge.requestsPerNode) * requestTime;
  }

  private get listsAtOnce(): number {
    const { seats, seatsPerList } = this.settings;
    return Math.max(0, seats - this.steadySeats) / seatsPerList;
  }

  /** Lists per microsecond that can be answered while caches stand. */
  private get pace(): number {
    return this.listsAtOnce / this.settings.listTime;
  }

  /** Lists per microsecond that are. */
  private get served(): number {
    return this.answers ? this.pace : 0;
  }

  /** Lists per microsecond of a surge. */
  private get arriving(): number {
    return this.nodes * this.surge.listsPerNode;
  }

  /** Lists per microsecond that arrive above those that can be answered. */
  private get excess(): number {
    return this.arriving - this.served;
  }

  /** All that arrived within the longest wait: what came before has been answered or refused. */
  private get mostWaiting(): number {
    return this.excess > 0 ? this.arriving * this.settings.longestWait : 0;
  }

  private settle(now: Time): void {
    this.backlog = this.backlogAt(now);
    this.since = now;
  }

  /** It moves at a steady pace to where it stays: a herd above that shrinks as it is answered. */
  private backlogAt(now: Time): number {
    const lasted: Duration = now - this.since;
    const { backlog, mostWaiting } = this;
    if (backlog < mostWaiting) return Math.min(mostWaiting, backlog + lasted * this.excess);
    // What a surge brings beside a herd is refused, as long as the herd takes up the longest wait.
    const pace = mostWaiting > 0 ? this.served : -this.excess;
    const left = Math.max(mostWaiting, backlog - lasted * pace);
    return left < NONE ? 0 : left;
  }
}

/** The pace at which a load that moves is looked at. */
export const LOOK: Duration = SECOND;
