/**
 * An address as somebody meets it from elsewhere: it is silent while packets do not pass, and
 * otherwise tells what impairs the network path to it. Whoever
 * watches hears of one change only where a machine stops and its processes with it.
 */
import type { Effects } from '../../engine/effects.ts';
import { type Answer, type Endpoint, type EndpointWatcher, isSameAnswer } from './endpoint.ts';
import type { MachineNetwork } from './machine-network.ts';
import type { NetworkPath } from './network-path.ts';
import { SILENCE } from './settable-endpoint.ts';

/** What lies between the one who asks and the server. */
interface Between {
  isPassable(): boolean;
  /** What impairs it; undefined where nothing does, and where nobody knows where the asker is. */
  path(): NetworkPath | undefined;
}

export class RemoteEndpoint implements Endpoint, EndpointWatcher {
  readonly name: string;
  answer: Answer;
  private readonly inner: Endpoint;
  private readonly between: Between;
  private readonly watchers: EndpointWatcher[] = [];

  constructor(inner: Endpoint, network: MachineNetwork, between: Between) {
    this.name = inner.name;
    this.inner = inner;
    this.between = between;
    this.answer = inner.answer;
    inner.watch(this);
    network.onChanged((effects) => this.look(effects));
  }

  /** As at the start of a replication, when nobody is notified. */
  restart(): void {
    this.answer = this.answerNow();
  }

  watch(watcher: EndpointWatcher): void {
    this.watchers.push(watcher);
  }

  answerChanged(_inner: Endpoint, effects: Effects): void {
    this.look(effects);
  }

  private look(effects: Effects): void {
    const answer = this.answerNow();
    if (isSameAnswer(this.answer, answer)) return;
    this.answer = answer;
    for (const watcher of this.watchers) watcher.answerChanged(this, effects);
  }

  private answerNow(): Answer {
    const { between, inner } = this;
    if (!between.isPassable()) return SILENCE;
    const path = between.path();
    return path === undefined ? inner.answer : { ...inner.answer, path };
  }
}
