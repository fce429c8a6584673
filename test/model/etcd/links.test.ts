/** Links between members: slow, lossy, narrow, cut one way, flapping. */
import { describe, expect, it } from 'vitest';
import { type Duration, MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { hashOf } from '../../../src/engine/stateless-draw.ts';
import { bytesOf, type Message } from '../../../src/model/etcd/raft/message.ts';
import { Link } from '../../../src/model/network/link.ts';
import { demand, led, timeOfPut, Writer } from '../../support/etcd/etcd-scenes.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

const HEARTBEAT = bytesOf({
  type: 'heartbeat',
  from: 0,
  to: 1,
  term: 1,
  committed: 0,
  read: 0,
});
const NONE = { delay: 0, jitter: 0, loss: 0, bandwidth: Number.POSITIVE_INFINITY };

function link(loss = 0): Link {
  const made = new Link({ base: 1_000, jitter: 400 }, loss, 1e9);
  made.restart(hashOf('link', 0));
  return made;
}

describe('the delay of a message', () => {
  it('is the base and a uniform share of the jitter, the same for the same moment', () => {
    const one = link();
    const delays = replications(5_000, (place) => one.delay(HEARTBEAT, place * 997));
    expect(delays[0]).toBeGreaterThanOrEqual(1_000);
    expect(delays.at(-1)).toBeLessThanOrEqual(1_401);
    for (const share of [0.1, 0.5, 0.9]) {
      expect(Math.abs(quantile(delays, share) - 1_000 - 400 * share)).toBeLessThan(15);
    }
    expect(one.delay(HEARTBEAT, 5)).toBe(one.delay(HEARTBEAT, 5));
  });

  it('grows with its bytes over the bandwidth', () => {
    const one = link();
    const narrow = { ...NONE, bandwidth: 10_000 };
    const slice = { previousIndex: 0, previousTerm: 0, runs: [{ first: 1, term: 1 }], last: 10 };
    const append: Message = { type: 'append', from: 0, to: 1, term: 1, slice, committed: 0 };
    const before = one.delay(bytesOf(append), 7);
    one.impair(narrow);
    // Ten entries of 1 KiB and an envelope of 64 bytes.
    const more = one.delay(bytesOf(append), 7) - before;
    expect(Math.abs(more - (10_304 / 10_000) * SECOND)).toBeLessThan(20);
    one.relieve(narrow);
    expect(one.delay(bytesOf(append), 7)).toBe(before);
  });

  it('sums what impairs the link, and is as before when all of it is over', () => {
    const one = link();
    const before = one.delay(HEARTBEAT, 7);
    const far = { ...NONE, delay: 30 * MILLISECOND };
    const farther = { ...NONE, delay: 20 * MILLISECOND };
    one.impair(far);
    one.impair(farther);
    expect(one.delay(HEARTBEAT, 7)).toBe(before + 50 * MILLISECOND);
    one.relieve(far);
    expect(one.delay(HEARTBEAT, 7)).toBe(before + 20 * MILLISECOND);
    one.relieve(farther);
    expect(one.isSound).toBe(true);
    expect(() => one.relieve(far)).toThrow(/relieved/);
  });

  it.each([0.02, 0.3])(
    'with %f of packets lost is longer for as many, by 0.2, 0.6, 1.4 s',
    (loss) => {
      const one = link(loss);
      const count = 20_000;
      const delays = replications(count, (place) => one.delay(HEARTBEAT, place * 997));
      const longer = (than: Duration) => delays.filter((delay) => delay > than).length / count;
      const spread = (share: number) => 4 * Math.sqrt(share / count);
      expect(Math.abs(longer(150 * MILLISECOND) - loss)).toBeLessThan(spread(loss));
      expect(Math.abs(longer(500 * MILLISECOND) - loss ** 2)).toBeLessThan(spread(loss ** 2));
      expect(Math.abs(longer(1_200 * MILLISECOND) - loss ** 3)).toBeLessThan(spread(loss ** 3));
      expect(one.isSound).toBe(false);
    },
  );

  it('losses of two impairments are independent of each other', () => {
    const one = link(0.5);
    one.impair({ ...NONE, loss: 0.5 });
    const delays = replications(5_000, (place) => one.delay(HEARTBEAT, place * 997));
    const lost = delays.filter((delay) => delay > 150 * MILLISECOND).length / 5_000;
    expect(Math.abs(lost - 0.75)).toBeLessThan(0.03);
  });
});

describe('a cluster over bad links', () => {
  it('stands a delay below the election time-out, at the price of slow writes', () => {
    const { bench, leader, members } = led({ fsync: led().bench.cluster.settings.fsync });
    const far = { ...NONE, delay: 200 * MILLISECOND };
    for (const { core } of members) {
      for (const peer of core.peers) {
        bench.cluster.impair(core.id, peer, far, bench.simulation);
      }
    }
    bench.run(20 * SECOND);
    bench.campaigns.length = 0;
    const took = timeOfPut(bench, bench.leader!.core.id)!;
    expect(Math.abs(took - 400 * MILLISECOND)).toBeLessThan(30 * MILLISECOND);
    bench.run(60 * SECOND);
    expect(bench.campaigns).toEqual([]);
    expect(bench.leader).toBe(leader);
  });

  it('with many packets lost elects again and again, and never loses what it committed', () => {
    const elections = [0, 0.6].map((loss) => {
      const { bench, members, witness } = led({ preVote: false }, 4);
      new Writer(bench);
      for (const { core } of members) {
        for (const peer of core.peers) {
          bench.cluster.impair(core.id, peer, { ...NONE, loss }, bench.simulation);
        }
      }
      const before = witness.leaders;
      bench.run(120 * SECOND);
      witness.check();
      return witness.leaders - before;
    });
    expect(elections[0]).toBe(0);
    expect(elections[1]).toBeGreaterThan(5);
  });

  it('a link that is cut one way stands still the other way too', () => {
    const { bench, leader, followers } = led({ preVote: true });
    const { core } = followers[0]!;
    bench.cut(core.id, leader.core.id);
    bench.run(150 * MILLISECOND);
    expect(core.electionElapsed).toBeLessThan(3);
    bench.run(5 * SECOND);
    expect(core.role).toBe('preCandidate');
    expect(bench.leader).toBe(leader);
  });

  it.each([
    { preVote: false, moves: true },
    { preVote: true, moves: false },
  ])('that flaps between two members, PreVote $preVote: leadership moves $moves', (given) => {
    const { bench, leader, followers, witness } = led({ preVote: given.preVote }, 2);
    const writer = new Writer(bench);
    const far = followers[0]!.core.id;
    const before = witness.leaders;
    const begun = bench.now;
    for (let flap = 0; flap < 6; flap++) {
      const { id } = bench.leader?.core ?? leader.core;
      const other = id === far ? leader.core.id : far;
      for (const [from, to] of [
        [id, other],
        [other, id],
      ] as const)
        bench.cut(from, to);
      bench.run(3 * SECOND);
      for (const [from, to] of [
        [id, other],
        [other, id],
      ] as const)
        bench.heal(from, to);
      bench.run(7 * SECOND);
    }
    witness.check();
    if (given.moves) {
      expect(witness.leaders - before).toBeGreaterThanOrEqual(4);
      expect(writer.longestGap(begun)).toBeGreaterThan(SECOND);
    } else {
      expect(witness.leaders).toBe(before);
      expect(writer.longestGap(begun)).toBeLessThan(500 * MILLISECOND);
    }
  });

  it('takes a narrow link for what it is: appends wait, and the quorum does without', () => {
    const { bench, leader, followers } = led();
    const slow = followers[0]!.core.id;
    const narrow = { ...NONE, bandwidth: 5_000 };
    bench.cluster.impair(leader.core.id, slow, narrow, bench.simulation);
    const took = timeOfPut(bench, leader.core.id)!;
    expect(took).toBeLessThan(30 * MILLISECOND);
    const { last } = leader.core.log;
    expect(followers[0]!.core.log.last).toBeLessThan(last);
    demand(
      bench.runUntil(() => followers[0]!.core.log.last === last, 2 * SECOND),
      'the append',
    );
  });
});
