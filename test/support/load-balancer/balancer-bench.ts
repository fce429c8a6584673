/** A bench for balancers: endpoints and parts that a test moves by hand, and what came of it. */

import { formatTime, SECOND, type Time } from '../../../src/engine/clock.ts';
import type {
  Component,
  Effects,
  SimulationEvent,
  StateChange,
} from '../../../src/engine/effects.ts';
import { RandomStream } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import {
  type BalancerHost,
  type BalancerWatcher,
  BalancerWatchers,
  type Established,
  LASTS,
  type LoadBalancer,
  type Outcome,
} from '../../../src/model/load-balancer/load-balancer.ts';
import type {
  Answer,
  AnswerKind,
  Endpoint,
  EndpointWatcher,
} from '../../../src/model/network/endpoint.ts';
import { Part } from '../../../src/model/parts/part.ts';
import { stateWords } from '../../../src/report/state-words.ts';

export class ScriptedEndpoint implements Endpoint {
  readonly name: string;
  answer: Answer = { kind: 'ok', after: 2_000 };
  private readonly watchers: EndpointWatcher[] = [];

  constructor(name: string) {
    this.name = name;
  }

  watch(watcher: EndpointWatcher): void {
    this.watchers.push(watcher);
  }

  become(kind: AnswerKind, effects: Effects, after = 2_000): void {
    this.show({ kind, after }, effects);
  }

  show(answer: Answer, effects: Effects): void {
    this.answer = answer;
    for (const watcher of this.watchers) watcher.answerChanged(this, effects);
  }
}

/** A stream that always draws the same. */
export class FixedStream extends RandomStream {
  private readonly share: number;

  constructor(share: number) {
    super(0, 0);
    this.share = share;
  }

  override double(): number {
    return this.share;
  }
}

export function hostOf(name: string): BalancerHost {
  const plan = { hosts: [], hostsNeeded: 0 };
  const machine = new Part({ ...plan, name, kind: 'machine' }, []);
  const process = new Part(
    { name: `${name}.process`, kind: 'process', hosts: [name], hostsNeeded: 1 },
    [machine],
  );
  return { machine, process };
}

export function endpointsOf(count: number): ScriptedEndpoint[] {
  return Array.from({ length: count }, (_, index) => new ScriptedEndpoint(`s${index}`));
}

/** Does what a test wants done, at its time. */
class Hand implements Component {
  step(event: SimulationEvent, effects: Effects): void {
    (event as HandEvent).act(effects);
  }
}

interface HandEvent extends SimulationEvent {
  readonly act: (effects: Effects) => void;
}

export class BalancerBench {
  readonly simulation: Simulation;
  readonly changes: { readonly time: Time; readonly subject: string; readonly state: string }[] =
    [];
  private readonly hand = new Hand();

  constructor(neverSleep: boolean, end: Time) {
    const observer = {
      changed: (change: StateChange, time: Time) => {
        this.changes.push({ time, subject: change.subject, state: stateWords(change) });
      },
      settled: () => {},
    };
    this.simulation = new Simulation(observer, { neverSleep, tracing: true });
    this.simulation.restart(end);
  }

  at(time: Time, act: (effects: Effects) => void): void {
    const event: HandEvent = { kind: 'hand', target: this.hand, act };
    this.simulation.at(time, event);
  }

  run(): void {
    this.simulation.run(Number.POSITIVE_INFINITY);
  }

  /** One line a change. */
  get trace(): string[] {
    return this.changes.map(
      ({ time, subject, state }) => `${formatTime(time)} ${subject} ${state}`,
    );
  }

  /** Seconds until the first such change at or after `from`. */
  firstAfter(from: Time, subject: string, state: string): number | undefined {
    const found = this.changes.find(
      (change) => change.time >= from && change.subject === subject && change.state === state,
    );
    return found === undefined ? undefined : (found.time - from) / SECOND;
  }
}

/** A balancer whose outcomes a test sets. */
export class ScriptedBalancer implements LoadBalancer {
  readonly name: string;
  private share = 1;
  private wait = 0;
  private readonly watchers = new BalancerWatchers();

  constructor(name: string) {
    this.name = name;
  }

  /** From now on `share` of connections is answered after `wait`, and the others are refused. */
  serve(share: number, wait: number, effects: Effects): void {
    this.share = share;
    this.wait = wait;
    this.watchers.tell(this, effects);
  }

  outcomes(): readonly Outcome[] {
    const ok: Outcome = { kind: 'ok', server: 0, share: this.share, after: this.wait };
    const refused: Outcome = {
      kind: 'refusal',
      server: undefined,
      share: 1 - this.share,
      after: 0,
    };
    return [ok, refused].filter(({ share }) => share > 0);
  }

  established(): Established {
    return LASTS;
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }
}

/** `0.33 ok after 5` for each kind and time in seconds, whatever the server. */
export function told(outcomes: readonly Outcome[]): string[] {
  const sums = new Map<string, number>();
  for (const { kind, after, share } of outcomes) {
    const key = `${kind} after ${after / SECOND}`;
    sums.set(key, (sums.get(key) ?? 0) + share);
  }
  return [...sums].map(([key, share]) => `${share.toFixed(2)} ${key}`).sort();
}
