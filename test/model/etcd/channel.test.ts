/** When messages pass again after a cut, by how long it lasted. */
import { describe, expect, it } from 'vitest';
import { type Duration, MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { hashOf } from '../../../src/engine/stateless-draw.ts';
import { Channel } from '../../../src/model/etcd/channel.ts';
import type { Message } from '../../../src/model/etcd/raft/message.ts';
import { replications } from '../../support/statistics/samples.ts';

const EVERY = 50 * MILLISECOND;
const LATENCY = { base: 200, jitter: 0 };
const CUT_AT = SECOND;

interface Arrival {
  readonly time: Time;
  /** Which message, from 0. */
  readonly number: number;
}

/** A message each 50 ms over a stream that is cut after a second, for so long. */
function arrivals(cutFor: Duration, replication = 0): Arrival[] {
  const observer = { changed: () => {}, settled: () => {} };
  const simulation = new Simulation(observer, { neverSleep: true, tracing: false });
  simulation.restart(20 * SECOND);
  const arrived: Arrival[] = [];
  const channel = new Channel(LATENCY, 0, 1e9, {
    deliver: (message, { now }) => {
      if (message.type === 'proposal') arrived.push({ time: now, number: message.ticket });
    },
    snapshotArrived: () => {},
    snapshotLost: () => {},
    channelChanged: () => {},
    channelGivenUp: () => {},
  });
  channel.restart(hashOf('stream', replication));
  const at = (time: Time, act: () => void) =>
    simulation.at(time, { kind: 'test', target: { step: act } });
  for (let number = 0; number * EVERY < 20 * SECOND; number++) {
    const message: Message = { type: 'proposal', from: 0, to: 1, ticket: number };
    at(number * EVERY, () => channel.send(message, simulation));
  }
  at(CUT_AT - 1, () => channel.cut(simulation));
  at(CUT_AT - 1 + cutFor, () => channel.heal(simulation));
  while (!simulation.run(1_000_000));
  return arrived;
}

/** Time from the cut to the first message after it. */
function silence(arrived: readonly Arrival[]): Duration {
  return arrived.find(({ time }) => time > CUT_AT)!.time - CUT_AT;
}

describe('a stream that was cut', () => {
  it.each([
    [100, 204],
    [500, 816],
    [1_000, 1_632],
    [2_500, 3_264],
  ])('for %i ms goes on with the retransmission after %i ms, and nothing is lost', (cut, next) => {
    const arrived = arrivals(cut * MILLISECOND);
    expect(Math.abs(silence(arrived) - next * MILLISECOND)).toBeLessThan(MILLISECOND);
    expect(arrived.map(({ number }) => number)).toEqual(arrived.map((_, place) => place));
  });

  it.each([3_500, 4_900])('for %i ms is given up after 5 s and dialled at once', (cut) => {
    const silences = replications(50, (replication) =>
      silence(arrivals(cut * MILLISECOND, replication)),
    );
    expect(silences[0]).toBeGreaterThanOrEqual(5 * SECOND - MILLISECOND);
    expect(silences.at(-1)).toBeLessThan(5.16 * SECOND);
    const numbers = arrivals(cut * MILLISECOND).map(({ number }) => number);
    expect(numbers[20]! - numbers[19]!).toBeGreaterThan(90);
  });

  it('for longer is heard of at the next SYN, 0 to 1.05 s after the heal', () => {
    const silences = replications(200, (replication) => {
      return (silence(arrivals(8 * SECOND, replication)) - 8 * SECOND) / SECOND;
    });
    const mean = silences.reduce((sum, each) => sum + each, 0) / silences.length;
    expect(silences.at(-1)).toBeLessThan(1.05 + 0.06);
    // Uniform, and half a message's distance more.
    expect(Math.abs(mean - 0.55)).toBeLessThan(0.07);
  });
});
