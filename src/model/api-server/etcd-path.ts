/**
 * How one API server reaches etcd: through one connection to each member that it is told of, its
 * own machine's only (stacked) or all (external), and requests that take turns over those that
 * stand (etcd client v3, round robin). A connection whose far end refuses is given up at once and
 * costs nothing; one whose packets vanish swallows its share of requests until it is noticed. What
 * an impaired network path adds counts against the patience of whoever asks; what TCP sends again
 * late is lost with the connection after 10 s. The client of one process stands for the hundred or
 * so that it has, one a resource, whose back-offs differ a little. Left out: latency but for
 * impaired network paths, requests that succeed late after a retry, and connections that end of
 * losses.
 */
import type { Duration } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { NetworkPath } from '../network/network-path.ts';
import {
  EtcdConnection,
  type EtcdRequest,
  type EtcdView,
  type EtcdWatcher,
  UNACKNOWLEDGED,
} from './etcd-connection.ts';

/** What requests of a kind meet at a member, the network path to it aside. */
export type RequestOutcome =
  | 'granted'
  /** Answered at once with an error. */
  | 'refused'
  /** Nobody answers before the client gives up. */
  | 'unanswered';

/** What a connection that stands does with the requests that come to it in turn. */
export interface ConnectionOutcome {
  readonly member: number;
  readonly outcome: RequestOutcome;
  readonly path: NetworkPath | undefined;
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
  startWarm(): void {
    this.isOpen = true;
    for (const connection of this.connections) connection.startWarm();
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
      if (this.outcome(member, request) !== 'granted') continue;
      granted += this.view.path(member)?.exchange.within(bound) ?? 1;
    }
    return standing === 0 ? 0 : granted / standing;
  }

  turns(request: EtcdRequest): ConnectionOutcome[] {
    return this.connections
      .filter(({ stands }) => stands)
      .map(({ member }) => {
        return { member, outcome: this.outcome(member, request), path: this.view.path(member) };
      });
  }

  /** Whether etcd has an answer to writes, be it that it takes none. */
  get answersWrites(): boolean {
    return this.turns('write').some(({ outcome }) => outcome !== 'unanswered');
  }

  /**
   * Whether faults impair the network paths to all of them, or to some, or let them come and go.
   */
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

  private outcome(member: number, request: EtcdRequest): RequestOutcome {
    const { view } = this;
    if (view.reach(member) !== 'answers') return 'unanswered';
    if (view.grants(member, request)) return 'granted';
    return request === 'write' && view.refusesWrites(member) ? 'refused' : 'unanswered';
  }

  private tell(effects: Effects): void {
    if (this.isOpen) this.changed(effects);
  }
}
