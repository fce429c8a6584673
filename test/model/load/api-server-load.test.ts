import { describe, expect, it } from 'vitest';
import { DAY, MINUTE, NEVER, SECOND } from '../../../src/engine/clock.ts';
import { ApiServerLoad } from '../../../src/model/load/api-server-load.ts';
import { GIBIBYTE, type LoadChanges, loadOf, MEBIBYTE } from '../../support/load/loads.ts';

const NO_FLOW = { requestsPerNode: 0 };

function loaded(nodes: number, changes: LoadChanges = {}): ApiServerLoad {
  const load = new ApiServerLoad(loadOf(changes));
  load.restart(nodes, 0);
  return load;
}

describe('a herd', () => {
  it('waits for as long as its lists take in the seats that are left', () => {
    const load = loaded(100);
    load.join(50, SECOND);
    const seats = 600 - 150 * 0.4 * 0.02;
    const lasts = ((50 * 12 * 10 * 0.5) / seats) * SECOND;
    expect(load.isBusyAt(SECOND + lasts - 0.01 * SECOND)).toBe(true);
    expect(load.isBusyAt(SECOND + lasts + 0.01 * SECOND)).toBe(false);
  });

  it('costs requests where it makes them wait for more than 15 s', () => {
    const load = loaded(1000, NO_FLOW);
    load.join(500, 0);
    // 6000 lists, 120 a second.
    expect(load.shareAt(0)).toBeCloseTo(15 / 50, 9);
    expect(load.shareAt(20 * SECOND)).toBeCloseTo(15 / 30, 9);
    expect(load.shareAt(35 * SECOND)).toBe(1);
    expect(load.isMovingAt(49 * SECOND)).toBe(true);
    expect(load.isMovingAt(51 * SECOND)).toBe(false);
  });

  it('waits while no lists are answered, and takes no memory for them', () => {
    const load = loaded(1000, NO_FLOW);
    const memory = load.memoryAt(0);
    load.answersLists(false, 0);
    load.join(500, 0);
    expect(load.memoryAt(0)).toBe(1.5 * memory - 0.5 * GIBIBYTE);
    expect(load.keepsWaitingAt(MINUTE)).toBe(true);
    expect(load.isBusyAt(MINUTE)).toBe(false);
    expect(load.isMovingAt(MINUTE)).toBe(false);
    expect(load.shareAt(MINUTE)).toBeCloseTo(15 / 50, 9);
    load.answersLists(true, MINUTE);
    expect(load.memoryAt(MINUTE)).toBeGreaterThan(1.5 * memory);
    expect(load.shareAt(MINUTE + 20 * SECOND)).toBeCloseTo(15 / 30, 9);
    // Half-way the caches are given up, for as long again.
    load.answersLists(false, MINUTE + 20 * SECOND);
    load.answersLists(true, 2 * MINUTE);
    expect(load.shareAt(2 * MINUTE)).toBeCloseTo(15 / 30, 9);
    expect(load.isBusyAt(2 * MINUTE + 29 * SECOND)).toBe(true);
    expect(load.isBusyAt(2 * MINUTE + 31 * SECOND)).toBe(false);
  });

  it('of a surge times out while no lists are answered', () => {
    const load = loaded(100, NO_FLOW);
    load.answersLists(false, 0);
    load.surges({ listsPerNode: 0.1 / SECOND, requestsPerNode: 0 }, 0);
    expect(load.isMovingAt(14 * SECOND)).toBe(true);
    expect(load.isMovingAt(16 * SECOND)).toBe(false);
    load.answersLists(true, MINUTE);
    // 10 a second for 15 s wait, of which 120 a second are answered while 10 come.
    expect(load.isBusyAt(MINUTE + 1.3 * SECOND)).toBe(true);
    expect(load.isBusyAt(MINUTE + 1.4 * SECOND)).toBe(false);
  });

  it('goes with the nodes whose lists it is', () => {
    const load = loaded(0, NO_FLOW);
    load.join(500, 0);
    load.leave(250, 10 * SECOND);
    // 4800 of 6000 lists are left after 10 s, half of them leave.
    expect(load.shareAt(10 * SECOND)).toBeCloseTo(15 / 20, 9);
    expect(load.nodes).toBe(250);
  });
});

