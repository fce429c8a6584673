/**
 * The chain that a loss of the quorum sets off, over the shipped scenario and the same for other
 * lengths, told by the trace and booked by the levels: the balancer takes all servers out, kubelets
 * end them, they start in vain, and what is left of it when the quorum is back.
 *
 * cp1 and cp2 lose their members, so that their API servers reach no etcd at all; cp3 has one
 * without a leader.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/engine/clock.ts';
import { quantile } from '../support/statistics/samples.ts';
import { Lived } from '../support/study/lived.ts';
import { scenarioOf } from '../support/study/stories.ts';

const FILE = 'scenarios/api-quorum-lost-5min.yaml';
const LOSS = 5 * MINUTE;
const MACHINES = ['cp1', 'cp2', 'cp3'];

/** What is looked at of each replication, seconds from the loss. */
interface Chain {
  readonly down: readonly number[];
  readonly servers: readonly Server[];
  /** When the first server serves again, and when users get something. */
  readonly serving: number;
  readonly outage: number;
  readonly totals: ReturnType<Lived['totals']>;
}

interface Server {
  readonly machine: string;
  readonly asked: readonly number[];
  readonly killed: readonly number[];
  readonly exits: readonly number[];
  readonly starts: readonly number[];
}

function chains(duration: string, count: number): Chain[] {
  const shipped = readFileSync(FILE, 'utf8');
  const text = shipped.replace('for: 5 min', `for: ${duration}`).replace('horizon: 30 min', '');
  const lived = new Lived(scenarioOf(`${text}\nhorizon: 40 min\n`, FILE));
  return Array.from({ length: count }, (_, replication) => chainOf(lived.live(replication)));
}

function chainOf(lived: Lived): Chain {
  const of = (subject: string, state: string) => lived.seconds(subject, state, LOSS);
  const servers = MACHINES.map((machine) => ({
    machine,
    asked: of(`${machine}.apiServer`, 'is asked to stop'),
    killed: of(`${machine}.apiServer`, 'is killed'),
    exits: of(`${machine}.apiServer`, 'has exited'),
    starts: of(`${machine}.apiServer`, 'is started'),
  }));
  const served = MACHINES.map((machine) => of(`${machine}.apiServer`, 'serving')[0] ?? Infinity);
  const totals = lived.totals('api.write');
  return {
    down: MACHINES.map((one) => of(`lb1.haproxy/${one}.apiServer/healthz`, 'marked down')[0]!),
    servers,
    serving: Math.min(...served),
    outage: totals.length,
    totals,
  };
}

const sorted = (values: readonly number[]) => [...values].sort((one, other) => one - other);

/** Every value lies within, and the median within as well. */
function within(
  values: readonly number[],
  [least, most]: readonly [number, number],
  [low, high]: readonly [number, number],
): void {
  const all = sorted(values);
  expect(all[0]).toBeGreaterThanOrEqual(least);
  expect(all.at(-1)).toBeLessThanOrEqual(most);
  expect(quantile(all, 0.5)).toBeGreaterThan(low);
  expect(quantile(all, 0.5)).toBeLessThan(high);
}

function booked({ totals }: Chain): void {
  const sum = Object.values(totals.phases).reduce((all, one) => all + one, 0);
  expect(totals.outages).toBe(1);
  expect(sum).toBeCloseTo(totals.downtime, 3);
  expect(totals.length).toBeCloseTo(totals.downtime, 3);
}

const phase = (name: string) => (chain: Chain) => chain.totals.phases[name] ?? 0;

