/**
 * The ceiling: three clocks on a heap in typed arrays, with the product's draws and heap operations
 * and no model at all. Nothing that simulates the same failures with the same draws can be faster
 * by much.
 */
import { HOUR, YEAR } from '../src/engine/clock.ts';
import { RandomStreams } from '../src/engine/random-streams.ts';

const MACHINES = 3;

/** A binary heap of (time, owner) in typed arrays of fixed size. */
export class BareHeap {
  size = 0;
  readonly times: Float64Array;
  private readonly owners: Int32Array;

  constructor(capacity: number) {
    this.times = new Float64Array(capacity);
    this.owners = new Int32Array(capacity);
  }

  push(time: number, owner: number): void {
    const { times, owners } = this;
    let hole = this.size++;
    for (; hole > 0; hole = (hole - 1) >> 1) {
      const parent = (hole - 1) >> 1;
      if (times[parent]! <= time) break;
      times[hole] = times[parent]!;
      owners[hole] = owners[parent]!;
    }
    times[hole] = time;
    owners[hole] = owner;
  }

  pop(): number {
    const { times, owners } = this;
    const first = owners[0]!;
    const size = --this.size;
    const time = times[size]!;
    const owner = owners[size]!;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      if (child + 1 < size && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[hole] = times[child]!;
      owners[hole] = owners[child]!;
      hole = child;
    }
    times[hole] = time;
    owners[hole] = owner;
    return first;
  }
}

/** Simulates so many years of failures and repairs (1000 h, 10 h) and gives the events it took. */
export function bareLoop(replications: number, mttf = 1000 * HOUR, mttr = 10 * HOUR): number {
  const streams = new RandomStreams('1');
  const failures = Array.from({ length: MACHINES }, (_, id) => streams.stream(`cp${id}/failure`));
  const repairs = Array.from({ length: MACHINES }, (_, id) => streams.stream(`cp${id}/repair`));
  const heap = new BareHeap(MACHINES);
  const isUp = new Uint8Array(MACHINES);
  let events = 0;
  for (let replication = 0; replication < replications; replication++) {
    streams.restart(replication);
    heap.size = 0;
    for (let id = 0; id < MACHINES; id++) {
      isUp[id] = 1;
      const time = Math.round(-Math.log(1 - failures[id]!.double()) * mttf);
      if (time < YEAR) heap.push(time, id);
    }
    while (heap.size > 0) {
      const now = heap.times[0]!;
      const id = heap.pop();
      events++;
      isUp[id]! ^= 1;
      const stream = isUp[id] === 1 ? failures[id]! : repairs[id]!;
      const length = -Math.log(1 - stream.double()) * (isUp[id] === 1 ? mttf : mttr);
      const time = now + Math.round(length);
      if (time < YEAR) heap.push(time, id);
    }
  }
  return events;
}
