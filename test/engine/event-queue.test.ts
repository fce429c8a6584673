import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER } from '../../src/engine/clock.ts';
import type { SimulationEvent } from '../../src/engine/effects.ts';
import { EventQueue } from '../../src/engine/event-queue.ts';

const target = { step: () => {} };
const event = (kind: string): SimulationEvent => ({ kind, target });

describe('EventQueue', () => {
  it('gives NEVER as the next time when empty', () => {
    expect(new EventQueue().nextTime).toBe(NEVER);
  });

  it('gives events by time, then by order, whatever the order of pushing and popping', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.nat(20).map((time) => ({ time })) },
      { weight: 2, arbitrary: fc.constant('pop' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const queue = new EventQueue();
        const model: { time: number; order: number; event: SimulationEvent }[] = [];
        let order = 0;
        for (const one of steps) {
          if (one !== 'pop') {
            const entry = { time: one.time, order, event: event(`e${order}`) };
            order++;
            queue.push(entry.time, entry.order, entry.event);
            model.push(entry);
            model.sort((a, b) => a.time - b.time || a.order - b.order);
          } else if (model.length > 0) {
            const first = model.shift()!;
            expect(queue.nextTime).toBe(first.time);
            expect(queue.nextOrder).toBe(first.order);
            expect(queue.pop()).toBe(first.event);
          }
          expect(queue.size).toBe(model.length);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('grows past its first capacity without losing or moving events', () => {
    const queue = new EventQueue();
    for (let index = 0; index < 1000; index++) {
      queue.push((index * 7919) % 1000, index, event(String((index * 7919) % 1000)));
    }
    const popped = Array.from({ length: 1000 }, () => Number(queue.pop().kind));
    expect(popped).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  it('is empty after clear', () => {
    const queue = new EventQueue();
    queue.push(1, 1, event('a'));
    queue.clear();
    expect(queue.size).toBe(0);
    expect(queue.nextTime).toBe(NEVER);
  });
});