describe('the quorum lost for 5 min', () => {
  const lived = chains('5 min', 150);
  const servers = lived.flatMap((chain) => chain.servers);
  const cutOff = servers.filter(({ machine }) => machine !== 'cp3');
  const leaderless = servers.filter(({ machine }) => machine === 'cp3');
  /** One in a hundred or more finds cp3 just exited, and waits half a minute longer. */
  const usual = lived.filter(({ outage }) => outage - 300 <= 9.5);

  it('makes HAProxy mark servers down after 10 to 12 s, the last by 11.6 s at the median', () => {
    // Three checks that fail by etcd's 2 s, and 2 s between them: the first within 2 s and the 5 ms
    // that a good one takes.
    const each = lived.flatMap(({ down }) => down);
    within(each, [10, 12.005], [10.7, 11.3]);
    // The latest of three: 10 + 2 * 2^(-1/3) = 11.59 s at the median.
    within(
      lived.map(({ down }) => Math.max(...down)),
      [10, 12.005],
      [11.4, 11.75],
    );
  });

  it('has every API server asked to stop 72 to 82 s after it', () => {
    // Eight failures of /livez, 10 s apart, the first within 10 s, each by etcd's 2 s.
    const asked = servers.map((server) => server.asked[0]!);
    within(asked, [72, 82], [76.4, 77.6]);
    expect(quantile(sorted(asked), 0.1)).toBeLessThan(73.5);
    expect(quantile(sorted(asked), 0.9)).toBeGreaterThan(80.5);
  });

  it('ends them by SIGKILL after the grace of 30 s, and starts them at once', () => {
    for (const { asked, killed, starts } of servers) {
      expect(killed[0]! - asked[0]!).toBeCloseTo(30, 6);
      expect(starts[0]).toBe(killed[0]);
    }
  });

  it('lets them exit 20 s after a start without etcd, a minute after listening with one', () => {
    for (const { starts, exits } of cutOff) {
      for (const [index, exit] of exits.slice(1).entries()) {
        expect(exit - starts[index]!).toBeCloseTo(20, 3);
      }
    }
    const lives = leaderless.flatMap(({ starts, exits }) => {
      return exits.slice(1).map((exit, index) => exit - starts[index]!);
    });
    // Listening takes 2 to 6 s.
    within(lives, [62, 66], [63.7, 64.4]);
  });

  it.each([
    // Seen at the relist of each second; the first exit without a probe finds no back-off left.
    [1, [0, 1.01], [0.4, 0.6]],
    [2, [10, 15], [12, 13]],
    [3, [20, 30], [24, 26]],
    [4, [40, 60], [48, 53]],
    // Cut at a minute and looked at again by a time-out of its own.
    [5, [80, 91], [82, 84]],
  ] as const)('has start %i wait %j s', (index, all, median) => {
    const waits = servers
      .filter(({ starts }) => starts.length > index)
      .map(({ starts, exits }) => starts[index]! - exits[index]!);
    within(waits, all, median);
  });

  it('is over 3.3 to 9.5 s after the quorum is back', () => {
    // An election (1 s and a half at most but for split votes), caches 1 to 4 s, two checks.
    expect(usual.length).toBeGreaterThanOrEqual(lived.length - 6);
    expect(Math.max(...lived.map(({ outage }) => outage - 300))).toBeLessThan(45);
    within(
      usual.map(({ outage }) => outage - 300),
      [3.3, 9.5],
      [5.8, 6.7],
    );
    within(
      lived.map(({ outage, serving }) => outage - serving),
      // A check that was under way as the server began to serve may still fail.
      [1.9, 6.01],
      [2.7, 3.3],
    );
  });

  it('books all of the outage: etcd, then the start, then what HAProxy takes to notice', () => {
    for (const chain of lived) booked(chain);
    // Each split vote costs another time-out of 1 to 2 s; two in a row are rare.
    within(lived.map(phase('etcd')), [300.3, 306], [300.5, 301]);
    within(usual.map(phase('start')), [1, 6.01], [2, 3.2]);
    within(usual.map(phase('detection')), [2, 5], [2.7, 3.4]);
  });
});

describe('for 95 s, when all servers are being ended', () => {
  const lived = chains('95 s', 100);

  it('waits for their end and a whole start too', () => {
    for (const chain of lived) booked(chain);
    within(lived.map(phase('etcd')), [95.3, 98.5], [95.5, 96]);
    // They drain within a second once etcd answers, and are started at once.
    within(lived.map(phase('probeKill')), [0.9, 2.01], [0.99, 1.01]);
    // 2 to 6 s and 1 to 4 s, of the quickest of three.
    within(lived.map(phase('start')), [3, 10], [5.8, 7.2]);
    within(lived.map(phase('detection')), [2, 4.6], [2.7, 3.4]);
  });
});

describe('for 20 min, when back-off is at its longest', () => {
  const lived = chains('20 min', 60);

  it('waits for what is left of the shortest back-off', () => {
    for (const chain of lived) booked(chain);
    const waits = lived.map(phase('backOff'));
    // Three in four find all three servers waiting: 45 of 60, give or take 3.4.
    expect(waits.filter((seconds) => seconds > 0).length).toBeGreaterThan(31);
    expect(Math.max(...waits)).toBeGreaterThan(20);
    // Three servers wait for up to 330 s each, from exits that lie apart.
    expect(Math.max(...waits)).toBeLessThan(60);
    within(lived.map(phase('start')), [1, 12], [5.8, 7.4]);
  });
});
