/**
 * A stable min-heap in columns, ordered by (time, order): times and orders lie in typed arrays, so
 * that sifting compares numbers side by side and never follows a pointer.
 */
import { NEVER, type Time } from './clock.ts';
import type { SimulationEvent } from './effects.ts';

const FIRST_CAPACITY = 64;

/** Above every sequence number, so that ticks come after the ordinary events of their instant. */
export const FIRST_TICK_ORDER = 2 ** 52;
/** Above every rank of a tick: ends of an instant come last. */
export const FIRST_END_ORDER: number = FIRST_TICK_ORDER + 2 ** 51;

export class EventQueue {
  size = 0;
  private times = new Float64Array(FIRST_CAPACITY);
  private orders = new Float64Array(FIRST_CAPACITY);
  private events: (SimulationEvent | undefined)[] = new Array(FIRST_CAPACITY).fill(undefined);

  /** The time of the event that `pop` would give; NEVER when there is none. */
  get nextTime(): Time {
    return this.size === 0 ? NEVER : this.times[0]!;
  }

  /** The order of the event that `pop` would give. */
  get nextOrder(): number {
    return this.orders[0]!;
  }

  /** What is in it, as it lies in the heap. */
  entries(): Readonly<Record<string, unknown>> {
    const { size, times, orders, events } = this;
    const columns = [times, orders, events].map((column) => column.slice(0, size));
    return { size, columns };
  }

  clear(): void {
    this.events.fill(undefined, 0, this.size);
    this.size = 0;
  }

  push(time: Time, order: number, event: SimulationEvent): void {
    if (this.size === this.times.length) this.grow();
    const { times, orders, events } = this;
    let hole = this.size++;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const parentTime = times[parent]!;
      if (parentTime < time || (parentTime === time && orders[parent]! < order)) break;
      times[hole] = parentTime;
      orders[hole] = orders[parent]!;
      events[hole] = events[parent];
      hole = parent;
    }
    times[hole] = time;
    orders[hole] = order;
    events[hole] = event;
  }

  /** Removes and gives the earliest event. The queue must not be empty. */
  pop(): SimulationEvent {
    const { times, orders, events } = this;
    const first = events[0]!;
    const last = --this.size;
    const time = times[last]!;
    const order = orders[last]!;
    const event = events[last];
    events[last] = undefined;
    if (last === 0) return first;
    const firstLeaf = last >> 1;
    let hole = 0;
    while (hole < firstLeaf) {
      let child = 2 * hole + 1;
      const right = child + 1;
      let childTime = times[child]!;
      if (right < last) {
        const rightTime = times[right]!;
        if (rightTime < childTime || (rightTime === childTime && orders[right]! < orders[child]!)) {
          child = right;
          childTime = rightTime;
        }
      }
      if (time < childTime || (time === childTime && order < orders[child]!)) break;
      times[hole] = childTime;
      orders[hole] = orders[child]!;
      events[hole] = events[child];
      hole = child;
    }
    times[hole] = time;
    orders[hole] = order;
    events[hole] = event;
    return first;
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    const times = new Float64Array(capacity);
    const orders = new Float64Array(capacity);
    times.set(this.times);
    orders.set(this.orders);
    this.times = times;
    this.orders = orders;
    this.events.length = capacity;
    this.events.fill(undefined, this.size);
  }
}
