/** What sets the election timer back, and who answers a request for a vote with what. */
import { describe, expect, it } from 'vitest';
import type { TermMessage, VoteRequest } from '../../../../src/model/etcd/raft/message.ts';
import { NOBODY } from '../../../../src/model/etcd/raft/message.ts';
import { RaftCore } from '../../../../src/model/etcd/raft/raft-core.ts';
import { stepRaft } from '../../../../src/model/etcd/raft/raft-steps.ts';
import { BENCH_SETTINGS } from '../../../support/etcd/etcd-bench.ts';

describe('the election timer of a follower whose leader is 2, at 7 of its ticks', () => {
  const ticks = 7;
  const envelope = { from: 2, to: 0, term: 3 } as const;
  const vote = { ...envelope, type: 'vote', from: 1, transfer: false, lastTerm: 3 } as const;
  const slice = { previousIndex: 4, previousTerm: 3, runs: [], last: 4 } as const;
  const unfit = { ...slice, previousIndex: 9, last: 9 };
  const prospective = true;
  const cases: readonly [what: string, message: TermMessage, left: number][] = [
    ['an append', { ...envelope, type: 'append', slice, committed: 0 }, 0],
    ['an append that is refused', { ...envelope, type: 'append', slice: unfit, committed: 0 }, 0],
    ['a heartbeat', { ...envelope, type: 'heartbeat', committed: 0, read: 0 }, 0],
    ['a snapshot', { ...envelope, type: 'snapshot', index: 4, indexTerm: 3, size: 1 }, 0],
    ['an order to campaign', { ...envelope, type: 'timeoutNow' }, 0],
    ['a granted vote', { ...vote, term: 4, prospective: false, lastIndex: 4, transfer: true }, 0],
    ['a refused vote at a higher term', { ...vote, term: 4, prospective: false, lastIndex: 3 }, 0],
    ['a refused vote at the same term', { ...vote, prospective: false, lastIndex: 4 }, ticks],
    ['a granted prospective vote', { ...vote, term: 4, prospective, lastIndex: 4 }, ticks],
    ['a refused prospective vote', { ...vote, term: 4, prospective, lastIndex: 3 }, ticks],
    [
      'a heartbeat of a lower term',
      { ...envelope, term: 2, type: 'heartbeat', committed: 0, read: 0 },
      ticks,
    ],
    ['a vote of a lower term', { ...vote, term: 2, prospective: false, lastIndex: 9 }, ticks],
  ];

  it.each(cases)('after %s', (_what, message, left) => {
    let drawn = 0;
    const draw = () => drawn++ % 10;
    // Without CheckQuorum there is no lease that would hide the answers to requests.
    const settings = { ...BENCH_SETTINGS, preVote: false, checkQuorum: false };
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, settings, { draw });
    core.becomeFollower(3, 2);
    core.log.append(3, 4);
    for (let tick = 0; tick < ticks; tick++) core.tick();
    stepRaft(core, message);
    expect(core.electionElapsed).toBe(left);
  });

  it('is set back by a vote that is granted, even at the term that it is in already', () => {
    const settings = { ...BENCH_SETTINGS, preVote: false };
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, settings, { draw: () => 9 });
    core.becomeFollower(4, -1);
    for (let tick = 0; tick < ticks; tick++) core.tick();
    stepRaft(core, { ...vote, term: 4, prospective: false, lastIndex: 9 });
    expect(core).toMatchObject({ vote: 1, electionElapsed: 0 });
    for (let tick = 0; tick < ticks; tick++) core.tick();
    stepRaft(core, { ...vote, from: 2, term: 4, prospective: false, lastIndex: 9 });
    expect(core).toMatchObject({ vote: 1, electionElapsed: ticks });
  });

  it('is set back and redrawn by losing an election, by its own time-out and by a handover', () => {
    const settings = { ...BENCH_SETTINGS, preVote: false };
    let drawn = 0;
    const draw = () => drawn++ % 10;
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, settings, { draw });
    core.becomeFollower(3, 2);
    const first = core.randomizedTimeout;
    for (let tick = 0; tick < first; tick++) core.tick();
    expect(core).toMatchObject({ role: 'candidate', electionElapsed: 0 });
    for (let tick = 0; tick < 4; tick++) core.tick();
    const answer = { type: 'voteAnswer', to: 0, term: 4, prospective: false } as const;
    stepRaft(core, { ...answer, from: 0, granted: true });
    const before = core.randomizedTimeout;
    for (const from of [1, 2]) stepRaft(core, { ...answer, from, granted: false });
    expect(core).toMatchObject({ role: 'follower', electionElapsed: 0 });
    expect(core.randomizedTimeout).not.toBe(before);
    core.becomeLeader();
    for (let tick = 0; tick < 4; tick++) core.tick();
    core.transferTo(1);
    expect(core).toMatchObject({ electionElapsed: 0, transferee: 1 });
  });
});

describe('a request for a vote', () => {
  const member = (term: number, leader: number) => {
    let drawn = 0;
    const draw = (range: number) => drawn++ % range;
    const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, BENCH_SETTINGS, { draw });
    core.becomeFollower(term, leader);
    return core;
  };
  const request = (term: number, prospective: boolean): VoteRequest => {
    const log = { lastIndex: 99, lastTerm: 9 };
    return { type: 'vote', from: 1, to: 0, term, prospective, transfer: false, ...log };
  };
  const answers = (core: RaftCore, message: VoteRequest) => {
    stepRaft(core, message);
    return core.afterWrite.splice(0);
  };

  it('a vote of a lower term gets no answer, a prospective one a refusal with the term', () => {
    const core = member(5, NOBODY);
    expect(answers(core, request(4, false))).toEqual([]);
    const refusal = { type: 'voteAnswer', to: 1, term: 5, prospective: true, granted: false };
    expect(answers(core, request(4, true))).toMatchObject([refusal]);
    expect(core).toMatchObject({ term: 5, vote: NOBODY });
  });

  it('nobody grants while it knows a leader within its lease', () => {
    for (const prospective of [true, false]) {
      const core = member(5, 2);
      for (let tick = 0; tick < 9; tick++) core.tick();
      expect(answers(core, request(6, prospective))).toEqual([]);
      expect(core.term).toBe(5);
      core.tick();
      expect(answers(core, request(6, prospective))).toMatchObject([{ granted: true, term: 6 }]);
      expect(core.term).toBe(prospective ? 5 : 6);
    }
  });

  it('a pre-candidate asks again and again at the interval that it drew, and grants others', () => {
    const core = member(5, 2);
    const { randomizedTimeout } = core;
    for (let round = 0; round < 3; round++) {
      for (let tick = 0; tick < randomizedTimeout; tick++) {
        expect(core.outbox).toEqual([]);
        core.tick();
      }
      const asked = core.outbox.splice(0);
      expect(asked).toMatchObject([1, 2].map((to) => ({ type: 'vote', to, term: 6 })));
      core.afterWrite = [];
    }
    expect(core).toMatchObject({ role: 'preCandidate', term: 5, leader: NOBODY });
    expect(answers(core, request(6, true))).toMatchObject([{ granted: true, term: 6 }]);
  });
});
