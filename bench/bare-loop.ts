/**
 * The ceiling: three clocks on a heap in typed arrays, with the product's draws and heap operations
 * and no model at all. Nothing that simulates the same failures with the same draws can be faster
 * by much.
 */
import { HOUR, YEAR } from '../src/engine/clock.ts';
import { RandomStreams } from '../src/engine/random-streams.ts';

const MACHINES = 3;
const times = new Float64Array(MACHINES);
const owners = new Int32Array(MACHINES);
let size = 0;

function push(time: number, owner: number): void {
  let hole = size++;
  for (; hole > 0; hole = (hole - 1) >> 1) {
    const parent = (hole - 1) >> 1;
    if (times[parent]! <= time) break;
    times[hole] = times[parent]!;
    owners[hole] = owners[parent]!;
  }
  times[hole] = time;
  owners[hole] = owner;
}

function pop(): number {
  const first = owners[0]!;
  const time = times[--size]!;
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

/** Simulates so many years of failures and repairs (1000 h, 10 h) and gives the events it took. */
export function bareLoop(replications: number, mttf = 1000 * HOUR, mttr = 10 * HOUR): number {
  const streams = new RandomStreams('1');
  const failures = Array.from({ length: MACHINES }, (_, id) => streams.stream(`cp${id}/failure`));
  const repairs = Array.from({ length: MACHINES }, (_, id) => streams.stream(`cp${id}/repair`));
  const isUp = new Uint8Array(MACHINES);
  let events = 0;
  for (let replication = 0; replication < replications; replication++) {
    streams.restart(replication);
    size = 0;
    for (let id = 0; id < MACHINES; id++) {
      isUp[id] = 1;
      const time = Math.round(-Math.log(1 - failures[id]!.double()) * mttf);
      if (time < YEAR) push(time, id);
    }
    while (size > 0) {
      const now = times[0]!;
      const id = pop();
      events++;
      isUp[id]! ^= 1;
      const stream = isUp[id] === 1 ? failures[id]! : repairs[id]!;
      const length = -Math.log(1 - stream.double()) * (isUp[id] === 1 ? mttf : mttr);
      const time = now + Math.round(length);
      if (time < YEAR) push(time, id);
    }
  }
  return events;
}
