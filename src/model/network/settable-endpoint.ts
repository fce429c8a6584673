/** One address of an API server that answers as it is told to, and notifies its watchers. */
import type { Effects } from '../../engine/effects.ts';
import { type Answer, type Endpoint, type EndpointWatcher, isSameAnswer } from './endpoint.ts';

export const REFUSAL: Answer = { kind: 'refusal', after: 0 };
export const HANG: Answer = { kind: 'hang', after: 0 };
export const SILENCE: Answer = { kind: 'silence', after: 0 };

export class ApiServerEndpoint implements Endpoint {
  readonly name: string;
  answer: Answer = REFUSAL;
  private readonly watchers: EndpointWatcher[] = [];

  constructor(name: string) {
    this.name = name;
  }

  watch(watcher: EndpointWatcher): void {
    this.watchers.push(watcher);
  }

  /** Answers so from now on. */
  become(answer: Answer, effects: Effects): void {
    if (isSameAnswer(this.answer, answer)) return;
    this.answer = answer;
    for (const watcher of this.watchers) watcher.answerChanged(this, effects);
  }

  /** As at the start of a replication, when nobody is notified. */
  reset(answer: Answer): void {
    this.answer = answer;
  }
}
