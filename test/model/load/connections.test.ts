import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER, SECOND } from '../../../src/engine/clock.ts';
import { LASTS, RESET, STALLS } from '../../../src/model/load-balancer/load-balancer.ts';
import { ConnectionsBench, Script } from '../../support/load/connections-bench.ts';

const near = (shares: readonly number[]) => shares.map((share) => Math.round(share * 1e6) / 1e6);

describe('connections', () => {
  it('stay where they are while others come and go, and go to the others when they break', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands[0] = RESET;
      script.shares = [0, 0.5, 0.5];
    });
    const after = bench.sharesAt(10);
    // It is back, and nobody comes back to it by himself.
    bench.at(60, (script) => {
      script.stands[0] = LASTS;
      script.shares = [1 / 3, 1 / 3, 1 / 3];
    });
    const later = bench.sharesAt(300);
    bench.run();
    expect(near(after)).toEqual([0, 0.5, 0.5]);
    expect(near(later)).toEqual([0, 0.5, 0.5]);
  });

  it('that stall are given up after 45 s, or earlier if whoever is between does', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands[0] = { kind: 'stalls', for: NEVER };
      script.stands[1] = { kind: 'stalls', for: 20 * SECOND };
      script.shares = [0, 0, 1];
    });
    const times = [29, 30, 54, 55].map((seconds) => bench.sharesAt(seconds));
    bench.run();
    expect(times.map(near)).toEqual([
      near([1 / 3, 1 / 3, 1 / 3]),
      near([1 / 3, 0, 2 / 3]),
      near([1 / 3, 0, 2 / 3]),
      [0, 0, 1],
    ]);
  });

  it('that go on in time are not given up, and their patience begins anew', () => {
    const bench = new ConnectionsBench();
    const stall = (script: Script) => {
      script.stands[0] = { kind: 'stalls', for: NEVER };
    };
    bench.at(10, stall);
    bench.at(50, (script) => {
      script.stands[0] = LASTS;
    });
    bench.at(60, stall);
    const shares = bench.sharesAt(104);
    const last = bench.sharesAt(105);
    bench.run();
    expect(near(shares)).toEqual(near([1 / 3, 1 / 3, 1 / 3]));
    // All three servers take those that try again.
    expect(near(last)).toEqual(near([1 / 9, 4 / 9, 4 / 9]));
  });

  it('break with a move of the address, and not with its coming back', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.ways = [];
    });
    bench.at(20, (script) => {
      script.ways = [[0, 1]];
      script.stands.fill(LASTS);
      script.shares = [1, 0, 0];
    });
    const back = bench.sharesAt(20);
    bench.at(30, (script) => {
      script.ways = [[1, 1]];
    });
    const moved = bench.sharesAt(30);
    bench.run();
    expect(near(back)).toEqual(near([1 / 3, 1 / 3, 1 / 3]));
    expect(near(moved)).toEqual([1, 0, 0]);
  });

  it('of clients that nobody lets in come when somebody does', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands.fill(RESET);
      script.shares = [0, 0, 0];
    });
    const none = bench.sharesAt(10);
    bench.at(30, (script) => {
      script.shares = [0, 0.25, 0];
    });
    const all = bench.sharesAt(30);
    bench.run();
    expect(near(none)).toEqual([0, 0, 0]);
    expect(near(all)).toEqual([0, 1, 0]);
  });

  it('to servers that hang take a handshake time-out of 10 s each time', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands[0] = STALLS;
      script.shares = [0, 1 / 3, 1 / 3];
      script.rest = { kind: 'hang', server: 0, after: NEVER };
    });
    // Given up at 55 s; of those that try, a third meets the one that hangs, and so on.
    const times = [54, 55, 65, 75].map((seconds) => bench.sharesAt(seconds));
    bench.run();
    expect(times.map(near)).toEqual([
      near([1 / 3, 1 / 3, 1 / 3]),
      near([0, 4 / 9, 4 / 9]),
      near([0, 13 / 27, 13 / 27]),
      near([0, 40 / 81, 40 / 81]),
    ]);
  });

  it('whose balancer tries in vain for long begin anew after that', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands[0] = RESET;
      script.shares = [0, 1 / 4, 1 / 4];
      script.rest = { kind: 'closed', server: undefined, after: 6 * SECOND };
    });
    const times = [15, 16, 22].map((seconds) => bench.sharesAt(seconds));
    bench.run();
    expect(times.map(near)).toEqual([
      near([0, 5 / 12, 5 / 12]),
      near([0, 11 / 24, 11 / 24]),
      near([0, 23 / 48, 23 / 48]),
    ]);
  });

  it('that try a silent server arrive as soon as it answers', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands[0] = RESET;
      script.shares = [0, 0.5, 0];
      script.rest = { kind: 'silence', server: 2, after: NEVER };
      script.stands[2] = STALLS;
    });
    bench.at(20, (script) => {
      script.stands[2] = LASTS;
    });
    const [before, after] = [19, 20].map((seconds) => bench.sharesAt(seconds));
    bench.run();
    expect(near(before!)).toEqual(near([0, 1 / 2, 1 / 3]));
    expect(near(after!)).toEqual(near([0, 1 / 2, 1 / 2]));
  });

  it('wait where their balancer first waits for another server', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.stands[0] = RESET;
      script.shares = [0, 0.5, 0];
      script.rest = { kind: 'ok', server: 2, after: 5 * SECOND };
    });
    const [before, after] = [14, 15].map((seconds) => bench.sharesAt(seconds));
    bench.run();
    expect(near(before!)).toEqual(near([0, 1 / 2, 1 / 3]));
    expect(near(after!)).toEqual(near([0, 1 / 2, 1 / 2]));
  });

  it('break by half where half of the clients find the address elsewhere', () => {
    const bench = new ConnectionsBench();
    bench.at(10, (script) => {
      script.ways = [
        [0, 0.5],
        [1, 0.5],
      ];
      script.shares = [1, 0, 0];
    });
    const split = bench.sharesAt(10);
    bench.at(30, (script) => {
      script.ways = [[0, 1]];
      script.shares = [0, 1, 0];
    });
    const healed = bench.sharesAt(30);
    bench.run();
    expect(near(split)).toEqual(near([2 / 3, 1 / 6, 1 / 6]));
    expect(near(healed)).toEqual(near([1 / 6, 2 / 3, 1 / 6]));
  });

  it('through one proxy stand while those through another break', () => {
    const bench = new ConnectionsBench();
    const other = new Script();
    bench.at(10, (script) => {
      script.ways = [
        [0, 0.75],
        [1, 0.25, other],
      ];
    });
    bench.at(20, () => {
      other.stands[0] = RESET;
      other.shares = [0, 0, 1];
    });
    const shares = bench.sharesAt(20);
    bench.run();
    expect(near(shares)).toEqual(near([1 / 4, 1 / 3, 5 / 12]));
  });

  it('are all there again when all is well, whatever came before', () => {
    const kinds = [LASTS, RESET, STALLS, { kind: 'stalls', for: 7 * SECOND }] as const;
    const rests = [
      { kind: 'closed', server: undefined, after: 0 },
      { kind: 'hang', server: 1, after: 3 * SECOND },
      { kind: 'silence', server: 2, after: NEVER },
      { kind: 'ok', server: 0, after: 4 * SECOND },
    ] as const;
    const change = fc.record({
      at: fc.integer({ min: 1, max: 300 }),
      stands: fc.array(fc.constantFrom(...kinds), { minLength: 3, maxLength: 3 }),
      parts: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 }),
      rest: fc.constantFrom(...rests),
      ways: fc.constantFrom<Script['ways']>(
        [],
        [[0, 1]],
        [[1, 1]],
        [
          [0, 0.5],
          [1, 0.5],
        ],
      ),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), (changes) => {
        const bench = new ConnectionsBench();
        for (const { at, stands, parts, rest, ways } of changes) {
          bench.at(at, (script) => {
            stands.forEach((one, server) => {
              script.stands[server] = one;
            });
            script.shares = parts.map((part) => part / 9);
            script.rest = rest;
            script.ways = ways;
          });
        }
        const between = [50, 150, 250, 350].map((seconds) => bench.sharesAt(seconds));
        bench.at(400, (script) => {
          script.stands.fill(LASTS);
          script.shares = [1 / 3, 1 / 3, 1 / 3];
          script.ways = [[2, 1]];
        });
        const atLast = bench.sharesAt(500);
        bench.run();
        const sum = (shares: readonly number[]) => shares.reduce((all, one) => all + one, 0);
        for (const shares of between) expect(sum(shares)).toBeLessThanOrEqual(1 + 1e-9);
        expect(sum(atLast)).toBeCloseTo(1, 6);
      }),
      { numRuns: 200 },
    );
  });
});
