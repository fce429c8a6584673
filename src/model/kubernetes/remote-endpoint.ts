/**
 * An address as somebody meets it from elsewhere: it is silent while packets do not pass. Whoever
 * watches hears of one change only where a machine stops and its processes with it.
 */
import type { Effects } from '../../engine/effects.ts';
import type { Answer, Endpoint, EndpointWatcher } from '../endpoint.ts';
import { SILENCE } from './api-server-endpoint.ts';
import type { MachineNetwork } from './machine-network.ts';

export class RemoteEndpoint implements Endpoint, EndpointWatcher {
  readonly name: string;
  answer: Answer;
  private readonly inner: Endpoint;
  private readonly isPassable: () => boolean;
  private readonly watchers: EndpointWatcher[] = [];

  constructor(inner: Endpoint, network: MachineNetwork, isPassable: () => boolean) {
    this.name = inner.name;
    this.inner = inner;
    this.isPassable = isPassable;
    this.answer = inner.answer;
    inner.watch(this);
    network.onChanged((effects) => this.look(effects));
  }

  /** As at the start of a replication, when nobody is told. */
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
    const { kind, after } = this.answer;
    const answer = this.answerNow();
    if (kind === answer.kind && after === answer.after) return;
    this.answer = answer;
    for (const watcher of this.watchers) watcher.answerChanged(this, effects);
  }

  private answerNow(): Answer {
    return this.isPassable() ? this.inner.answer : SILENCE;
  }
}
