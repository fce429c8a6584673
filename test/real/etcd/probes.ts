/**
 * Clients that watch a cluster. The writer of the published measurements sends one put at a time
 * and goes on to the next member when one fails; the fine probe has a put under way at each member
 * every 20 ms and shows the first instant at which any succeeds. Readers ask each member.
 * Left out: everything a real client library adds.
 */
import type { Cluster } from './cluster.ts';
import { now, sleep } from './shell.ts';

const BEAT = 15;
const PATIENCE = 120;
/** A member that refuses answers at once; a client that asked on without rest would eat the CPU. */
const REFUSED_REST = 3;

export interface Answer {
  readonly begun: number;
  readonly ended: number;
  readonly member: number;
  readonly succeeded: boolean;
}

/** A put every 15 ms after the last was answered, given up after 120 ms. */
export class Writer {
  readonly answers: Answer[] = [];
  /** Where the next put goes. */
  member = 0;
  private readonly cluster: Cluster;
  private running = true;
  private readonly finished: Promise<void>;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    this.finished = this.write();
  }

  stop(): Promise<void> {
    this.running = false;
    return this.finished;
  }

  private async write(): Promise<void> {
    const { cluster } = this;
    let due = now();
    while (this.running) {
      const begun = now();
      const { member } = this;
      const put = cluster.client(member).put('writer', 'x'.repeat(16), PATIENCE);
      const succeeded = await put.then(
        () => true,
        () => false,
      );
      this.answers.push({ begun, ended: now(), member, succeeded });
      if (!succeeded) {
        if (this.member === member) this.member = (member + 1) % cluster.places.length;
        if (now() - begun < PATIENCE - 1) await sleep(REFUSED_REST);
        due = now();
      } else {
        due = Math.max(due, begun) + BEAT;
        await sleep(Math.max(0, due - now()));
      }
    }
  }
}

export type Request = 'put' | 'serializable' | 'linearizable';

/** A request to each member every so often, however many are still under way. */
export class OpenProbe {
  readonly answers: Answer[] = [];
  private readonly timers: NodeJS.Timeout[] = [];

  constructor(cluster: Cluster, request: Request, interval: number, patience: number) {
    const send = (member: number) => {
      const client = cluster.client(member);
      if (request === 'put') return client.put(`fine-${member}`, 'x'.repeat(16), patience);
      return client.get('writer', request === 'serializable', patience);
    };
    const begin = (member: number) => {
      const begun = now();
      const settle = (succeeded: boolean) =>
        this.answers.push({ begun, ended: now(), member, succeeded });
      send(member).then(
        () => settle(true),
        () => settle(false),
      );
    };
    for (const member of cluster.places) {
      const offset = (interval * member) / cluster.places.length;
      const start = () => this.timers.push(setInterval(() => begin(member), interval));
      this.timers.push(setTimeout(start, offset));
    }
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }
}

/** The longest time between successes that began at most a beat after `fault`. */
export function windowAt(answers: readonly Answer[], fault: number): number {
  const times = answers.filter(({ succeeded }) => succeeded).map(({ ended }) => ended);
  const first = times.findLastIndex((time) => time <= fault);
  const gaps = times.slice(first + 1).map((time, place) => {
    const since = times[first + place] ?? fault;
    return since <= fault + BEAT ? time - since : 0;
  });
  return Math.max(0, ...gaps);
}

/** Every time between successes above `floor` ms, as begin and length. */
export function gaps(answers: readonly Answer[], floor: number): [number, number][] {
  const times = answers.filter(({ succeeded }) => succeeded).map(({ ended }) => ended);
  return times
    .slice(1)
    .map((time, place): [number, number] => [times[place]!, time - times[place]!])
    .filter(([, length]) => length >= floor);
}

export function firstSuccess(answers: readonly Answer[], after: number): number | undefined {
  const ends = answers.filter(({ succeeded, ended }) => succeeded && ended > after);
  return ends.length === 0 ? undefined : Math.min(...ends.map(({ ended }) => ended));
}
