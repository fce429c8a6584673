import { describe, expect, it } from 'vitest';
import { RandomStreams } from '../../src/engine/random-streams.ts';

function draws(seed: string, replication: number, name: string, others: string[] = []): number[] {
  const streams = new RandomStreams(seed);
  for (const other of others) streams.stream(other);
  const stream = streams.stream(name);
  streams.restart(replication);
  for (const other of others) streams.stream(other).double();
  return Array.from({ length: 5 }, () => stream.double());
}

describe('RandomStreams', () => {
  it('repeats a stream for one seed, replication and name', () => {
    expect(draws('42', 7, 'cp1/machine.crash')).toEqual(draws('42', 7, 'cp1/machine.crash'));
  });

  it('does not move a stream when others are added or drawn from', () => {
    expect(draws('42', 7, 'cp1', ['cp2', 'cp0'])).toEqual(draws('42', 7, 'cp1'));
  });

  it.each([
    ['seed', draws('43', 7, 'cp1')],
    ['replication', draws('42', 8, 'cp1')],
    ['name', draws('42', 7, 'cp2')],
    ['replication beyond 32 bits', draws('42', 7 + 2 ** 32, 'cp1')],
  ])('gives another stream for another %s', (_, others) => {
    expect(others).not.toEqual(draws('42', 7, 'cp1'));
  });

  it('draws each number of a replication independently of its neighbours', () => {
    const streams = new RandomStreams('1');
    const one = streams.stream('cp1');
    const other = streams.stream('cp2');
    const count = 100_000;
    let product = 0;
    let lagged = 0;
    let previous = 0;
    let sum = 0;
    for (let replication = 0; replication < count; replication++) {
      streams.restart(replication);
      const first = one.double() - 0.5;
      product += first * (other.double() - 0.5);
      lagged += first * previous;
      previous = first;
      sum += first;
    }
    const standardError = 1 / 12 / Math.sqrt(count);
    expect(Math.abs(product / count)).toBeLessThan(4 * standardError);
    expect(Math.abs(lagged / count)).toBeLessThan(4 * standardError);
    expect(Math.abs(sum / count)).toBeLessThan(4 * Math.sqrt(1 / 12 / count));
  });

  it('fills [0, 1) evenly with first draws across replications', () => {
    const streams = new RandomStreams('x');
    const stream = streams.stream('cp1');
    const bins = new Array<number>(100).fill(0);
    const count = 100_000;
    for (let replication = 0; replication < count; replication++) {
      streams.restart(replication);
      bins[Math.floor(stream.double() * 100)]!++;
    }
    const expected = count / bins.length;
    const chiSquare = bins.reduce((total, seen) => total + (seen - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(160);
    expect(chiSquare).toBeGreaterThan(55);
  });
});