describe('a surge', () => {
  const surge = { listsPerNode: 0.16 / SECOND, requestsPerNode: 0 };

  it('that can be answered costs nobody anything but memory', () => {
    const load = loaded(500, NO_FLOW);
    load.surges(surge, 0);
    expect(load.isBusyAt(60 * SECOND)).toBe(false);
    // 80 lists a second, each of half a second: 40 at once.
    const before = loaded(500, NO_FLOW).memoryAt(0);
    expect(load.memoryAt(60 * SECOND) - before).toBeCloseTo(40 * 40 * MEBIBYTE, 3);
  });

  it('beyond that is answered in part, as soon as its queue is as long as patience', () => {
    const load = loaded(1000, NO_FLOW);
    load.surges(surge, 0);
    // 160 a second come and 120 are answered: 40 a second wait, until 160 x 15 do.
    expect(load.shareAt(10 * SECOND)).toBe(1);
    expect(load.shareAt(50 * SECOND)).toBeCloseTo(15 / (2000 / 120), 9);
    expect(load.shareAt(100 * SECOND)).toBeCloseTo(120 / 160, 9);
    expect(load.isMovingAt(59 * SECOND)).toBe(true);
    expect(load.isMovingAt(61 * SECOND)).toBe(false);
    load.surges({ listsPerNode: 0, requestsPerNode: 0 }, 100 * SECOND);
    expect(load.isBusyAt(119 * SECOND)).toBe(true);
    expect(load.isBusyAt(121 * SECOND)).toBe(false);
  });

  it('on top of a herd leaves the herd its turn', () => {
    const load = loaded(500, NO_FLOW);
    load.join(500, 0);
    load.surges(surge, 0);
    // 6000 lists that wait longer than anybody may who comes after them.
    expect(load.shareAt(0)).toBeCloseTo(15 / 50, 9);
    expect(load.shareAt(20 * SECOND)).toBeCloseTo(15 / 30, 9);
    expect(load.shareAt(60 * SECOND)).toBeCloseTo(120 / 160, 9);
  });
});

describe('a steady flow', () => {
  it('beyond the seats is answered in part', () => {
    expect(loaded(60_000).shareAt(0)).toBe(1);
    expect(loaded(150_000).shareAt(0)).toBeCloseTo(0.5, 9);
    expect(loaded(150_000).isBusyAt(0)).toBe(true);
  });

  it('is added to by a surge of requests', () => {
    const load = loaded(60_000);
    load.surges({ listsPerNode: 0, requestsPerNode: 0.6 / SECOND }, 0);
    expect(load.shareAt(0)).toBeCloseTo(0.5, 9);
  });
});

describe('memory', () => {
  it('is that of the base, the watches and the lists that are answered at once', () => {
    const load = loaded(1000, NO_FLOW);
    const watches = 1000 * 12 * 75 * 1024;
    expect(load.memoryAt(0)).toBe(GIBIBYTE + watches);
    load.join(500, 0);
    expect(load.memoryAt(0)).toBe(GIBIBYTE + 1.5 * watches + 60 * 40 * MEBIBYTE);
  });

  it('grows with age, anew with each process', () => {
    const load = loaded(0, { memory: { growth: GIBIBYTE / DAY } });
    expect(load.memoryAt(2 * DAY)).toBeCloseTo(3 * GIBIBYTE, 0);
    expect(load.fullAt(6 * GIBIBYTE, 2 * DAY)).toBe(5 * DAY);
    load.gone();
    expect(load.memoryAt(2 * DAY)).toBe(0);
    expect(load.fullAt(6 * GIBIBYTE, 2 * DAY)).toBe(NEVER);
    load.born(3 * DAY);
    expect(load.memoryAt(4 * DAY)).toBeCloseTo(2 * GIBIBYTE, 0);
  });

  it('that does not grow is never filled by age', () => {
    expect(loaded(0).fullAt(GIBIBYTE + 1, 0)).toBe(NEVER);
  });
});
