import { describe, expect, it } from 'vitest';
import { ringOrders } from '../../../../src/model/load-balancer/haproxy/ring-orders.ts';

const row = (letter: string, length: number) =>
  Array.from({ length }, (_, index) => `${letter}${index}`);
const told = (orders: readonly (readonly string[])[]) => orders.map((order) => order.join(' '));

describe('the orders of a ring', () => {
  it('are all mixings of two rows that each keep their order', () => {
    expect(told(ringOrders(['a', 'b'], ['x', 'y']))).toEqual([
      'a b x y',
      'a x b y',
      'a x y b',
      'x a b y',
      'x a y b',
      'x y a b',
    ]);
    expect(told(ringOrders([], ['x', 'y']))).toEqual(['x y']);
    expect(told(ringOrders(['a'], []))).toEqual(['a']);
  });

  it.each([
    [4, 4],
    [10, 10],
    [49, 49],
  ])('are an even sample where %i and %i make many', (silent, others) => {
    const orders = ringOrders(row('s', silent), row('o', others));
    expect(orders.length).toBeLessThanOrEqual(20);
    expect(new Set(told(orders)).size).toBe(orders.length);
    for (const order of orders) {
      expect(order.filter((one) => one.startsWith('s'))).toEqual(row('s', silent));
      expect(order.filter((one) => one.startsWith('o'))).toEqual(row('o', others));
    }
  });
});
