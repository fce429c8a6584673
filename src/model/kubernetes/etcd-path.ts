/**
 * How one API server reaches etcd: through one connection to each member that it is told of, its
 * own machine's only (stacked) or all (external), and requests that take turns over those that
 * stand (etcd client v3, round robin). A connection whose far end refuses is given up at once and
 * costs nothing; one whose packets vanish swallows its share of requests until it is noticed. What
 * an impaired way adds counts against the patience of whoever asks; what TCP sends again late is
 * lost with the connection after 10 s. The client of one process stands for the hundred or so that
 * it has, one a resource, whose back-offs differ a little. Left out: latency but for impaired ways,
 * requests that succeed late after a retry, and connections that end of losses.
 */
import type { Duration } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Way } from '../way.ts';
import {
  EtcdConnection,
  type EtcdRequest,
  type EtcdView,
  type EtcdWatcher,
  UNACKNOWLEDGED,
} from './etcd-connection.ts';

/** What a connection that stands does with the requests that come to it in turn. */
export interface Turn {
  readonly member: number;
  readonly grants: boolean;
  readonly way: Way | undefined;
}

export class EtcdPath implements EtcdWatcher {
  private readonly view: EtcdView;
  private readonly connections: readonly EtcdConnection[];
  private readonly changed: (effects: Effects) => void;
  private isOpen = false;

  /** `members`: those that it is told of; `changed`: what it gets may have changed. */
  constructor(
    view: EtcdView,
    members: readonly number[],
    draws: RandomStream,
    changed: (effects: Effects) => void,
  ) {
    this.view = view;
    this.changed = changed;
    const tell = (effects: Effects) => this.tell(effects);
    this.connections = members.map((member) => new EtcdConnection(member, view, draws, tell));
    view.watch(this);
  }

  /** A process starts. */
  open(effects: Effects): void {
    this.isOpen = true;
    for (const connection of this.connections) connection.open(effects);
  }

  close(): void {
    this.isOpen = false;
    for (const connection of this.connections) connection.close();
  }

  /** All connections stand. */
  found(): void {
    this.isOpen = true;
    for (const connection of this.connections) connection.found();
  }

  etcdChanged(effects: Effects): void {
    if (!this.isOpen) return;
    for (const connection of this.connections) connection.look(effects);
    this.tell(effects);
  }

  get isConnected(): boolean {
    return this.connections.some(({ stands }) => stands);
  }

  /** The share of such requests that is granted within so long. */
  share(request: EtcdRequest, patience: Duration = UNACKNOWLEDGED): number {
    const bound = Math.min(patience, UNACKNOWLEDGED);
    let standing = 0;
    let granted = 0;
    for (const { stands, member } of this.connections) {
      if (!stands) continue;
      standing++;
      if (!this.grants(member, request)) continue;
      granted += this.view.way(member)?.exchange.within(bound) ?? 1;
    }
    return standing === 0 ? 0 : granted / standing;
  }

  turns(request: EtcdRequest): Turn[] {
    return this.connections
      .filter(({ stands }) => stands)
      .map(({ member }) => {
        return { member, grants: this.grants(member, request), way: this.view.way(member) };
      });
  }

  /** Whether something impairs a way to a member that it is told of. */
  get isImpaired(): boolean {
    return this.connections.some(({ member }) => this.view.way(member) !== undefined);
  }

  /** Whether faults impair the ways to all of them, or to some, or let them come and go. */
  isHindered(members: 'all' | 'some'): boolean {
    const isSo = ({ member }: EtcdConnection) => this.view.isHindered(member);
    return members === 'all' ? this.connections.every(isSo) : this.connections.some(isSo);
  }

  /** Whether a member that lets watches stand is connected, or none that could say no. */
  get keepsStreams(): boolean {
    const standing = this.connections.filter(({ stands }) => stands);
    const answering = standing.filter(({ member }) => this.view.reach(member) === 'answers');
    // Streams of a member that is gone are resumed quietly, however long it takes.
    return answering.length === 0 || answering.some(({ member }) => this.view.knowsLeader(member));
  }

  private grants(member: number, request: EtcdRequest): boolean {
    return this.view.reach(member) === 'answers' && this.view.grants(member, request);
  }

  private tell(effects: Effects): void {
    if (this.isOpen) this.changed(effects);
  }
}
